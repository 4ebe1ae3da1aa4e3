import { createCloudApi } from '../cloud/api';
import { routeFamilies, routeFleets } from '../cloud/clouds';
import { NoCredentialsError } from '../cloud/errors';
import { createFamilies } from '../cloud/families';
import type { Families } from '../cloud/family';
import type { Fleets } from '../cloud/fleet';
import { createFleets } from '../cloud/fleets';
import type { Log } from '../cloud/log';
import type { CloudSettings } from '../cloud/settings';
import { variablesOf } from '../rollout/clouds';
import type { CloudScope } from '../rollout/upgrade';
import { neededFor } from './cloud-config';
import type { WorkerConfig } from './config';

/** Families and fleets over every cloud that the worker was given credentials for. */
export function createClouds(
  { cloud, clouds }: WorkerConfig,
  log: Log,
): { readonly families: Families; readonly fleets: Fleets } {
  const over = (settings: CloudSettings) => {
    const api = createCloudApi(settings);
    return { families: createFamilies(api, { ...settings, log }), fleets: createFleets(api) };
  };
  const own = cloud && over(cloud);
  const named = new Map([...clouds].map(([prefix, settings]) => [prefix, over(settings)]));

  function find({ cloud: name }: CloudScope) {
    const found = name === undefined ? own : named.get(variablesOf(name));
    if (found) return found;
    const whose = name === undefined ? "the plan's own project" : `cloud ${name}`;
    const needed = neededFor(name === undefined ? 'CLOUD_' : variablesOf(name));
    throw new NoCredentialsError(`the worker has no credentials for ${whose}: it needs ${needed}`);
  }
  return {
    families: routeFamilies((scope) => find(scope).families),
    fleets: routeFleets((scope) => find(scope).fleets),
  };
}
