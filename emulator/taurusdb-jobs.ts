import { readBody } from './body';
import { cancelJob, percentOf } from './engine';
import { Refusal, serviceError } from './errors';
import { instant, isBetween, page, timeText } from './lists';
import type { Call, Outcome, Route } from './route';
import { about, aboutJob, everybody, ok } from './route';
import { durationMs } from './settings';
import { aboutInstance, findInstance, invalid, taurusJobs } from './taurusdb-common';
import type { Job, Target } from './types';
import type { World } from './world';
import { jobsNamed, keyOf, targetsOn } from './world';

const kernelJobName = 'UpgradeGaussDBforMySQLDatabaseVersion';

/**
 * ShowGaussMySqlJobInfo, ListImmediateJobs, ListScheduleJobs, CancelScheduleTask, CheckScheduleTaskExist
 * (cloud-apis.md 1.5, 2.3, 2.4). Oddities: a new job cannot be found for a while; the immediate list has
 * no filter by instance and takes 10, 20 or 50 as limit; DELETE with a body; other status words and
 * integer times in `exist`; the progress is called `process`.
 */
export const taurusdbJobRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v3/:project_id/jobs',
    on: 'read',
    concern: (call) => aboutJob(call, call.query.id, 'taurusdb-instance'),
    handle: showJob,
  },
  {
    method: 'GET',
    path: '/v3/:project_id/immediate-jobs',
    on: 'read',
    concern: (call) =>
      call.query.job_id === undefined
        ? everybody('taurusdb-instance')
        : aboutJob(call, call.query.job_id, 'taurusdb-instance'),
    handle: listImmediate,
  },
  {
    method: 'GET',
    path: '/v3/:project_id/scheduled-jobs',
    on: 'read',
    concern: ({ query }) =>
      about('taurusdb-instance', query.instance_id ? [query.instance_id] : []),
    handle: listScheduled,
  },
  {
    method: 'DELETE',
    path: '/v3/:project_id/scheduled-jobs',
    on: 'cancel',
    concern: (call) => aboutJob(call, idsIn(call.body)[0], 'taurusdb-instance'),
    handle: cancelScheduled,
  },
  {
    method: 'POST',
    path: '/v3/:project_id/instances/:instance_id/schedule-tasks/exist',
    on: 'read',
    concern: aboutInstance,
    handle: scheduleExists,
  },
];

function showJob({ world, query, nowMs }: Call): Outcome {
  if (query.id === undefined || query.id === '') throw new Refusal(invalid('id is missing.'));
  const [job] = jobsNamed(world, query.id);
  const isKnown =
    job !== undefined &&
    job.family.startsWith('taurusdb-') &&
    isVisible(world, job, nowMs) &&
    (job.proxyId === null || world.settings.workflowIdInJobs === 'true');
  if (!isKnown) {
    throw new Refusal(serviceError('taurusdb', 400, 'DBS.200543', 'The task does not exist.'));
  }
  const target = targetOf(world, job);
  return ok({
    job: {
      id: job.publicId,
      name: jobName(world, job),
      status: job.status,
      created: timeText(job.createdAt),
      ended: timeText(job.endedAt),
      process: processOf(job, nowMs),
      instance: { id: job.instanceId, name: instanceName(world, job) },
      entities: job.proxyId === null ? {} : { proxy: { id: job.proxyId, name: target?.name } },
      fail_reason: job.failReason ?? '',
    },
  });
}

function listImmediate({ world, query, nowMs }: Call): Outcome {
  const from = instant(query.start_time, invalid);
  const to = instant(query.end_time, invalid);
  const rows = taurusJobs(world).filter(
    (job) =>
      !job.scheduled &&
      isVisible(world, job, nowMs) &&
      (query.status === undefined || query.status === job.status) &&
      (query.job_name === undefined || query.job_name === jobName(world, job)) &&
      (query.job_id === undefined || query.job_id === job.publicId) &&
      isBetween(job.createdAt, from, to),
  );
  const base = Number(world.settings.offsetBase);
  const shown = page(rows, query, { max: 50, limit: 10, base, only: [10, 20, 50] }, invalid);
  return ok({
    jobs: shown.map((job) => ({
      instance_id: job.instanceId,
      instance_name: instanceName(world, job),
      instance_status: 'normal',
      job_id: job.publicId,
      order_id: '',
      job_name: jobName(world, job),
      status: job.status,
      process: processOf(job, nowMs),
      created_time: timeText(job.createdAt),
      ended_time: timeText(job.endedAt),
      fail_reason: job.failReason ?? '',
      show_detail: false,
    })),
    total_count: rows.length,
    action_names: [kernelJobName, world.settings.proxyJobName],
  });
}

function listScheduled({ world, query }: Call): Outcome {
  const from = instant(query.start_time, invalid);
  const to = instant(query.end_time, invalid);
  const rows = taurusJobs(world).filter(
    (job) =>
      job.scheduled &&
      job.listed &&
      (query.status === undefined || query.status === job.status) &&
      (query.job_id === undefined || query.job_id === job.publicId) &&
      (query.job_name === undefined || query.job_name === scheduleType(job)) &&
      (query.instance_id === undefined || query.instance_id === job.instanceId) &&
      isBetween(job.createdAt, from, to),
  );
  const shown = page(rows, query, { max: 100, limit: 10 }, invalid);
  return ok({
    schedules: shown.map((job) => ({
      job_id: job.publicId,
      instance_id: job.instanceId,
      instance_name: instanceName(world, job),
      instance_status: 'normal',
      project_id: world.origin.projectId,
      job_name: scheduleType(job),
      create_time: timeText(job.createdAt),
      start_time: timeText(job.startsAt),
      end_time: timeText(job.endedAt),
      job_status: job.status,
      datastore_type: 'gaussdb-mysql',
      target_config: { target_version: job.toVersion },
      proxy_id: job.proxyId ?? '',
      proxy_name: job.proxyId === null ? '' : (targetOf(world, job)?.name ?? ''),
    })),
    total_count: rows.length,
  });
}

function cancelScheduled({ world, body, nowMs }: Call): Outcome {
  const { job_ids: ids } = readBody(body, { job_ids: 'strings' }, invalid);
  const jobs = [...new Set(ids)]
    .flatMap((id) => jobsNamed(world, id))
    .filter(
      (job) => job.scheduled && job.status === 'Pending' && job.family.startsWith('taurusdb-'),
    );
  const cancelled = jobs.map((job) => cancelJob(world, job, nowMs));
  return {
    ...ok({ job_ids: jobs.map((job) => job.publicId) }),
    changes: cancelled.flatMap((one) => one.changes),
    effects: cancelled.map((one) => one.effect),
  };
}

const scheduleTypes = [
  'PROXY_VERSION_UPGRADE',
  'VERSION_UPGRADE',
  'RESIZE_FLAVOR',
  'REBOOT_NODE',
  'REBOOT_INSTANCE',
];

const existWords = {
  Pending: 'WAITING',
  Running: 'RUNNING',
  Completed: 'SUCCESS',
  Failed: 'FAIL',
  Canceled: 'CANCELED',
} as const;

function scheduleExists({ world, params, body }: Call): Outcome {
  const instance = findInstance(world, params.instance_id ?? '');
  const fields = { schedule_type: 'string', proxy_id: 'string?' } as const;
  const { schedule_type: type, proxy_id: proxyId } = readBody(body, fields, invalid);
  if (!scheduleTypes.includes(type)) throw new Refusal(invalid('Invalid field "schedule_type".'));
  const jobs = taurusJobs(world).filter(
    (job) =>
      job.instanceId === instance.instanceId &&
      job.scheduled &&
      (job.status === 'Pending' || job.status === 'Running') &&
      scheduleType(job) === type &&
      (proxyId === undefined || proxyId === job.proxyId),
  );
  return ok({
    exist: jobs.length > 0,
    scheduled_tasks: jobs.map((job, index) => ({
      task_id: job.publicId,
      task_name: scheduleType(job),
      task_order: index + 1,
      task_status: existWords[job.status],
      create_time: Date.parse(job.createdAt),
      start_time: Date.parse(job.startsAt),
      end_time: Date.parse(job.endsAt ?? job.startsAt),
      instance_id: job.instanceId,
      instance_name: instance.name,
      instance_status: job.status === 'Running' ? 'MODIFYING' : 'NORMAL',
      proxy_id: job.proxyId ?? '',
      proxy_name: '',
      target_config: { target_version: job.toVersion },
    })),
  });
}

function isVisible({ settings }: World, job: Job, nowMs: number): boolean {
  return job.listed && nowMs - Date.parse(job.createdAt) >= durationMs(settings, 'jobVisibleAfter');
}

function jobName({ settings }: World, job: Job): string {
  return job.proxyId === null ? kernelJobName : settings.proxyJobName;
}

function scheduleType(job: Job): string {
  return job.proxyId === null ? 'VERSION_UPGRADE' : 'PROXY_VERSION_UPGRADE';
}

function processOf(job: Job, nowMs: number): string {
  return job.status === 'Running' ? `${percentOf(job, nowMs)}%` : '';
}

function targetOf(world: World, job: Job): Target | undefined {
  return world.targets.get(keyOf(job));
}

function instanceName(world: World, job: Job): string {
  return targetsOn(world, job.instanceId).find((target) => target.proxyId === null)?.name ?? '';
}

function idsIn(body: unknown): readonly string[] {
  const ids = (body as { readonly job_ids?: unknown } | undefined)?.job_ids;
  return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
}
