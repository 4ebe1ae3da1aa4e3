import type { FaultState } from './faults';
import { noFaults } from './faults';
import { normalStatusOf } from './fleet';
import type { Settings } from './settings';
import type { Change, Faults, Job, JournalEntry, JournalLine, Origin, Target } from './types';

/**
 * All that the emulated cloud knows. Only `applyChange` and `applyEntry` alter it, in place: one copy of
 * 20,000 targets per call would be the emulator's main cost.
 */
export interface World {
  readonly origin: Origin;
  readonly settings: Settings;
  readonly targets: Map<string, Target>;
  readonly targetsOfInstance: Map<string, readonly string[]>;
  readonly jobs: Map<string, Job>;
  readonly jobsOfInstance: Map<string, readonly string[]>;
  readonly jobsOfPublicId: Map<string, readonly string[]>;
  /** Jobs that are Pending or Running. */
  readonly open: Set<string>;
  readonly counts: Map<string, number>;
  readonly journal: JournalLine[];
  faults: Faults;
  faultsUsed: number[];
  lock: { readonly failures: number; readonly until: string | null };
  /** The next beginning or end of a job, undefined if none; `stale` after a job changed. */
  due: { readonly job: Job; readonly atMs: number } | undefined | 'stale';
}

/** The world at its first instant. */
export function createWorld(origin: Origin, settings: Settings): World {
  const world: World = {
    origin,
    settings,
    targets: new Map(),
    targetsOfInstance: new Map(),
    jobs: new Map(),
    jobsOfInstance: new Map(),
    jobsOfPublicId: new Map(),
    open: new Set(),
    counts: new Map(),
    journal: [],
    faults: noFaults,
    faultsUsed: [],
    lock: { failures: 0, until: null },
    due: undefined,
  };
  for (const target of origin.fleet) applyChange(world, { kind: 'target', target });
  return world;
}

/** The id that tells targets apart: a proxy's own, else the instance's. */
export function keyOf(target: Pick<Target, 'instanceId' | 'proxyId'>): string {
  return target.proxyId ?? target.instanceId;
}

/** Carries one change out. */
export function applyChange(world: World, change: Change): void {
  switch (change.kind) {
    case 'target': {
      const { target } = change;
      const key = keyOf(target);
      if (!world.targets.has(key)) append(world.targetsOfInstance, target.instanceId, key);
      world.targets.set(key, target);
      return;
    }
    case 'job':
      world.due = 'stale';
      if (!world.jobs.has(change.job.id)) {
        append(world.jobsOfInstance, change.job.instanceId, change.job.id);
        append(world.jobsOfPublicId, change.job.publicId, change.job.id);
      }
      world.jobs.set(change.job.id, change.job);
      if (change.job.status === 'Pending' || change.job.status === 'Running') {
        world.open.add(change.job.id);
      } else {
        world.open.delete(change.job.id);
      }
      return;
    case 'dropJob': {
      const job = world.jobs.get(change.id);
      if (job === undefined) return;
      world.due = 'stale';
      world.jobs.delete(change.id);
      world.open.delete(change.id);
      remove(world.jobsOfInstance, job.instanceId, job.id);
      remove(world.jobsOfPublicId, job.publicId, job.id);
      return;
    }
    case 'count':
      world.counts.set(change.key, change.value);
      return;
    case 'faults':
      world.faults = change.faults;
      world.faultsUsed = change.faults.list.map(() => 0);
      return;
    case 'faultUsed':
      world.faultsUsed[change.index] = change.value;
      return;
    case 'lock':
      world.lock = { failures: change.failures, until: change.until };
  }
}

/** Adds a line to the journal and numbers it, from 1. */
export function applyEntry(world: World, entry: JournalEntry): void {
  world.journal.push({ seq: world.journal.length + 1, ...entry });
}

/** The part of the world that faults are decided by. */
export function faultState(world: World): FaultState {
  return {
    seed: world.origin.seed,
    faults: world.faults,
    used: world.faultsUsed,
    counts: world.counts,
  };
}

/** The targets on one instance: itself and its proxies. */
export function targetsOn(world: World, instanceId: string): readonly Target[] {
  return (world.targetsOfInstance.get(instanceId) ?? []).flatMap(
    (key) => world.targets.get(key) ?? [],
  );
}

/** The jobs of one instance and its proxies, oldest first. */
export function jobsOn(world: World, instanceId: string): readonly Job[] {
  return (world.jobsOfInstance.get(instanceId) ?? []).flatMap((id) => world.jobs.get(id) ?? []);
}

/** The jobs behind an id that a call was answered with: one, or one per instance of a GaussDB call. */
export function jobsNamed(world: World, publicId: string): readonly Job[] {
  return (world.jobsOfPublicId.get(publicId) ?? []).flatMap((id) => world.jobs.get(id) ?? []);
}

/** The job that runs on this very target now. */
export function runningJob(world: World, target: Target): Job | undefined {
  return jobsOn(world, target.instanceId).find(
    (job) => job.status === 'Running' && job.proxyId === target.proxyId,
  );
}

/** The status that was put upon the target from outside (backup, restart …), or its family's normal one. */
export function restStatus(target: Target, nowMs: number): string {
  const over = target.statusUntil !== null && nowMs >= Date.parse(target.statusUntil);
  return target.status === null || over ? normalStatusOf(target.family) : target.status;
}

function append(lists: Map<string, readonly string[]>, key: string, value: string): void {
  lists.set(key, [...(lists.get(key) ?? []), value]);
}

function remove(lists: Map<string, readonly string[]>, key: string, value: string): void {
  lists.set(
    key,
    (lists.get(key) ?? []).filter((kept) => kept !== value),
  );
}
