import { z } from 'zod';
import type { FleetRow, FleetSearch } from '../rollout/fleet';
import type { CloudApi } from './api';
import { pathOf } from './api';
import { isRefused } from './errors';
import type { CallOptions } from './family';
import type { Fleet, FleetPage, PageAsk } from './fleet';
import { isNamed, isTagged, pageOf, rowOf, tagQuery, tagsOf, zonesOf } from './fleet';
import { offeredBy } from './gaussdb-candidates';
import { CandidatesAnswer, InstancesAnswer } from './gaussdb-hotfix-answers';
import { installedOn } from './gaussdb-hotfix-reads';
import { patchesOf, patchList } from './patches';

/**
 * Querying DB Instances (ListDatabaseInstances, v3.3), ShowUpgradeCandidateVersions.
 *
 * - the list has the installed hot patches; what is offered costs one call for each instance
 * - a hundred rows at most; a leading `*` of `name` finds parts of names
 * - `tags` takes ten pairs at most
 */

const Text = z.string().nullish();

const FleetAnswer = z.object({
  total_count: z.number().nullish(),
  instances: InstancesAnswer.shape.instances.element
    .extend({
      name: Text,
      nodes: z.object({ availability_zone: Text }).array().nullish(),
      maintenance_window: Text,
      tags: z.object({ key: z.string(), value: Text }).array().nullish(),
    })
    .array(),
});
type ListedInstance = z.infer<typeof FleetAnswer>['instances'][number];

const MOST_ROWS = 100;

/** The GaussDB instances of a project. */
export function createGaussdbFleet(api: CloudApi): Fleet {
  return { list, complete };

  async function list(
    search: FleetSearch,
    ask: PageAsk,
    options?: CallOptions,
  ): Promise<FleetPage> {
    const { scope, name, tags } = search;
    const page = { ...ask, atMost: Math.min(ask.atMost, MOST_ROWS) };
    const { instances, total_count: total } = await api.read(
      {
        service: 'gaussdb',
        scope,
        doing: 'listing instances',
        method: 'GET',
        path: pathOf('v3.3', scope, 'instances'),
        query: {
          offset: String(page.from),
          limit: String(page.atMost),
          ...(name === null ? {} : { name }),
          ...tagQuery(tags),
        },
      },
      FleetAnswer,
      options,
    );
    const rows = instances
      .map(describe)
      .filter((row) => isNamed(row.name, name) && isTagged(row.tags, tags));
    return { rows, ...pageOf(page, instances.length, total) };
  }

  async function complete(
    { scope, versions }: FleetSearch,
    rows: readonly FleetRow[],
    options?: CallOptions,
  ): Promise<readonly FleetRow[]> {
    if (!versions) return rows;
    const read: FleetRow[] = [];
    for (const row of rows) {
      const path = pathOf('v3.1', scope, 'instances', row.instanceId, 'db-upgrade');
      const call = { service: 'gaussdb', scope, method: 'GET' } as const;
      try {
        const answer = await api.read(
          { ...call, doing: 'reading the candidate versions', path: `${path}/candidate-versions` },
          CandidatesAnswer,
          options,
        );
        const offered = offeredBy(answer);
        const newestVersion = patchList([...patchesOf(row.version ?? ''), ...offered]);
        read.push({ ...row, newestVersion, upgradable: offered.length > 0 });
      } catch (error) {
        if (!isRefused(error, 'notFound')) throw error;
      }
    }
    return read;
  }
}

function describe(given: ListedInstance): FleetRow {
  return rowOf({
    instanceId: given.id,
    name: given.name ?? '',
    version: patchList(installedOn(given)),
    status: given.status,
    az: zonesOf((given.nodes ?? []).map((node) => node.availability_zone)),
    maintenanceWindow: given.maintenance_window || null,
    tags: tagsOf(given.tags),
  });
}
