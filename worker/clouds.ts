import { createCloudApi } from '../cloud/api';
import { routeFamilies, routeFleets } from '../cloud/clouds';
import { NoCredentialsError } from '../cloud/errors';
import { createFamilies } from '../cloud/families';
import type { Families } from '../cloud/family';
import type { Fleets } from '../cloud/fleet';
import { createFleets } from '../cloud/fleets';
import type { Log } from '../cloud/log';
import type { Meter } from '../cloud/meter';
import type { CloudSettings } from '../cloud/settings';
import { variablesOf } from '../rollout/clouds';
import type { CloudScope } from '../rollout/upgrade';
import { neededFor } from './cloud-config';
import type { WorkerConfig } from './config';

/** Families and fleets over every cloud that the worker was given credentials for. */
export function createClouds(
  { cloud, clouds }: WorkerConfig,
  log: Log,
  meterOf: (cloud: string) => Meter,
): { readonly families: Families; readonly fleets: Fleets } {
  const over = (settings: CloudSettings, name: string) => {
    const api = createCloudApi(settings, { meter: meterOf(name) });
    return { families: createFamilies(api, { ...settings, log }), fleets: createFleets(api) };
  };
  const own = cloud && over(cloud, 'default');
  const named = new Map(
    [...clouds].map(([prefix, settings]) => [prefix, over(settings, meterName(prefix))]),
  );

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

/** `CLOUD_EU_WEST_` is `eu_west`: by its variables, for several spellings in plans are one cloud. */
function meterName(prefix: string): string {
  return prefix.replace(/^CLOUD_|_$/g, '').toLowerCase();
}
