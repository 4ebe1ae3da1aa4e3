import type { CacheUpgrade, Inspection, UpgradeRequest } from '../rollout/upgrade';
import type { CloudApi } from './api';
import { pathOf } from './api';
import type {
  InstanceAnswer as Instance,
  ProgressAnswer as TaskProgress,
  VersionAnswer as Versions,
} from './dcs-instance-answers';
import { InstanceAnswer, ProgressAnswer, TasksAnswer, VersionAnswer } from './dcs-instance-answers';
import { isRefused } from './errors';
import type { CallOptions } from './family';
import type { Job } from './jobs';
import { toJob } from './jobs';
import type { ReportWord } from './log';
import { upgradeOf } from './request';
import type { StatusWords } from './standing';
import { gone, standingOf } from './standing';
import { compactTime } from './times';

/** A background task with its name, which for an upgrade no page tells. */
export interface NamedTask extends Job {
  readonly name: string;
}

/** What one look at an instance shows, before any list of tasks. */
export interface Look {
  readonly seen: Inspection;
  /** The task that the instance itself names as its upgrade. */
  readonly serviceTaskId: string | null;
}

/** The reads that the cache family is made of. */
export interface DcsReads {
  look(request: UpgradeRequest, options?: CallOptions): Promise<Look>;
  /** Background tasks from a day before the instant. */
  tasksAround(
    request: UpgradeRequest,
    instant: string,
    options?: CallOptions,
  ): Promise<readonly NamedTask[]>;
  /** Null: the cloud does not know the task, or not yet. */
  taskProgress(
    request: UpgradeRequest,
    taskId: string,
    options?: CallOptions,
  ): Promise<TaskProgress | null>;
}

const INSTANCE_WORDS: StatusWords = {
  field: 'DCS instance status',
  ready: ['RUNNING'],
  busy: ['CREATING', 'RESTARTING', 'EXTENDING', 'RESTORING', 'FLUSHING', 'UPGRADING'],
  bad: ['CREATEFAILED', 'ERROR', 'FROZEN'],
  gone: ['DELETED'],
};

// An instance has a few tasks in a day, far below a page.
const PAGE = 100;
// An adopted upgrade began before its ticket. Known gap: one that began more than a day before is
// followed by its progress and version only.
const LOOK_BACK_MS = 86_400_000;

/** Builds the reads. */
export function createDcsReads(api: CloudApi, report: ReportWord): DcsReads {
  return { look, tasksAround, taskProgress };

  async function look(request: UpgradeRequest, options?: CallOptions): Promise<Look> {
    const { scope, target } = request;
    const call = { service: 'dcs', scope, method: 'GET' } as const;
    const path = pathOf('v2', scope, 'instances', target.instanceId);
    try {
      const [instance, versions] = await Promise.all([
        api.read({ ...call, doing: 'reading the instance', path }, InstanceAnswer, options),
        api.read(
          { ...call, doing: 'reading the versions', path: `${path}/version` },
          VersionAnswer,
          options,
        ),
      ]);
      const upgrade = upgradeOf(request, 'dcs-instance');
      const serviceTaskId = (instance.service_upgrade && instance.service_task_id) || null;
      return { seen: describe(upgrade, instance, versions), serviceTaskId };
    } catch (error) {
      if (!isRefused(error, 'notFound')) throw error;
      return { seen: gone(error.code ?? 'not found'), serviceTaskId: null };
    }
  }

  function describe(upgrade: CacheUpgrade, instance: Instance, versions: Versions): Inspection {
    const standing = standingOf(INSTANCE_WORDS, instance.status, report);
    if (standing === 'gone') return gone(instance.status);
    const isWorking = standing === 'ready' && Boolean(instance.task);
    const isUpgrading = instance.service_upgrade === true && standing !== 'bad';
    const state = isWorking ? 'busy' : standing;
    return {
      ...versionsOf(upgrade, versions),
      state: isUpgrading ? 'upgrading' : state,
      status: isWorking ? `${instance.status} ${instance.task}` : instance.status,
      ticket: null,
    };
  }

  async function tasksAround(
    { scope, target }: UpgradeRequest,
    instant: string,
    options?: CallOptions,
  ): Promise<readonly NamedTask[]> {
    const { tasks } = await api.read(
      {
        service: 'dcs',
        scope,
        doing: 'listing background tasks',
        method: 'GET',
        path: pathOf('v2', scope, 'instances', target.instanceId, 'tasks'),
        query: {
          start_time: compactTime(Date.parse(instant) - LOOK_BACK_MS),
          limit: String(PAGE),
        },
      },
      TasksAnswer,
      options,
    );
    return tasks.map(({ id, status, name, created_at: created, updated_at, error_code }) => ({
      // `updated_at` of a running task is not its end.
      ...toJob({ id, status, created, ended: isTerminal(status) ? updated_at : null }),
      failReason: error_code ? `the task ended with ${error_code}` : null,
      name: name ?? '',
    }));
  }

  async function taskProgress(
    { scope, target }: UpgradeRequest,
    taskId: string,
    options?: CallOptions,
  ): Promise<TaskProgress | null> {
    const { instanceId } = target;
    try {
      return await api.read(
        {
          service: 'dcs',
          scope,
          doing: 'reading the progress of a task',
          method: 'GET',
          path: pathOf('v2', scope, 'instances', instanceId, 'tasks', taskId, 'progress'),
        },
        ProgressAnswer,
        options,
      );
    } catch (error) {
      if (isRefused(error)) return null;
      throw error;
    }
  }
}

/** The words for a task that has ended; sibling services have the last two. */
export const DCS_JOB_WORDS = {
  field: 'DCS task status',
  running: ['EXECUTING', 'CREATED', 'WAITING'],
  succeeded: ['SUCCESS'],
  failed: ['FAILED', 'CANCELLED', 'DELETED'],
} as const;

function isTerminal(status: string): boolean {
  return [...DCS_JOB_WORDS.succeeded, ...DCS_JOB_WORDS.failed].some((word) => word === status);
}

/** The components that the upgrade names, joined as `Inspection.version` says. */
export function versionsOf(
  upgrade: CacheUpgrade,
  versions: Versions,
): Pick<Inspection, 'version' | 'newestVersion' | 'upgradable'> {
  const named = [
    ...(upgrade.engineMinorVersion === null
      ? []
      : [
          {
            now: versions.engine_minor_version,
            newest: versions.latest_engine_minor_version,
            upgradable: versions.engine_minor_version_upgradable,
          },
        ]),
    ...(upgrade.proxyMinorVersion === null
      ? []
      : [
          {
            now: versions.proxy_minor_version,
            newest: versions.latest_proxy_minor_version,
            upgradable: versions.proxy_minor_version_upgradable,
          },
        ]),
  ];
  const isSaid = named.some(({ upgradable }) => typeof upgradable === 'boolean');
  return {
    version: named.map(({ now }) => now ?? '').join('/'),
    newestVersion: named.every(({ newest }) => newest)
      ? named.map(({ newest }) => newest).join('/')
      : null,
    upgradable: isSaid ? named.some(({ upgradable }) => upgradable === true) : null,
  };
}
