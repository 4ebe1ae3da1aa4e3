import type { CloudScope } from '../rollout/upgrade';
import type { CloudApi } from './api';
import { pathOf } from './api';
import type { CallOptions } from './family';
import type { Job } from './jobs';
import { toJob } from './jobs';
import type { Page } from './listing';
import { fromListing, isOfListAlone, pageQuery } from './listing';
import type { Key, Together } from './snapshots';
import { byScope } from './snapshots';
import type { ScheduledRow } from './taurusdb-job-answers';
import { ScheduledJobsAnswer, ScheduleExistsAnswer } from './taurusdb-job-answers';

/** The names that the list gives the two kinds of upgrade. */
export type ScheduleName = 'VERSION_UPGRADE' | 'PROXY_VERSION_UPGRADE';

/** Querying Scheduled Tasks (ListScheduleJobs): those of one instance, or of one proxy of it. */
export type ScheduledJobs = (
  scope: CloudScope,
  filter: {
    readonly instanceId: string;
    readonly name: ScheduleName;
    readonly proxyId?: string;
  },
  options?: CallOptions,
) => Promise<readonly Job[]>;

const PAGE = 100;

/** The list of scheduled tasks, read through `api`. */
export function createScheduledJobs(api: CloudApi): ScheduledJobs {
  // A row need not say its name: a list is of one name, so that none is lost.
  const rowsOf = {
    VERSION_UPGRADE: byScope((scope) => listingOf(scope, 'VERSION_UPGRADE')),
    PROXY_VERSION_UPGRADE: byScope((scope) => listingOf(scope, 'PROXY_VERSION_UPGRADE')),
  };
  return async (scope, { instanceId, name, proxyId }, options) => {
    const rows = await rowsOf[name](scope, { id: instanceId }, options);
    return rows
      .filter((row) => proxyId === undefined || row.proxy_id === proxyId)
      .map(({ job_id: id, job_status: status, create_time: created, end_time: ended }) =>
        toJob({ id, status, created, ended }),
      );
  };

  function listingOf(scope: CloudScope, name: ScheduleName) {
    return fromListing<Key, ScheduledRow, readonly ScheduledRow[]>({
      pageSize: PAGE,
      rowsPerKey: 'many',
      readPage: (page, { together }) =>
        read(scope, { job_name: name, ...pageQuery(page, PAGE) }, together),
      rowId: (row) => [row.job_id, row.instance_id, row.proxy_id].join('/'),
      keyId: (row) => row.instance_id ?? null,
      valueOf: (rows) => rows,
      async readAlone({ id }, together) {
        const { rows } = await read(
          scope,
          { job_name: name, instance_id: id, ...pageQuery(0, PAGE) },
          together,
        );
        return rows.filter((row) => row.instance_id === id);
      },
    });
  }

  async function read(
    scope: CloudScope,
    query: Readonly<Record<string, string>>,
    together: Together,
  ): Promise<Page<ScheduledRow>> {
    const answer = await api.read(
      {
        service: 'taurusdb',
        scope,
        doing: 'listing scheduled jobs',
        method: 'GET',
        path: pathOf('v3', scope, 'scheduled-jobs'),
        query,
      },
      ScheduledJobsAnswer,
      together,
    );
    return { rows: answer.schedules, total: answer.total_count ?? null };
  }
}

/** Of the statuses, those that the list of scheduled tasks has other words for. */
const LIST_WORDS: Readonly<Record<string, string>> = { WAITING: 'Pending', RUNNING: 'Running' };

/**
 * Checking Whether a Scheduled Task Exists (CheckScheduleTaskExist): those of one instance that wait or
 * run. For who wants to be sure that there is none: whether the list has the batch call's is not documented.
 */
export async function readPendingSchedules(
  api: CloudApi,
  scope: CloudScope,
  { instanceId, name }: { readonly instanceId: string; readonly name: ScheduleName },
  options?: CallOptions,
): Promise<readonly Job[]> {
  const path = pathOf('v3', scope, 'instances', instanceId, 'schedule-tasks', 'exist');
  const doing = 'looking for scheduled tasks';
  const call = { service: 'taurusdb', scope, doing, method: 'POST', path } as const;
  try {
    const body = { schedule_type: name };
    const { scheduled_tasks: tasks } = await api.read(
      { ...call, body },
      ScheduleExistsAnswer,
      options,
    );
    return (tasks ?? []).map(({ task_id: id, task_status: said, create_time: created }) =>
      toJob({ id, status: LIST_WORDS[said ?? ''] ?? said ?? '', created }),
    );
  } catch (error) {
    // Not every region has it, nor every user the permission: then the list must do.
    if (isOfListAlone(error)) return [];
    throw error;
  }
}
