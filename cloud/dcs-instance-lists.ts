import type { CloudScope } from '../rollout/upgrade';
import type { CloudApi } from './api';
import { pathOf } from './api';
import type {
  InstanceAnswer as Instance,
  ProgressAnswer as TaskProgress,
  TaskRow,
} from './dcs-instance-answers';
import {
  InstanceAnswer,
  InstancesAnswer,
  ProgressAnswer,
  TasksAnswer,
} from './dcs-instance-answers';
import { isRefused } from './errors';
import type { CallOptions } from './family';
import type { Job } from './jobs';
import { percentOf, toJob } from './jobs';
import { fromListing, pageQuery } from './listing';
import type { Key, Together } from './snapshots';
import { byScope } from './snapshots';
import { compactTime } from './times';

/** A background task with its name, which for an upgrade no page tells. */
export interface NamedTask extends Job {
  readonly name: string;
}

/** A task that is asked for by its id. */
export interface TaskKey extends Key {
  readonly instanceId: string;
  /** It is looked for from a day before this instant. */
  readonly since: string;
}

/** What is known of a task: a list has its status, its progress page what is left. */
export interface SeenTask {
  readonly task: NamedTask | null;
  readonly progress: TaskProgress | null;
}

/** What DCS tells of many instances and tasks at once. */
export interface DcsLists {
  instance(scope: CloudScope, key: Key, options?: CallOptions): Promise<Instance>;
  /** Both null: neither the list nor its instance knows the task. */
  task(scope: CloudScope, key: TaskKey, options?: CallOptions): Promise<SeenTask>;
  /** The tasks of one instance, from that list of its own which alone says whose they are. */
  tasksAround(
    scope: CloudScope,
    of: Omit<TaskKey, 'id'>,
    options?: CallOptions,
  ): Promise<readonly NamedTask[]>;
  /** Null: the cloud does not know the task, or not yet. */
  progress(
    scope: CloudScope,
    of: Pick<TaskKey, 'id' | 'instanceId'>,
    options?: CallOptions,
  ): Promise<TaskProgress | null>;
}

// A thousand are allowed; at some kilobytes each that would be more than we read of an answer.
const PAGE = 500;
// An instance has a few tasks in a day, far below a page.
const TASKS_PAGE = 100;
// An adopted upgrade began before its ticket. Known gap: one that began more than a day before is
// followed by its progress and version only.
const LOOK_BACK_MS = 86_400_000;

/** ListInstances and ShowInstance, ListCenterTask, ListBackgroundTask and its progress. */
export function createDcsLists(api: CloudApi): DcsLists {
  const call = { service: 'dcs', method: 'GET' } as const;
  return { instance: byScope(instancesOf), task: byScope(tasksOf), tasksAround, progress };

  function instancesOf(scope: CloudScope) {
    const path = pathOf('v2', scope, 'instances');
    return fromListing<Key, Instance & { readonly instance_id: string }, Instance>({
      pageSize: PAGE,
      rowsPerKey: 'one',
      async readPage(page, { together }) {
        const asked = { ...call, scope, doing: 'listing instances', path };
        const query = pageQuery(page, PAGE);
        const answer = await api.read({ ...asked, query }, InstancesAnswer, together);
        return { rows: answer.instances, total: answer.instance_num ?? null };
      },
      rowId: (row) => row.instance_id,
      keyId: (row) => row.instance_id,
      valueOf: ([row]) => row as Instance,
      readAlone: ({ id }, together) => {
        const own = pathOf('v2', scope, 'instances', id);
        const asked = { ...call, scope, doing: 'reading the instance', path: own };
        return api.read(asked, InstanceAnswer, together);
      },
    });
  }

  /** The project's list does not say whose a task is: it is asked for ids alone. */
  function tasksOf(scope: CloudScope) {
    return fromListing<TaskKey, TaskRow, SeenTask>({
      pageSize: PAGE,
      rowsPerKey: 'one',
      async readPage(page, { keys, together }) {
        const since = Math.min(...keys.map((key) => Date.parse(key.since)));
        const query = { start_time: compactTime(since - LOOK_BACK_MS), ...pageQuery(page, PAGE) };
        const path = pathOf('v2', scope, 'tasks');
        const asked = { ...call, scope, doing: 'listing tasks', path, query };
        const answer = await api.read(asked, TasksAnswer, together);
        return { rows: answer.tasks, total: answer.task_count ?? null };
      },
      rowId: ({ id }) => id,
      keyId: ({ id }) => id,
      valueOf: ([row]) => ({ task: row ? toNamedTask(row) : null, progress: null }),
      readAlone: (key, together) => readTask(scope, key, together),
    });
  }

  /** The progress first: while it runs that is all, and it says how long it will. */
  async function readTask(scope: CloudScope, key: TaskKey, together: Together): Promise<SeenTask> {
    const seen = await progress(scope, key, together);
    if (seen !== null && isExecuting(seen)) return { task: null, progress: seen };
    const tasks = await tasksAround(scope, key, together);
    return { task: tasks.find(({ id }) => id === key.id) ?? null, progress: seen };
  }

  async function tasksAround(
    scope: CloudScope,
    { instanceId, since }: Omit<TaskKey, 'id'>,
    options?: CallOptions,
  ): Promise<readonly NamedTask[]> {
    const path = pathOf('v2', scope, 'instances', instanceId, 'tasks');
    const query = {
      start_time: compactTime(Date.parse(since) - LOOK_BACK_MS),
      limit: String(TASKS_PAGE),
    };
    const asked = { ...call, scope, doing: 'listing background tasks', path, query };
    const { tasks } = await api.read(asked, TasksAnswer, options);
    return tasks.map(toNamedTask);
  }

  async function progress(
    scope: CloudScope,
    { id, instanceId }: Pick<TaskKey, 'id' | 'instanceId'>,
    options?: CallOptions,
  ): Promise<TaskProgress | null> {
    const path = pathOf('v2', scope, 'instances', instanceId, 'tasks', id, 'progress');
    const asked = { ...call, scope, doing: 'reading the progress of a task', path };
    try {
      return await api.read(asked, ProgressAnswer, options);
    } catch (error) {
      if (isRefused(error)) return null;
      throw error;
    }
  }
}

/** Only then the progress alone is enough: a failed task may leave its later steps waiting. */
export function isExecuting({ step_details: steps, progress }: TaskProgress): boolean {
  const words = (steps ?? []).map((step) => step.step_status);
  return words.includes('EXECUTING') && !words.includes('FAILED') && percentOf(progress) !== 100;
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

function toNamedTask(row: TaskRow): NamedTask {
  const { id, status, name, created_at: created, updated_at, error_code } = row;
  return {
    // `updated_at` of a running task is not its end.
    ...toJob({ id, status, created, ended: isTerminal(status) ? updated_at : null }),
    failReason: error_code ? `the task ended with ${error_code}` : null,
    name: name ?? '',
  };
}
