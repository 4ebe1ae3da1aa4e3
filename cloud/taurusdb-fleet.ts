import type { FleetRow, FleetSearch } from '../rollout/fleet';
import type { CloudApi } from './api';
import type { CallOptions } from './family';
import type { Fleet, FleetPage, PageAsk } from './fleet';
import { isNamed, isTagged, pageOf, rowOf, tagsOf, zonesOf } from './fleet';
import type { InstanceDetail, ListedInstance, NamedProxy } from './taurusdb-fleet-answers';
import { createTaurusdbFleetReads } from './taurusdb-fleet-reads';
import { kernelsIn } from './taurusdb-instance-answers';
import { proxyVersionsIn } from './taurusdb-proxy-answers';

/**
 * Querying DB Instances, Querying Details of DB Instances in Batches, Querying Database Proxy
 * Instances; for the newest versions ShowInstanceDatabaseVersion and ShowProxyVersion.
 *
 * - the list has kernel versions, tags and status; zones, maintenance window and proxies are in the
 *   details, twenty instances at a time
 * - what is newest costs one call for each instance; a proxy costs one for each instance that has any
 *   (status, zones) and one for its versions
 * - a hundred rows at most; a leading `*` of `name` finds parts of names
 * - a proxy has no tags of its own: its instance's count, and either name
 */

const MOST_ROWS = 100;

interface Found {
  readonly instance: ListedInstance;
  readonly detail: InstanceDetail;
}

/** The TaurusDB instances of a project. */
export function createTaurusdbFleet(api: CloudApi): Fleet {
  const reads = createTaurusdbFleetReads(api);
  const list = lister(api);
  return {
    async list(search, ask, options) {
      const { found, ...page } = await list(search, ask, options);
      return { ...page, rows: found.map(instanceRow) };
    },
    async complete({ scope, versions }, rows, options) {
      if (!versions) return rows;
      const read: FleetRow[] = [];
      for (const row of rows) {
        const answer = await reads.kernelVersion(scope, row.instanceId, options);
        if (answer !== null) read.push({ ...row, ...kernelsIn(answer) });
      }
      return read;
    },
  };
}

/** The proxies of the TaurusDB instances of a project. */
export function createTaurusdbProxyFleet(api: CloudApi): Fleet {
  const reads = createTaurusdbFleetReads(api);
  const list = lister(api);
  return {
    async list(search, ask, options) {
      // Which instances have a proxy of that name no list can be asked.
      const { found, ...page } = await list({ ...search, name: null }, ask, options);
      const rows: FleetRow[] = [];
      for (const each of found) {
        const proxies =
          each.detail.proxies ?? (await reads.proxies(search.scope, each.instance.id, options));
        rows.push(...proxies.map((proxy) => proxyRow(each, proxy)).filter(isWanted));
        function isWanted({ name }: FleetRow): boolean {
          return [name, each.instance.name ?? ''].some((known) => isNamed(known, search.name));
        }
      }
      return { ...page, rows };
    },
    async complete({ scope, versions }, rows, options) {
      const [first] = rows;
      if (first === undefined) return [];
      const proxies = await reads.proxies(scope, first.instanceId, options);
      const read: FleetRow[] = [];
      for (const row of rows) {
        const proxy = proxies.find(({ pool_id: id }) => id === row.proxyId);
        if (proxy === undefined || proxy.status === 'DELETED') continue;
        const seen = { ...row, ...seenOf(proxy) };
        const more = versions ? await versionsOf(seen, options) : {};
        if (more !== null) read.push({ ...seen, ...more });
      }
      return read;

      async function versionsOf({ instanceId, proxyId }: FleetRow, given?: CallOptions) {
        const ids = { instanceId, proxyId: proxyId ?? '' };
        const answer = await reads.proxyVersion(scope, ids, given);
        return answer && proxyVersionsIn(answer);
      }
    },
  };
}

function lister(api: CloudApi) {
  const reads = createTaurusdbFleetReads(api);
  return async (
    search: FleetSearch,
    ask: PageAsk,
    options?: CallOptions,
  ): Promise<Omit<FleetPage, 'rows'> & { readonly found: readonly Found[] }> => {
    const page = { ...ask, atMost: Math.min(ask.atMost, MOST_ROWS) };
    const answer = await reads.instances(search, page, options);
    const { instances, total_count: total } = answer;
    const wanted = instances.filter(
      ({ name, tags }) => isNamed(name ?? '', search.name) && isTagged(tagsOf(tags), search.tags),
    );
    const ids = wanted.map(({ id }) => id);
    const details = await reads.details(search.scope, ids, options);
    const found = wanted.flatMap((instance) => {
      const detail = details.get(instance.id);
      return detail === undefined ? [] : [{ instance, detail }];
    });
    return { found, ...pageOf(page, instances.length, total) };
  };
}

function instanceRow({ instance, detail }: Found): FleetRow {
  const codes = (detail.nodes ?? []).map((node) => node.az_code);
  return rowOf({
    instanceId: instance.id,
    name: instance.name ?? '',
    version: instance.datastore?.kernel_version || null,
    status: instance.status ?? null,
    az: zonesOf(codes.length > 0 ? codes : [detail.master_az_code]),
    maintenanceWindow: detail.maintenance_window || null,
    tags: tagsOf(instance.tags),
  });
}

function proxyRow(found: Found, proxy: Pick<NamedProxy, 'pool_id' | 'name'>): FleetRow {
  const instance = instanceRow(found);
  return {
    ...instance,
    proxyId: proxy.pool_id,
    name: proxy.name ?? '',
    // The instance's own, which is not the proxy's.
    version: null,
    status: null,
  };
}

function seenOf({ status, name, nodes }: NamedProxy) {
  const az = zonesOf((nodes ?? []).map((node) => node.az_code));
  return { status, ...(name ? { name } : {}), ...(az === null ? {} : { az }) };
}
