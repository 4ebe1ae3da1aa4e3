import { decideJobFault } from './faults';
import { logNormal, uuid } from './random';
import { durationMs } from './settings';
import type { Change, Effect, Job, JobStatus, JournalEntry, Service, Target } from './types';
import { compareVersions, patches } from './versions';
import type { World } from './world';
import { faultState, jobsOn, keyOf } from './world';

/** What an accepted upgrade is to do. */
export interface Upgrade {
  readonly target: Target;
  readonly toVersion: string;
  readonly toProxyVersion?: string | null;
  /** When it begins; undefined: now. */
  readonly startsAtMs?: number;
  readonly scheduled?: boolean;
  /** The id that the call answers with, if several upgrades share it. */
  readonly publicId?: string;
  /** Without hyphens, as DCS and scheduled TaurusDB jobs have it. */
  readonly plainId?: boolean;
  readonly listed?: boolean;
}

/** A new job with what its making changes. */
export interface Started {
  readonly job: Job;
  readonly changes: readonly Change[];
  readonly effect: Effect;
}

const slowFactor = 5;

/** Accepts an upgrade: its length and its fate are settled here by the seed. */
export function startUpgrade(world: World, upgrade: Upgrade, nowMs: number): Started {
  const { target, toVersion } = upgrade;
  const { seed } = world.origin;
  const key = keyOf(target);
  const ids = [target.instanceId, ...(target.proxyId === null ? [] : [target.proxyId])];
  const fate = decideJobFault(faultState(world), { family: target.family, key, ids });
  const own = uuid(seed, 'job', key, fate.nth);
  const publicId = upgrade.publicId ?? (upgrade.plainId === true ? own.replaceAll('-', '') : own);
  const startsAtMs = Math.max(nowMs, upgrade.startsAtMs ?? nowMs);
  const factor = logNormal(Number(world.settings.spread), seed, 'length', key, fate.nth);
  const length =
    durationMs(world.settings, 'duration') * factor * (fate.fault === 'slow' ? slowFactor : 1);
  const job: Job = {
    id: upgrade.publicId === undefined ? publicId : `${publicId}/${key}`,
    publicId,
    family: target.family,
    instanceId: target.instanceId,
    proxyId: target.proxyId,
    scheduled: upgrade.scheduled ?? false,
    fromVersion: target.version,
    toVersion,
    toProxyVersion: upgrade.toProxyVersion ?? null,
    status: startsAtMs > nowMs ? 'Pending' : 'Running',
    createdAt: iso(nowMs),
    startsAt: iso(startsAtMs),
    endsAt: fate.fault === 'stuck' ? null : iso(startsAtMs + length),
    endedAt: null,
    fault: fate.fault,
    failReason: null,
    listed: upgrade.listed ?? true,
  };
  const counted = { ...target, upgradesStarted: target.upgradesStarted + 1 };
  return {
    job,
    changes: [...fate.changes, { kind: 'target', target: counted }, { kind: 'job', job }],
    effect: effectOf(job, 'upgradeStarted', toVersion, null),
  };
}

/** Takes back a job that has not begun. */
export function cancelJob(world: World, job: Job, nowMs: number): Omit<Started, 'job'> {
  const canceled: Job = { ...job, status: 'Canceled', endedAt: iso(nowMs) };
  const version = targetOf(world, job)?.version ?? job.fromVersion;
  return {
    changes: [{ kind: 'job', job: canceled }],
    effect: effectOf(job, 'cancelled', version, null),
  };
}

/** What time brings next, up to now: a job begins or ends. Undefined: nothing is due. */
export function nextDue(
  world: World,
  nowMs: number,
): { readonly entry: JournalEntry | null; readonly changes: readonly Change[] } | undefined {
  const due = earliest(world);
  if (due === undefined || due.atMs > nowMs) return undefined;
  return due.job.status === 'Pending' ? begin(world, due.job, nowMs) : end(world, due.job, nowMs);
}

/** The instant of the next beginning or end of a job. */
export function nextDueAtMs(world: World): number | undefined {
  return earliest(world)?.atMs;
}

/** Whether the version that the job goes to is there already. */
export function isReached(target: Target, toVersion: string): boolean {
  if (target.family !== 'gaussdb-hotfix') return compareVersions(target.version, toVersion) >= 0;
  const installed = patches(target.version);
  return patches(toVersion).every((patch) => installed.includes(patch));
}

/** Percent done of a running job; a stuck one stays where it is. */
export function percentOf(job: Job, nowMs: number): number {
  if (job.status === 'Completed') return 100;
  if (job.status !== 'Running') return 0;
  if (job.endsAt === null) return 42;
  const length = Math.max(1, Date.parse(job.endsAt) - Date.parse(job.startsAt));
  return Math.max(0, Math.min(99, Math.floor((100 * (nowMs - Date.parse(job.startsAt))) / length)));
}

function earliest(world: World): { readonly job: Job; readonly atMs: number } | undefined {
  // Asked before every call; the scan is worth it only when a job has changed.
  if (world.due === 'stale') world.due = scan(world);
  return world.due;
}

function scan(world: World): { readonly job: Job; readonly atMs: number } | undefined {
  let first: { readonly job: Job; readonly atMs: number } | undefined;
  for (const id of world.open) {
    const job = world.jobs.get(id);
    const at = job?.status === 'Pending' ? job.startsAt : job?.endsAt;
    if (job === undefined || at === null || at === undefined) continue;
    const atMs = Date.parse(at);
    if (first === undefined || atMs < first.atMs) first = { job, atMs };
  }
  return first;
}

function begin(world: World, job: Job, nowMs: number): ReturnType<typeof nextDue> {
  const target = targetOf(world, job);
  const occupied = jobsOn(world, job.instanceId).some((other) => other.status === 'Running');
  const reached =
    target !== undefined && job.toProxyVersion === null && isReached(target, job.toVersion);
  if (occupied)
    return fail(world, job, 'Another operation is being performed on the instance.', nowMs);
  if (reached) return fail(world, job, 'The instance is already of the target version.', nowMs);
  return { entry: null, changes: [{ kind: 'job', job: { ...job, status: 'Running' } }] };
}

function end(world: World, job: Job, nowMs: number): ReturnType<typeof nextDue> {
  if (job.fault === 'fail')
    return fail(world, job, 'Upgrade failed: the node did not restart.', nowMs);
  const target = targetOf(world, job);
  const done = target !== undefined && job.fault !== 'liar';
  const after = done ? upgraded(target, job) : target;
  return ended(job, 'Completed', { nowMs, target: after, succeeded: done, failReason: null });
}

function fail(
  world: World,
  job: Job,
  failReason: string,
  nowMs: number,
): ReturnType<typeof nextDue> {
  const target = targetOf(world, job);
  return ended(job, 'Failed', { nowMs, target, succeeded: false, failReason });
}

function ended(
  job: Job,
  status: JobStatus,
  how: {
    readonly nowMs: number;
    readonly target: Target | undefined;
    readonly succeeded: boolean;
    readonly failReason: string | null;
  },
): ReturnType<typeof nextDue> {
  const { nowMs, target, succeeded, failReason } = how;
  const over: Job = { ...job, status, failReason, endedAt: iso(nowMs) };
  const version = target?.version ?? job.fromVersion;
  const effect = effectOf(job, 'upgradeEnded', version, succeeded ? 'succeeded' : 'failed');
  return {
    changes: [
      { kind: 'job', job: over },
      ...(target === undefined ? [] : [{ kind: 'target' as const, target }]),
    ],
    entry: {
      at: iso(nowMs),
      service: serviceOf(job),
      method: null,
      path: null,
      query: null,
      body: null,
      status: null,
      fault: job.fault,
      effects: [effect],
    },
  };
}

function upgraded(target: Target, job: Job): Target {
  const hotfix = target.family === 'gaussdb-hotfix';
  return {
    ...target,
    version: hotfix ? patches(`${target.version},${job.toVersion}`).join(',') : job.toVersion,
    proxyVersion: job.toProxyVersion ?? target.proxyVersion,
    upgradesCompleted: target.upgradesCompleted + 1,
  };
}

function targetOf(world: World, job: Job): Target | undefined {
  return world.targets.get(keyOf(job));
}

function effectOf(
  job: Job,
  kind: Effect['kind'],
  version: string,
  result: Effect['result'],
): Effect {
  const { family, instanceId, proxyId, publicId } = job;
  return { kind, family, instanceId, proxyId, jobId: publicId, version, result };
}

function serviceOf(job: Job): Service {
  switch (job.family) {
    case 'taurusdb-proxy':
    case 'taurusdb-instance':
      return 'taurusdb';
    case 'gaussdb-hotfix':
      return 'gaussdb';
    case 'dcs-instance':
      return 'dcs';
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
