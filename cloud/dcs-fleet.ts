import { z } from 'zod';
import type { FleetRow, FleetSearch } from '../rollout/fleet';
import type { CacheUpgrade } from '../rollout/upgrade';
import type { CloudApi } from './api';
import { pathOf } from './api';
import { VersionAnswer } from './dcs-instance-answers';
import { versionsOf } from './dcs-instance-reads';
import { isRefused } from './errors';
import type { CallOptions } from './family';
import type { Fleet, FleetPage, PageAsk } from './fleet';
import { isNamed, isTagged, pageOf, rowOf, tagQuery, tagsOf, zonesOf } from './fleet';

/**
 * Querying All DCS Instances (ListInstances), ShowInstanceVersion.
 *
 * - the list has no minor versions: they cost one call for each instance
 * - ten rows unless more are asked for, a thousand at most
 * - `name` finds parts of names, unless `name_equal` is true: here no `*` says so
 * - `az_codes` is on one edition's page and not in the vendor's model; `tags` is in both, and yet the
 *   vendor's provider reads them one by one: where a row has none, the cloud's own filter is believed
 */

const Text = z.string().nullish();

const ListAnswer = z.object({
  instance_num: z.number().nullish(),
  instances: z
    .object({
      instance_id: z.string(),
      name: Text,
      status: Text,
      az_codes: z.string().array().nullish(),
      maintain_begin: Text,
      maintain_end: Text,
      tags: z.object({ key: z.string(), value: Text }).array().nullish(),
    })
    .array(),
});
type ListedInstance = z.infer<typeof ListAnswer>['instances'][number];

const MOST_ROWS = 1_000;

/** The caches of a project. */
export function createDcsFleet(api: CloudApi): Fleet {
  return { list, complete };

  async function list(
    search: FleetSearch,
    ask: PageAsk,
    options?: CallOptions,
  ): Promise<FleetPage> {
    const { scope, name } = search;
    const page = { ...ask, atMost: Math.min(ask.atMost, MOST_ROWS) };
    const { instances, instance_num: total } = await api.read(
      {
        service: 'dcs',
        scope,
        doing: 'listing instances',
        method: 'GET',
        path: pathOf('v2', scope, 'instances'),
        query: {
          offset: String(page.from),
          limit: String(page.atMost),
          ...(name === null
            ? {}
            : { name: name.replace('*', ''), name_equal: String(!name.startsWith('*')) }),
          ...tagQuery(search.tags),
        },
      },
      ListAnswer,
      options,
    );
    const rows = instances.filter((each) => isMatched(each, search)).map(describe);
    return { rows, ...pageOf(page, instances.length, total) };
  }

  async function complete(
    search: FleetSearch,
    rows: readonly FleetRow[],
    options?: CallOptions,
  ): Promise<readonly FleetRow[]> {
    if (!search.versions) return rows;
    const read: FleetRow[] = [];
    for (const row of rows) {
      const versions = await versionsOn(search, row, options);
      if (versions !== null) read.push({ ...row, ...seenOf(search, versions) });
    }
    return read;
  }

  async function versionsOn(
    { scope }: FleetSearch,
    { instanceId }: FleetRow,
    options?: CallOptions,
  ): Promise<VersionAnswer | null> {
    const path = pathOf('v2', scope, 'instances', instanceId, 'version');
    const doing = 'reading the versions';
    try {
      const call = { service: 'dcs', scope, doing, method: 'GET', path } as const;
      return await api.read(call, VersionAnswer, options);
    } catch (error) {
      if (isRefused(error, 'notFound')) return null;
      throw error;
    }
  }
}

function isMatched({ name, tags }: ListedInstance, search: FleetSearch): boolean {
  if (!isNamed(name ?? '', search.name)) return false;
  return tags === null || tags === undefined || isTagged(tagsOf(tags), search.tags);
}

function describe(given: ListedInstance): FleetRow {
  const [begin, end] = [given.maintain_begin, given.maintain_end].map((time) => time?.slice(0, 5));
  return rowOf({
    instanceId: given.instance_id,
    name: given.name ?? '',
    status: given.status ?? null,
    az: zonesOf(given.az_codes ?? []),
    maintenanceWindow: begin && end ? `${begin}-${end}` : null,
    tags: tagsOf(given.tags),
  });
}

/** The components that count, of those that the instance has. */
function seenOf({ components }: FleetSearch, versions: VersionAnswer) {
  const hasProxy = Boolean(versions.proxy_minor_version);
  const asked: CacheUpgrade = {
    ...{ family: 'dcs-instance', expectMs: null, followForMs: 0 },
    engineMinorVersion: components.engine ? 'latest' : null,
    proxyMinorVersion: components.proxy && hasProxy ? 'latest' : null,
  };
  if (asked.engineMinorVersion === null && asked.proxyMinorVersion === null) {
    // A proxy version is asked for, and there are no proxy nodes.
    return { version: null, newestVersion: null, upgradable: false };
  }
  return versionsOf(asked, versions);
}
