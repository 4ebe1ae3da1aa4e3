import type { CloudScope } from '../rollout/upgrade';
import type { CloudApi } from './api';
import { pathOf } from './api';
import type { CallOptions } from './family';
import type { InstanceRow, ScheduleTaskRow } from './gaussdb-hotfix-answers';
import { InstancesAnswer, ScheduleTasksAnswer } from './gaussdb-hotfix-answers';
import { fromListing, pageQuery } from './listing';
import type { Key, Together } from './snapshots';
import { byScope } from './snapshots';

/** What GaussDB tells of many instances at once; keys are instance ids. */
export interface GaussdbLists {
  /** Null: the cloud lists no such instance. */
  instance(
    scope: CloudScope,
    key: Key,
    options?: CallOptions,
  ): Promise<{ readonly row: InstanceRow | null }>;
  /** The hot patch tasks of an instance. */
  scheduleTasks(
    scope: CloudScope,
    key: Key,
    options?: CallOptions,
  ): Promise<readonly ScheduleTaskRow[]>;
}

// The largest pages that there are.
const PAGE = 100;

type Query = Readonly<Record<string, string>>;

/** ListDatabaseInstances (v3.3, list and detail in one) and ListScheduleTask, through `api`. */
export function createGaussdbLists(api: CloudApi): GaussdbLists {
  const call = { service: 'gaussdb', method: 'GET' } as const;
  return { instance: byScope(instancesOf), scheduleTasks: byScope(tasksOf) };

  function instancesOf(scope: CloudScope) {
    return fromListing<Key, InstanceRow, { readonly row: InstanceRow | null }>({
      pageSize: PAGE,
      rowsPerKey: 'one',
      readPage: (page, { together }) => read('listing instances', pageQuery(page, PAGE), together),
      rowId: ({ id }) => id,
      keyId: ({ id }) => id,
      valueOf: ([row]) => ({ row: row ?? null }),
      async readAlone({ id }, together) {
        const { rows } = await read('reading the instance', { id }, together);
        return { row: rows.find((row) => row.id === id) ?? null };
      },
    });

    async function read(doing: string, query: Query, together: Together) {
      const path = pathOf('v3.3', scope, 'instances');
      const asked = { ...call, scope, doing, path, query };
      const answer = await api.read(asked, InstancesAnswer, together);
      return { rows: answer.instances, total: answer.total_count ?? null };
    }
  }

  function tasksOf(scope: CloudScope) {
    return fromListing<Key, ScheduleTaskRow, readonly ScheduleTaskRow[]>({
      pageSize: PAGE,
      rowsPerKey: 'many',
      readPage: (page, { together }) => read(pageQuery(page, PAGE), together),
      rowId: (row) => `${row.task_id}/${row.instance_id}`,
      keyId: (row) => row.instance_id ?? null,
      valueOf: (rows) => rows,
      async readAlone({ id }, together) {
        const { rows } = await read({ instance_id: id, ...pageQuery(0, PAGE) }, together);
        return rows.filter((row) => row.instance_id === id);
      },
    });

    async function read(filter: Query, together: Together) {
      const path = pathOf('v3', scope, 'instances', 'schedule-tasks');
      const query = { name: 'HOTFIX_VERSION_UPGRADE', ...filter };
      const asked = { ...call, scope, doing: 'listing scheduled tasks', path, query };
      const answer = await api.read(asked, ScheduleTasksAnswer, together);
      return { rows: answer.tasks, total: answer.total_count ?? null };
    }
  }
}
