import type { CloudScope } from '../rollout/upgrade';
import type { FleetSearch } from '../rollout/fleet';
import type { CloudApi } from './api';
import { pathOf } from './api';
import { isRefused } from './errors';
import type { CallOptions } from './family';
import type { PageAsk } from './fleet';
import { tagQuery } from './fleet';
import type { InstanceDetail, NamedProxy } from './taurusdb-fleet-answers';
import {
  DetailAnswer,
  DetailsAnswer,
  InstanceListAnswer,
  NamedProxiesAnswer,
} from './taurusdb-fleet-answers';
import { DatabaseVersionAnswer } from './taurusdb-instance-answers';
import { ProxyVersionAnswer } from './taurusdb-proxy-answers';

/** The calls that both TaurusDB fleets are made of. What is gone is null, or left out. */
export type TaurusdbFleetReads = ReturnType<typeof createTaurusdbFleetReads>;

const DETAILS_AT_ONCE = 20;

/** Builds the reads. */
export function createTaurusdbFleetReads(api: CloudApi) {
  return { instances, details, proxies, proxyVersion, kernelVersion };

  /** A page of the list. */
  function instances(
    { scope, name, tags }: Pick<FleetSearch, 'scope' | 'name' | 'tags'>,
    { from, atMost }: PageAsk,
    options?: CallOptions,
  ) {
    const query = {
      offset: String(from),
      limit: String(atMost),
      ...(name === null ? {} : { name }),
      ...tagQuery(tags),
    };
    const call = get(scope, 'listing instances', 'v3', 'instances');
    return api.read({ ...call, query }, InstanceListAnswer, options);
  }

  /** What only the details have, by instance id. */
  async function details(
    scope: CloudScope,
    ids: readonly string[],
    options?: CallOptions,
  ): Promise<ReadonlyMap<string, InstanceDetail>> {
    const found: InstanceDetail[] = [];
    for (let from = 0; from < ids.length; from += DETAILS_AT_ONCE) {
      found.push(...(await someDetails(scope, ids.slice(from, from + DETAILS_AT_ONCE), options)));
    }
    return new Map(found.map((each) => [each.id, each]));
  }

  async function someDetails(
    scope: CloudScope,
    ids: readonly string[],
    options?: CallOptions,
  ): Promise<readonly InstanceDetail[]> {
    const call = get(scope, 'reading details of instances', 'v3.1', 'instances', 'details');
    const asked = { ...call, query: { instance_ids: ids.join(',') } };
    const all = await unlessGone(() => api.read(asked, DetailsAnswer, options));
    const found: InstanceDetail[] = [...(all?.instances ?? [])];
    // One that was deleted meanwhile is enough for the refusal of all. And who is left out without a word
    // would not be in the fleet, and so never be upgraded.
    const missing = ids.filter((id) => !found.some((each) => each.id === id));
    for (const id of missing) {
      const one = get(scope, 'reading the instance', 'v3', 'instances', id);
      const read = await unlessGone(() => api.read(one, DetailAnswer, options));
      if (read !== null) found.push(read.instance);
    }
    return found;
  }

  /** The proxies of an instance; a hundred are far more than one can have. */
  async function proxies(
    scope: CloudScope,
    instanceId: string,
    options?: CallOptions,
  ): Promise<readonly NamedProxy[]> {
    const call = get(scope, 'listing proxies', 'v3', 'instances', instanceId, 'proxies');
    const asked = { ...call, query: { limit: '100' } };
    const answer = await unlessGone(() => api.read(asked, NamedProxiesAnswer, options));
    return (answer?.proxy_list ?? []).map(({ proxy }) => proxy);
  }

  function proxyVersion(
    scope: CloudScope,
    { instanceId, proxyId }: { readonly instanceId: string; readonly proxyId: string },
    options?: CallOptions,
  ) {
    const path = ['instances', instanceId, 'proxy', proxyId, 'taurusproxy', 'proxy-version'];
    const call = get(scope, 'reading the proxy version', 'v3', ...path);
    return unlessGone(() => api.read(call, ProxyVersionAnswer, options));
  }

  function kernelVersion(scope: CloudScope, instanceId: string, options?: CallOptions) {
    const path = ['instances', instanceId, 'database-version'];
    const call = get(scope, 'reading the kernel version', 'v3', ...path);
    return unlessGone(() => api.read(call, DatabaseVersionAnswer, options));
  }
}

function get(scope: CloudScope, doing: string, version: string, ...path: readonly string[]) {
  const call = { service: 'taurusdb', scope, doing, method: 'GET' } as const;
  return { ...call, path: pathOf(version, scope, ...path) };
}

async function unlessGone<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (isRefused(error, 'notFound')) return null;
    throw error;
  }
}
