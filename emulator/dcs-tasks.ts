import {
  aboutInstance,
  findInstance,
  invalid,
  invalidBody,
  taskError,
  taskWords,
} from './dcs-common';
import { percentOf } from './engine';
import { Refusal, serviceError } from './errors';
import { isBetween, page } from './lists';
import type { Call, Outcome, Route } from './route';
import { everybody, ok } from './route';
import type { Job } from './types';
import { jobsNamed, jobsOn } from './world';

/**
 * ListBackgroundTask, ShowBackgroundTaskProgress, ListCenterTask (cloud-apis.md 4.2). Oddities: no filter
 * by task, and no instance in a task of the project's list; the progress call has no status of the whole, only its steps'; `task_count` is a string on the
 * page and a number in its example; times in the query are `yyyyMMddHHmmss`.
 */
export const dcsTaskRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v2/:project_id/instances/:instance_id/tasks',
    on: 'read',
    concern: aboutInstance,
    handle: (call) => {
      const { instanceId } = findInstance(call);
      return list(call, [...jobsOn(call.world, instanceId)].reverse(), 1000);
    },
  },
  {
    method: 'GET',
    path: '/v2/:project_id/instances/:instance_id/tasks/:task_id/progress',
    on: 'read',
    concern: aboutInstance,
    handle: showProgress,
  },
  {
    method: 'GET',
    path: '/v2/:project_id/tasks',
    on: 'read',
    concern: () => everybody('dcs-instance'),
    handle: (call) => {
      const all = [...call.world.jobs.values()].filter((job) => job.family === 'dcs-instance');
      return list(call, all.reverse(), 10);
    },
  },
];

function list({ world, query }: Call, jobs: readonly Job[], limit: number): Outcome {
  // OTC's example says begin_time where the page says start_time (9.22).
  const from = compactTime(query.start_time ?? query.begin_time);
  const to = compactTime(query.end_time);
  const rows = jobs.filter((job) => isBetween(job.createdAt, from, to));
  const shown = page(rows, query, { max: 1000, limit }, invalidBody);
  return ok({
    task_count: world.settings.dcsTaskCount === 'string' ? String(rows.length) : rows.length,
    tasks: shown.map((job) => ({
      id: job.publicId,
      name: world.settings.dcsTaskName,
      details: {},
      user_name: 'upwave-operator',
      user_id: '',
      params: '',
      status: taskWords[job.status],
      created_at: job.createdAt,
      updated_at: job.endedAt ?? job.startsAt,
      error_code: taskError(job),
      job_id: job.publicId,
      enable_show: true,
    })),
  });
}

const stepWords = {
  Pending: 'WAITING',
  Running: 'EXECUTING',
  Completed: 'FINISH',
  Failed: 'FAILED',
  Canceled: 'FAILED',
} as const;

function showProgress(call: Call): Outcome {
  const { world, params, nowMs } = call;
  const { instanceId } = findInstance(call);
  const job = jobsNamed(world, params.task_id ?? '').find(
    (known) => known.instanceId === instanceId,
  );
  if (job === undefined) {
    throw new Refusal(
      serviceError('dcs', 400, 'DCS.4070', 'Invalid task_id parameter in the request.'),
    );
  }
  const left = job.endsAt === null || job.status !== 'Running' ? 0 : Date.parse(job.endsAt) - nowMs;
  return ok({
    progress: percentOf(job, nowMs),
    remain_time: Math.max(0, Math.ceil(left / 1000)),
    step_details: [
      {
        step_id: `${job.publicId}1`,
        step_name: world.settings.dcsTaskName,
        step_status: stepWords[job.status],
        begin_time: job.startsAt,
        end_time: job.endedAt ?? '',
        error_code: taskError(job),
        sub_step_details: [],
      },
    ],
  });
}

function compactTime(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = Date.parse(
    text.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6Z'),
  );
  if (!/^\d{14}$/.test(text) || Number.isNaN(ms)) throw new Refusal(invalid('start_time'));
  return ms;
}
