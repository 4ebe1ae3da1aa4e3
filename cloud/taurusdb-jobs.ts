import { z } from 'zod';
import type { CloudScope } from '../rollout/upgrade';
import type { CloudApi } from './api';
import { pathOf } from './api';
import { isRefused } from './errors';
import type { CallOptions } from './family';
import type { Job } from './jobs';
import { SKEW_MS, toJob } from './jobs';
import { createSnapshots } from './snapshots';
import { queryTime } from './times';

/**
 * Obtaining Information About a Task with a Specified ID (ShowGaussMySqlJobInfo), Querying Instant
 * Tasks (ListImmediateJobs), Querying Scheduled Tasks (ListScheduleJobs).
 *
 * - a new id is unknown (DBS.200543) for several seconds
 * - only the last month can be queried
 * - instant tasks have no filter by instance, and only the limits 10, 20 and 50; whether their
 *   first offset is 0 or 1 depends on the edition of the page
 * - the progress is called `process`, and is empty unless the task runs
 * - the name of a proxy upgrade's task is not documented
 */
const ShowJobAnswer = z.object({
  job: z.object({
    id: z.string(),
    status: z.string(),
    created: z.string().nullish(),
    ended: z.string().nullish(),
    process: z.string().nullish(),
    fail_reason: z.string().nullish(),
    instance: z.object({ id: z.string().nullish() }).nullish(),
  }),
});

const ImmediateJobsAnswer = z.object({
  jobs: z
    .object({
      instance_id: z.string().nullish(),
      job_id: z.string(),
      job_name: z.string().nullish(),
      status: z.string(),
      process: z.string().nullish(),
      created_time: z.string().nullish(),
      ended_time: z.string().nullish(),
      fail_reason: z.string().nullish(),
    })
    .array(),
});

const ScheduledJobsAnswer = z.object({
  schedules: z
    .object({
      job_id: z.string(),
      instance_id: z.string().nullish(),
      proxy_id: z.string().nullish(),
      job_status: z.string(),
      create_time: z.string().nullish(),
      end_time: z.string().nullish(),
    })
    .array(),
});

/** A task of an instance, with the name that the list gives it. */
export interface NamedJob extends Job {
  readonly instanceId: string | null;
  readonly name: string;
}

/** The job lists of TaurusDB. */
export interface TaurusdbJobs {
  /** Null: the list does not know the id, or not yet, or knows it as another instance's. */
  find(
    scope: CloudScope,
    job: { readonly id: string; readonly instanceId: string },
    options?: CallOptions,
  ): Promise<Job | null>;
  /** Instant tasks of all instances since an instant. */
  immediate(
    scope: CloudScope,
    filter: ImmediateFilter,
    options?: CallOptions,
  ): Promise<readonly NamedJob[]>;
  /** Scheduled tasks of one instance. */
  scheduled(
    scope: CloudScope,
    filter: { readonly instanceId: string; readonly name: string; readonly proxyId?: string },
    options?: CallOptions,
  ): Promise<readonly Job[]>;
}

export interface ImmediateFilter {
  readonly since: string;
  /** Absent: whatever its name. */
  readonly name?: string;
  /** Whether an answer of the last moments will do. */
  readonly isSharable: boolean;
}

const PAGE = 50;
// 2,000 tasks: more than are in flight at a time. Known gap: what a project began beyond that in
// one window is not seen, and is then followed by its version.
const MAX_PAGES = 40;
// The job lists say when to look at the version, never that it is there: a moment is no harm,
// and 500 upgrades in flight cost one reading of the list instead of 500.
const SHARED_FOR_MS = 2_000;
// Callers who look since different instants share a list only if it begins at the same one.
const WINDOW_MS = 3_600_000;

/** The job lists, read through `api`; one per process, for what is shared is shared within it. */
export function createTaurusdbJobs(api: CloudApi): TaurusdbJobs {
  const snapshots = createSnapshots<readonly NamedJob[]>();
  return { find, immediate, scheduled };

  async function find(
    scope: CloudScope,
    { id, instanceId }: Parameters<TaurusdbJobs['find']>[1],
    options?: CallOptions,
  ): Promise<Job | null> {
    const path = pathOf('v3', scope, 'jobs');
    const doing = 'reading a job';
    try {
      const { job } = await api.read(
        { service: 'taurusdb', scope, doing, method: 'GET', path, query: { id } },
        ShowJobAnswer,
        options,
      );
      // Whatever became of another instance's job says nothing about ours.
      if (job.id !== id || (job.instance?.id ?? instanceId) !== instanceId) return null;
      const { created, ended, process: percent, fail_reason: failReason } = job;
      return toJob({ ...job, created, ended, percent, failReason });
    } catch (error) {
      // That a workflow id is a job id is documented nowhere: any refusal of it means "not here".
      if (isRefused(error)) return null;
      throw error;
    }
  }

  async function immediate(
    scope: CloudScope,
    { since, name, isSharable }: ImmediateFilter,
    options?: CallOptions,
  ): Promise<readonly NamedJob[]> {
    const fromMs = Date.parse(since) - SKEW_MS;
    if (!isSharable) return readImmediate(scope, { fromMs, name }, options);
    const windowMs = Math.floor(fromMs / WINDOW_MS) * WINDOW_MS;
    const key = [scope.region, scope.projectId, name, windowMs].join('/');
    // Without the caller's signal: another caller may wait for the same answer.
    return snapshots.get(key, SHARED_FOR_MS, () =>
      readImmediate(scope, { fromMs: windowMs, name }, { priority: options?.priority }),
    );
  }

  async function readImmediate(
    scope: CloudScope,
    { fromMs, name }: { readonly fromMs: number; readonly name?: string },
    options?: CallOptions,
  ): Promise<readonly NamedJob[]> {
    const path = pathOf('v3', scope, 'immediate-jobs');
    const jobs: NamedJob[] = [];
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const query = {
        start_time: queryTime(fromMs),
        limit: String(PAGE),
        ...(name === undefined ? {} : { job_name: name }),
        // The first page without it: its default is the first offset, whichever that is. Later ones
        // overlap by a row where that is 1, and miss none.
        ...(page === 0 ? {} : { offset: String(page * PAGE) }),
      };
      const answer = await api.read(
        { service: 'taurusdb', scope, doing: 'listing jobs', method: 'GET', path, query },
        ImmediateJobsAnswer,
        options,
      );
      jobs.push(...answer.jobs.map(toNamedJob));
      if (answer.jobs.length < PAGE) break;
    }
    return jobs;
  }

  async function scheduled(
    scope: CloudScope,
    { instanceId, name, proxyId }: Parameters<TaurusdbJobs['scheduled']>[1],
    options?: CallOptions,
  ): Promise<readonly Job[]> {
    const { schedules } = await api.read(
      {
        service: 'taurusdb',
        scope,
        doing: 'listing scheduled jobs',
        method: 'GET',
        path: pathOf('v3', scope, 'scheduled-jobs'),
        query: { instance_id: instanceId, job_name: name, limit: '100' },
      },
      ScheduledJobsAnswer,
      options,
    );
    return schedules
      .filter((row) => row.instance_id === instanceId)
      .filter((row) => proxyId === undefined || row.proxy_id === proxyId)
      .map(({ job_id: id, job_status: status, create_time: created, end_time: ended }) =>
        toJob({ id, status, created, ended }),
      );
  }
}

function toNamedJob(row: z.infer<typeof ImmediateJobsAnswer>['jobs'][number]): NamedJob {
  const { job_id: id, status, process: percent, fail_reason: failReason } = row;
  const times = { created: row.created_time, ended: row.ended_time };
  const job = toJob({ id, status, percent, failReason, ...times });
  return { ...job, instanceId: row.instance_id ?? null, name: row.job_name ?? '' };
}
