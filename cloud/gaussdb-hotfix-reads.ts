import type { Inspection, UpgradeRequest } from '../rollout/upgrade';
import type { CloudApi } from './api';
import { pathOf } from './api';
import type { CloudApiError } from './errors';
import { isCloudApiError, isRefused, isUnavailable, isUnexpectedAnswer } from './errors';
import type { CallOptions } from './family';
import type { Offered } from './gaussdb-candidates';
import { createGaussdbCandidates } from './gaussdb-candidates';
import type { InstanceRow } from './gaussdb-hotfix-answers';
import { TasksAnswer } from './gaussdb-hotfix-answers';
import { createGaussdbLists } from './gaussdb-hotfix-lists';
import type { Job } from './jobs';
import { newest as newestOf, toJob } from './jobs';
import type { ReportWord } from './log';
import { patchesOf, patchList } from './patches';
import { upgradeOf } from './request';
import type { StatusWords } from './standing';
import { gone, standingOf } from './standing';
import { parseInstant } from './times';

/** A task with the instant that it was asked to begin at; null where the list does not say. */
export interface ScheduledTask extends Job {
  readonly startsAtMs: number | null;
}

/** The reads that the hot patch family is made of. */
export interface GaussdbReads {
  /** Installed and offered patches, and the status; tasks are not looked for. */
  look(request: UpgradeRequest, options?: CallOptions): Promise<Inspection>;
  /** The hot patch tasks of the request's instance. */
  scheduleTasks(request: UpgradeRequest, options?: CallOptions): Promise<readonly ScheduledTask[]>;
  /** Why a task failed; null where the cloud does not say, or cannot be asked. */
  failReason(request: UpgradeRequest, task: Job, options?: CallOptions): Promise<string | null>;
}

const UPGRADING = 'UPGRADING';

const INSTANCE_WORDS: StatusWords = {
  field: 'GaussDB instance status',
  ready: ['ACTIVE'],
  busy: [
    UPGRADING,
    'BUILD',
    'MODIFYING',
    'EXPANDING',
    'REBOOTING',
    'REDUCING',
    'RESTORING',
    'SWITCHOVER',
    'MIGRATING',
    'BACKING UP',
    'UPGRADE TO BE OBSERVED',
    'REDUCING REPLICATION',
    'REPAIRING',
  ],
  bad: ['FAILED', 'FROZEN', 'STORAGE FULL'],
  gone: ['DELETED'],
};

/** Builds the reads. */
export function createGaussdbReads(api: CloudApi, report: ReportWord): GaussdbReads {
  const lists = createGaussdbLists(api);
  const candidates = createGaussdbCandidates(api);
  return { look, scheduleTasks, failReason };

  async function look(request: UpgradeRequest, options: CallOptions = {}): Promise<Inspection> {
    const { scope, target } = request;
    const key = { id: target.instanceId };
    const { wanted } = options;
    try {
      // Both at once, unless the first may well be enough.
      const [{ row }, offered] = await Promise.all([
        lists.instance(scope, key, options),
        // What ails the instance must not hide what its row shows.
        wanted === undefined ? readOffered(request, options).catch(unlessCommon) : null,
      ]);
      if (row === null) return gone('not in the instance list');
      const state = standingOf(INSTANCE_WORDS, row.status, report);
      if (state === 'gone') return gone(row.status);
      const installed = installedOn(row);
      const seen = {
        version: patchList(installed),
        state: row.status === UPGRADING ? ('upgrading' as const) : state,
        status: row.status,
        ticket: null,
      };
      const isThere = patchesOf(wanted ?? '').every((patch) => installed.includes(patch));
      if (wanted !== undefined && isThere) {
        return { ...seen, newestVersion: null, upgradable: null };
      }
      try {
        const told = offered ?? (await readOffered(request, options));
        if (told instanceof Error) throw told;
        return { ...seen, ...(await readNewest(request, { installed, told }, options)) };
      } catch (error) {
        // Without a normal node the cloud does not say what it is offered, and nothing would come of it.
        if (state !== 'bad' || !isOfOne(error)) throw error;
        return { ...seen, newestVersion: null, upgradable: null };
      }
    } catch (error) {
      if (isRefused(error, 'notFound')) return gone(error.code ?? 'not found');
      throw error;
    }
  }

  function readOffered({ scope, target }: UpgradeRequest, options: CallOptions) {
    const key = { id: target.instanceId };
    return options.newest
      ? candidates.all(scope, key, options)
      : candidates.common(scope, key, options);
  }

  /** Asks for all that it is offered where what was told leaves one of the wanted patches open. */
  async function readNewest(
    request: UpgradeRequest,
    { installed, told }: { readonly installed: readonly string[]; readonly told: Offered },
    options: CallOptions,
  ): Promise<Pick<Inspection, 'newestVersion' | 'upgradable'>> {
    const { scope, target } = request;
    const { targetVersions: asked } = upgradeOf(request, 'gaussdb-hotfix');
    const known = [...installed, ...told.patches];
    const isEnough = told.isAll || asked.every((patch) => known.includes(patch));
    const { patches, isAll } = isEnough
      ? told
      : await candidates.all(scope, { id: target.instanceId }, options);
    const newestVersion = isAll ? patchList([...installed, ...patches]) : null;
    return { newestVersion, upgradable: patches.length > 0 };
  }

  async function scheduleTasks(
    { scope, target }: UpgradeRequest,
    options?: CallOptions,
  ): Promise<readonly ScheduledTask[]> {
    const rows = await lists.scheduleTasks(scope, { id: target.instanceId }, options);
    return rows.map(({ task_id: id, status, create_time, start_time }) => ({
      ...toJob({ id, status, created: create_time || start_time }),
      startsAtMs: parseInstant(start_time),
    }));
  }

  async function failReason(
    { scope, target }: UpgradeRequest,
    task: Job,
    options?: CallOptions,
  ): Promise<string | null> {
    try {
      const { tasks } = await api.read(
        {
          service: 'gaussdb',
          scope,
          doing: 'looking for the reason of a failure',
          method: 'GET',
          path: pathOf('v3', scope, 'tasks'),
          query: {
            status: 'Failed',
            limit: '100',
            // Milliseconds here, where the other lists take ISO times.
            ...(task.createdAtMs === null ? {} : { start_time: String(task.createdAtMs) }),
          },
        },
        TasksAnswer,
        options,
      );
      const ours = tasks
        .filter((row) => row.instance_info?.instance_id === target.instanceId)
        .map((row) => ({
          ...toJob({ id: row.job_id ?? '', status: row.status, created: row.created_at }),
          failReason: row.fail_reason || null,
        }))
        .filter(({ createdAtMs }) => (createdAtMs ?? Infinity) >= (task.createdAtMs ?? 0));
      return (ours.find(({ id }) => id === task.id) ?? newestOf(ours))?.failReason ?? null;
    } catch (error) {
      // That it failed is known; a reason that cannot be had must not hide it.
      if (isCloudApiError(error) || isUnexpectedAnswer(error)) return null;
      throw error;
    }
  }
}

/** Whether one sick instance may be why there is no answer about it. */
function isOfOne(error: unknown): error is CloudApiError {
  return isRefused(error) || isUnavailable(error);
}

function unlessCommon(error: unknown): CloudApiError {
  if (isOfOne(error)) return error;
  throw error;
}

/** The hot patches that are installed. */
export function installedOn({ datastore }: InstanceRow): readonly string[] {
  const rows = datastore?.hotfix_version_infos?.map(({ version }) => version);
  return rows ?? patchesOf(datastore?.hotfix_versions ?? '');
}
