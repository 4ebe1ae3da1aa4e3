import { looseIds, readBody } from './body';
import { cancelJob, isReached, startUpgrade } from './engine';
import { Refusal, serviceError } from './errors';
import { findInstance, gaussJobs, invalid, obstacle } from './gaussdb-common';
import { instant, isBetween, page, parseTime, timeText } from './lists';
import { uuid } from './random';
import type { Call, Outcome, Route } from './route';
import { about, aboutJob, ok } from './route';
import { durationMs } from './settings';
import type { Job, Target } from './types';
import { isVersion, patches } from './versions';
import { jobsNamed, keyOf } from './world';

/** The only name of a scheduled task that the pages know. */
export const taskName = 'HOTFIX_VERSION_UPGRADE';

/**
 * Upgrading Kernel Version of Instances as Scheduled in Batches (gaussdb_api_451), its list, cancel and
 * delete (452, 453). Oddities: one task id for all instances of a
 * call; `target_version` is a comma list; the list has no filter by task, no progress and no reason;
 * cancel answers nothing and takes all of its instances.
 */
export const gaussdbTaskRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v3/:project_id/instances/db-upgrade/schedule-task',
    on: 'submit',
    concern: ({ body }) => about('gaussdb-hotfix', looseIds(body, 'instance_ids')),
    handle: schedule,
  },
  {
    method: 'GET',
    path: '/v3/:project_id/instances/schedule-tasks',
    on: 'read',
    concern: ({ query }) => about('gaussdb-hotfix', query.instance_id ? [query.instance_id] : []),
    handle: listSchedule,
  },
  {
    method: 'PUT',
    path: '/v3/:project_id/instances/schedule-task/:task_id/cancel',
    on: 'cancel',
    concern: (call) => aboutJob(call, call.params.task_id, 'gaussdb-hotfix'),
    handle: cancel,
  },
  {
    method: 'DELETE',
    path: '/v3/:project_id/instances/schedule-task/:task_id',
    on: 'cancel',
    concern: (call) => aboutJob(call, call.params.task_id, 'gaussdb-hotfix'),
    handle: deleteRecord,
  },
];

const scheduleFields = {
  instance_ids: 'strings',
  start_time: 'string',
  upgrade_type: 'string',
  upgrade_action: 'string',
  target_version: 'string',
} as const;

function schedule(call: Call): Outcome {
  const { world, nowMs } = call;
  const body = readBody(call.body, scheduleFields, invalid);
  const ids = body.instance_ids;
  const limit = Number(world.settings.gaussdbBatchLimit);
  if (ids.length === 0 || new Set(ids).size < ids.length) {
    throw new Refusal(invalid('instance_ids must name each instance once.'));
  }
  if (limit > 0 && ids.length > limit) {
    throw new Refusal(invalid(`instance_ids must name at most ${limit} instances.`));
  }
  if (body.upgrade_type !== 'hotfix') throw new Refusal(invalid('Invalid field "upgrade_type".'));
  if (body.upgrade_action !== 'upgradeAutoCommit') {
    throw new Refusal(invalid('Invalid field "upgrade_action".'));
  }
  const startsAtMs = parseTime(body.start_time);
  if (startsAtMs === undefined) throw new Refusal(invalid('Invalid field "start_time".'));
  const leadMs = durationMs(world.settings, 'gaussdbMinLead');
  if (leadMs > 0 && startsAtMs < nowMs + leadMs) {
    throw new Refusal(invalid('start_time is too early.'));
  }
  const wanted = readPatches(body.target_version);
  const targets = ids.map((id) => findInstance(world, id));
  for (const target of targets) assertSchedulable(call, target, wanted);
  const first = [...ids].sort()[0] ?? '';
  const nth = world.counts.get(`job ${first}`) ?? 0;
  const publicId = uuid(world.origin.seed, 'task', first, nth);
  const toVersion = wanted.join(',');
  const started = targets.map((target) =>
    startUpgrade(world, { target, toVersion, startsAtMs, scheduled: true, publicId }, nowMs),
  );
  return {
    ...ok({
      instance_tasks: started.map(({ job }) => ({
        task_id: job.publicId,
        task_name: taskName,
        instance_id: job.instanceId,
      })),
    }),
    changes: started.flatMap((one) => one.changes),
    effects: started.map((one) => one.effect),
  };
}

function readPatches(list: string): readonly string[] {
  const wanted = patches(list);
  if (wanted.length > 0 && wanted.every(isVersion)) return wanted;
  throw badVersion('target_version is a comma list of hot patches.');
}

function assertSchedulable(
  { world, nowMs }: Call,
  target: Target,
  wanted: readonly string[],
): void {
  if (isReached(target, wanted.join(','))) {
    throw badVersion('The hot patches are installed already.');
  }
  const offered = patches(`${target.version},${target.latest}`);
  if (!wanted.every((patch) => offered.includes(patch))) {
    throw badVersion('A hot patch is not among the candidates.');
  }
  const blocked = obstacle(world, target, nowMs);
  if (blocked !== undefined) throw new Refusal(blocked);
}

function badVersion(detail: string): Refusal {
  return new Refusal(
    serviceError('gaussdb', 400, 'DBS.200041', `Invalid database version. ${detail}`),
  );
}

function listSchedule({ world, query }: Call): Outcome {
  const from = instant(query.start_time, invalid);
  const to = instant(query.end_time, invalid);
  const rows = gaussJobs(world).filter(
    (job) =>
      (query.instance_id === undefined || query.instance_id === job.instanceId) &&
      (query.status === undefined || query.status === job.status) &&
      (query.name === undefined || query.name === taskName) &&
      isBetween(job.startsAt, from, to),
  );
  const shown = page(rows, query, { max: 100, limit: 100 }, invalid);
  return ok({
    tasks: shown.map((job) => ({
      task_id: job.publicId,
      task_name: taskName,
      status: job.status,
      create_time: timeText(job.createdAt),
      start_time: timeText(job.startsAt),
      instance_id: job.instanceId,
      instance_name: world.targets.get(keyOf(job))?.name ?? '',
      task_content: JSON.stringify({ upgrade_type: 'hotfix', target_version: job.toVersion }),
    })),
    total_count: rows.length,
  });
}

function cancel(call: Call): Outcome {
  const { world, nowMs } = call;
  const pending = taskJobs(call).filter((job) => job.status === 'Pending');
  if (pending.length === 0) {
    const words = 'The task status does not allow it.';
    throw new Refusal(serviceError('gaussdb', 400, 'DBS.06010001', words));
  }
  const cancelled = pending.map((job) => cancelJob(world, job, nowMs));
  return {
    status: 200,
    body: '',
    changes: cancelled.flatMap((one) => one.changes),
    effects: cancelled.map((one) => one.effect),
  };
}

function deleteRecord(call: Call): Outcome {
  const jobs = taskJobs(call);
  if (jobs.some((job) => job.status === 'Pending' || job.status === 'Running')) {
    const words = 'The task status does not allow it.';
    throw new Refusal(serviceError('gaussdb', 400, 'DBS.06010001', words));
  }
  return { status: 200, body: '', changes: jobs.map(({ id }) => ({ kind: 'dropJob', id })) };
}

function taskJobs({ world, params }: Call): readonly Job[] {
  const jobs = jobsNamed(world, params.task_id ?? '').filter(
    (job) => job.family === 'gaussdb-hotfix',
  );
  if (jobs.length > 0) return jobs;
  throw new Refusal(serviceError('gaussdb', 400, 'DBS.200543', 'The task does not exist.'));
}
