import { percentOf } from './engine';
import { Refusal, serviceError } from './errors';
import { gaussJobs, invalid } from './gaussdb-common';
import { taskName } from './gaussdb-tasks';
import { instant, isBetween, page, timeText } from './lists';
import type { Call, Outcome, Route } from './route';
import { aboutJob, everybody, ok } from './route';
import type { Job } from './types';
import { jobsNamed, keyOf } from './world';

/**
 * ShowJobDetail (gaussdb_api_129) and ListTasks (130). Oddities: `/jobs` says `progress`, `/tasks` says
 * `process`; whether `/jobs` takes the id of a schedule task is not said; times in the query of `/tasks`
 * are milliseconds.
 */
export const gaussdbJobRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v3/:project_id/jobs',
    on: 'read',
    concern: (call) => aboutJob(call, call.query.id, 'gaussdb-hotfix'),
    handle: showJob,
  },
  {
    method: 'GET',
    path: '/v3/:project_id/tasks',
    on: 'read',
    concern: () => everybody('gaussdb-hotfix'),
    handle: listTasks,
  },
];

function showJob({ world, query, nowMs }: Call): Outcome {
  if (query.id === undefined || query.id === '') throw new Refusal(invalid('id is missing.'));
  const jobs = jobsNamed(world, query.id).filter((job) => job.family === 'gaussdb-hotfix');
  // An id shared by several instances is still going on while one of them is.
  const order = ['Running', 'Pending', 'Failed', 'Canceled', 'Completed'];
  const rank = (job: Job): number => order.indexOf(job.status);
  const [job] = [...jobs].sort((a, b) => rank(a) - rank(b));
  if (job === undefined || world.settings.taskIdInJobs === 'false') {
    throw new Refusal(serviceError('gaussdb', 400, 'DBS.200543', 'The task does not exist.'));
  }
  return ok({
    job: {
      id: job.publicId,
      name: taskName,
      status: job.status,
      created: timeText(job.createdAt),
      ended: timeText(job.endedAt),
      progress: job.status === 'Running' ? `${percentOf(job, nowMs)}%` : '',
      instance: { id: job.instanceId, name: world.targets.get(keyOf(job))?.name ?? '' },
      fail_reason: job.failReason ?? '',
    },
  });
}

function listTasks({ world, query, nowMs }: Call): Outcome {
  const from = millis(query.start_time);
  const to = millis(query.end_time);
  // What has not begun is in the list of scheduled tasks alone.
  const rows = gaussJobs(world).filter(
    (job) =>
      job.status !== 'Pending' &&
      job.status !== 'Canceled' &&
      (query.status === undefined || query.status === job.status) &&
      (query.name === undefined || query.name === taskName) &&
      isBetween(job.startsAt, from, to),
  );
  const shown = page(rows, query, { max: 100, limit: 100 }, invalid);
  return ok({
    tasks: shown.map((job) => ({
      instance_info: {
        instance_id: job.instanceId,
        instance_name: world.targets.get(keyOf(job))?.name ?? '',
        instance_status: 'normal',
      },
      job_id: job.publicId,
      name: taskName,
      status: job.status,
      process: job.status === 'Running' ? `${percentOf(job, nowMs)}%` : '',
      created_at: timeText(job.startsAt),
      ended_at: timeText(job.endedAt),
      fail_reason: job.failReason ?? '',
    })),
    total_count: rows.length,
  });
}

/** Milliseconds according to the page, the ISO form according to the vendor's provider (3.3): both are taken. */
function millis(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text)
    ? Math.floor(Number(text) / 1000) * 1000
    : instant(text, invalid);
}
