import type { CloudScope } from '../rollout/upgrade';
import type { CloudApi } from './api';
import { pathOf } from './api';
import { isRefused, UnexpectedAnswerError } from './errors';
import type { CallOptions } from './family';
import type { Job } from './jobs';
import { SKEW_MS, toJob } from './jobs';
import type { ListLength, Page } from './listing';
import { fromListing, lengthAfter, NO_LENGTH, pageQuery } from './listing';
import type { Together } from './snapshots';
import { byScope } from './snapshots';
import type { ImmediateRow } from './taurusdb-job-answers';
import { ImmediateJobsAnswer, ShowJobAnswer } from './taurusdb-job-answers';
import type { ScheduledJobs } from './taurusdb-schedules';
import { createScheduledJobs } from './taurusdb-schedules';
import { queryTime } from './times';

/**
 * Obtaining Information About a Task with a Specified ID (ShowGaussMySqlJobInfo), Querying Instant
 * Tasks (ListImmediateJobs).
 *
 * - a new id is unknown (DBS.200543) for several seconds
 * - only the last month can be queried
 * - instant tasks have no filter by instance, and only the limits 10, 20 and 50; whether their
 *   first offset is 0 or 1 depends on the edition of the page
 * - the progress is called `process`, and is empty unless the task runs
 * - the name of a proxy upgrade's task is not documented
 */

/** A task of an instance, with the name that the list gives it. */
export interface NamedJob extends Job {
  readonly instanceId: string | null;
  readonly name: string;
}

/** The job lists of TaurusDB. */
export interface TaurusdbJobs {
  /** Null: no list knows the id, or not yet, or knows it as another instance's. */
  find(scope: CloudScope, job: Wanted, options?: CallOptions): Promise<Job | null>;
  /** Instant tasks of all instances since an instant. */
  immediate(
    scope: CloudScope,
    filter: ImmediateFilter,
    options?: CallOptions,
  ): Promise<readonly NamedJob[]>;
  /**
   * What has begun on an instance since an instant and may be an upgrade, by whatever name: no page
   * names them all.
   */
  mayBeUpgrades(
    scope: CloudScope,
    on: Omit<Wanted, 'id'>,
    options?: CallOptions,
  ): Promise<readonly NamedJob[]>;
  readonly scheduled: ScheduledJobs;
}

/** A job whose id is known; without it, whatever began on an instance. */
export interface Wanted {
  readonly id: string;
  readonly instanceId: string;
  /** It had not begun before. */
  readonly since: string;
}

export interface ImmediateFilter {
  readonly since: string;
  /** Absent: whatever its name. */
  readonly name?: string;
  /** Whether a list that begins earlier, and that others read as well, will do. */
  readonly isSharable: boolean;
}

const PAGE = 50;
// 2,000 tasks: more than are in flight at a time. Known gap: what a project began beyond that in
// one window is not seen, and is then followed by its version.
const MAX_PAGES = 40;
// Callers who look since different instants share a list only if it begins at the same one.
const WINDOW_MS = 3_600_000;

interface Window {
  readonly id: string;
  readonly fromMs: number;
  readonly name?: string;
}

/** A job of one instance: nothing says that no other has one of the same id. */
interface Sought {
  readonly id: string;
  readonly wanted: Wanted;
}

interface ImmediateList extends ListLength {
  readonly jobs: readonly NamedJob[];
}

/** The job lists, read through `api`; one per process, for what is shared is shared within it. */
export function createTaurusdbJobs(api: CloudApi): TaurusdbJobs {
  const call = { service: 'taurusdb', method: 'GET' } as const;
  const windows = byScope<Window, readonly NamedJob[]>((scope) => async ({ keys }, together) => {
    const found = new Map<string, readonly NamedJob[]>();
    for (const key of keys) found.set(key.id, (await readImmediate(scope, key, together)).jobs);
    return ({ id }) => found.get(id);
  });
  const byId = byScope((scope) => {
    // No page tells it: it is learned from the first list that has a job which we know by its id.
    let name: string | undefined;
    return fromListing<Sought, ImmediateRow, { readonly job: Job | null }>({
      pageSize: PAGE,
      rowsPerKey: 'one',
      async readPage(page, { keys, together }) {
        const fromMs = Math.min(...keys.map(({ wanted }) => Date.parse(wanted.since))) - SKEW_MS;
        const answer = await readPage(scope, { fromMs, name, page }, together);
        name ??=
          answer.rows.find((row) => keys.some(({ wanted }) => row.job_id === wanted.id))
            ?.job_name ?? undefined;
        return answer;
      },
      rowId,
      // A row without an instance is nobody's: then the job is asked for alone.
      keyId: rowId,
      valueOf: ([row]) => ({ job: row === undefined ? null : toNamedJob(row) }),
      readAlone: async ({ wanted }, together) => ({ job: await show(scope, wanted, together) }),
    });
  });
  return { find, immediate, mayBeUpgrades, scheduled: createScheduledJobs(api) };

  async function find(
    scope: CloudScope,
    wanted: Wanted,
    options?: CallOptions,
  ): Promise<Job | null> {
    const id = rowId({ job_id: wanted.id, instance_id: wanted.instanceId });
    return (await byId(scope, { id, wanted }, options)).job;
  }

  async function show(
    scope: CloudScope,
    { id, instanceId }: Wanted,
    together: Together,
  ): Promise<Job | null> {
    const path = pathOf('v3', scope, 'jobs');
    const doing = 'reading a job';
    try {
      const { job } = await api.read(
        { ...call, scope, doing, path, query: { id } },
        ShowJobAnswer,
        together,
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
    options: CallOptions = {},
  ): Promise<readonly NamedJob[]> {
    const fromMs = Date.parse(since) - SKEW_MS;
    if (!isSharable) return readWhole(scope, { fromMs, name }, options);
    const windowMs = Math.floor(fromMs / WINDOW_MS) * WINDOW_MS;
    return windows(scope, { id: `${windowMs}/${name}`, fromMs: windowMs, name }, options);
  }

  async function mayBeUpgrades(
    scope: CloudScope,
    { instanceId, since }: Omit<Wanted, 'id'>,
    options?: CallOptions,
  ): Promise<readonly NamedJob[]> {
    const listed = await immediate(scope, { since, isSharable: true }, options);
    return listed.filter(
      (job) =>
        job.instanceId === instanceId && (job.name === '' || /upgrade|version/i.test(job.name)),
    );
  }

  /** For those who conclude something from what is not in it. */
  async function readWhole(
    scope: CloudScope,
    window: Omit<Window, 'id'>,
    options: CallOptions,
  ): Promise<readonly NamedJob[]> {
    const { jobs, most, hasShrunk } = await readImmediate(scope, window, options);
    if (hasShrunk) {
      const words = `listing jobs: there were ${most}, then fewer, so what is missing is not known`;
      throw new UnexpectedAnswerError(words);
    }
    if (jobs.length >= (most ?? 0)) return jobs;
    // By the vendor's Terraform provider its offset may count pages: then all but the first are empty.
    const words = `listing jobs: ${jobs.length} of ${most} were shown, so what is missing is not known`;
    throw new UnexpectedAnswerError(words);
  }

  async function readImmediate(
    scope: CloudScope,
    { fromMs, name }: Omit<Window, 'id'>,
    options: CallOptions,
  ): Promise<ImmediateList> {
    const rows = new Map<string, ImmediateRow>();
    let length = NO_LENGTH;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const answer = await readPage(scope, { fromMs, name, page }, options);
      for (const row of answer.rows) rows.set(rowId(row), row);
      length = lengthAfter(length, answer.total);
      if (answer.rows.length < PAGE || rows.size === answer.total) break;
    }
    return { jobs: [...rows.values()].map(toNamedJob), ...length };
  }

  async function readPage(
    scope: CloudScope,
    { fromMs, name, page }: Omit<Window, 'id'> & { readonly page: number },
    options: CallOptions,
  ): Promise<Page<ImmediateRow>> {
    const query = {
      start_time: queryTime(fromMs),
      ...pageQuery(page, PAGE),
      ...(name === undefined ? {} : { job_name: name }),
    };
    const path = pathOf('v3', scope, 'immediate-jobs');
    const doing = 'listing jobs';
    const answer = await api.read(
      { ...call, scope, doing, path, query },
      ImmediateJobsAnswer,
      options,
    );
    return { rows: answer.jobs, total: answer.total_count ?? null };
  }
}

/** One job id may have a row for each instance that it is about. */
function rowId(row: Pick<ImmediateRow, 'job_id' | 'instance_id'>): string {
  return `${row.job_id}/${row.instance_id ?? ''}`;
}

function toNamedJob(row: ImmediateRow): NamedJob {
  const { job_id: id, status, process: percent, fail_reason: failReason } = row;
  const times = { created: row.created_time, ended: row.ended_time };
  const job = toJob({ id, status, percent, failReason, ...times });
  return { ...job, instanceId: row.instance_id ?? null, name: row.job_name ?? '' };
}
