import type { Inspection, UpgradeRequest } from '../rollout/upgrade';
import type { CloudApi } from './api';
import { pathOf } from './api';
import { isCloudApiError, isRefused, isUnexpectedAnswer } from './errors';
import type { CallOptions } from './family';
import type { CandidatesAnswer as Candidates, InstanceRow } from './gaussdb-hotfix-answers';
import {
  CandidatesAnswer,
  InstancesAnswer,
  ScheduleTasksAnswer,
  TasksAnswer,
} from './gaussdb-hotfix-answers';
import type { Job } from './jobs';
import { newest, toJob } from './jobs';
import type { ReportWord } from './log';
import { patchesOf, patchList } from './patches';
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
  return { look, scheduleTasks, failReason };

  async function look(request: UpgradeRequest, options?: CallOptions): Promise<Inspection> {
    const { scope, target } = request;
    const { instanceId } = target;
    const call = { service: 'gaussdb', scope, method: 'GET' } as const;
    const list = pathOf('v3.3', scope, 'instances');
    const detail = pathOf('v3.1', scope, 'instances', instanceId);
    try {
      const [{ instances }, candidates] = await Promise.all([
        api.read(
          { ...call, doing: 'reading the instance', path: list, query: { id: instanceId } },
          InstancesAnswer,
          options,
        ),
        api.read(
          {
            ...call,
            doing: 'reading the candidate versions',
            path: `${detail}/db-upgrade/candidate-versions`,
          },
          CandidatesAnswer,
          options,
        ),
      ]);
      const row = instances.find(({ id }) => id === instanceId);
      return row === undefined ? gone('not in the instance list') : describe(row, candidates);
    } catch (error) {
      if (isRefused(error, 'notFound')) return gone(error.code ?? 'not found');
      throw error;
    }
  }

  function describe(row: InstanceRow, candidates: Candidates): Inspection {
    const state = standingOf(INSTANCE_WORDS, row.status, report);
    if (state === 'gone') return gone(row.status);
    const installed = installedOn(row);
    const offered = offeredBy(candidates);
    return {
      version: patchList(installed),
      newestVersion: patchList([...installed, ...offered]),
      upgradable: offered.length > 0,
      state: row.status === UPGRADING ? 'upgrading' : state,
      status: row.status,
      ticket: null,
    };
  }

  async function scheduleTasks(
    { scope, target }: UpgradeRequest,
    options?: CallOptions,
  ): Promise<readonly ScheduledTask[]> {
    const { tasks } = await api.read(
      {
        service: 'gaussdb',
        scope,
        doing: 'listing scheduled tasks',
        method: 'GET',
        path: pathOf('v3', scope, 'instances', 'schedule-tasks'),
        query: { instance_id: target.instanceId, name: 'HOTFIX_VERSION_UPGRADE', limit: '100' },
      },
      ScheduleTasksAnswer,
      options,
    );
    return tasks
      .filter((task) => task.instance_id === target.instanceId)
      .map(({ task_id: id, status, create_time, start_time }) => ({
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
      return (ours.find(({ id }) => id === task.id) ?? newest(ours))?.failReason ?? null;
    } catch (error) {
      // That it failed is known; a reason that cannot be had must not hide it.
      if (isCloudApiError(error) || isUnexpectedAnswer(error)) return null;
      throw error;
    }
  }
}

/** The hot patches that are installed. */
export function installedOn({ datastore }: InstanceRow): readonly string[] {
  const rows = datastore?.hotfix_version_infos?.map(({ version }) => version);
  return rows ?? patchesOf(datastore?.hotfix_versions ?? '');
}

/** The hot patches that can be installed now. */
export function offeredBy(candidates: Candidates): readonly string[] {
  const hotfix = candidates.upgrade_type_list?.find((type) => type.upgrade_type === 'hotfix');
  if (hotfix?.enable === false) return [];
  return [
    ...(candidates.hotfix_upgrade_candidate_versions ?? []),
    ...(candidates.hotfix_upgrade_infos ?? []).map(({ version }) => version),
  ];
}
