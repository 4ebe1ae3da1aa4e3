import type { Action, Counts } from '../../rollout/outcome';
import type { RolloutStatus, WaveStatus } from '../../rollout/status';

/** Counts that are zero but for what a test says; the total is their sum. */
export function counts(some: Partial<Omit<Counts, 'total'>>): Counts {
  const none = {
    succeeded: 0,
    upToDate: 0,
    rejected: 0,
    failed: 0,
    unknown: 0,
    skipped: 0,
    pending: 0,
    inFlight: 0,
  };
  const all = { ...none, ...some };
  return { ...all, total: Object.values(all).reduce((sum, each) => sum + each, 0) };
}

const noLimits = { rejected: null, failed: null, unknown: null, strict: false } as const;

/** A wave that nobody has changed. */
export function wave(some: Partial<WaveStatus>): WaveStatus {
  return {
    name: 'canary',
    state: 'running',
    counts: counts({}),
    concurrency: 10,
    budget: noLimits,
    paused: false,
    bake: null,
    untold: null,
    ...some,
  };
}

/** Ann has paused the rollout; a test says its differences. */
export function action(some: Partial<Action>): Action {
  return {
    action: 'pause',
    by: 'ann',
    reason: 'lag in az2',
    at: '2026-11-20T18:06:00Z',
    wave: null,
    target: null,
    change: null,
    ...some,
  };
}

/** A rollout that runs; its counts are those of its waves. */
export function status(some: Partial<RolloutStatus>): RolloutStatus {
  const waves = some.waves ?? [];
  const keys = Object.keys(counts({})) as (keyof Counts)[];
  const sums = keys.map((key) => [key, waves.reduce((sum, wave) => sum + wave.counts[key], 0)]);
  return {
    rolloutId: 'rollout/caches-november/20261120T180405Z-9f3c',
    plan: 'caches-november',
    state: 'running',
    waitingFor: null,
    badEnds: [],
    counts: Object.fromEntries(sums) as Counts,
    frozen: true,
    budget: noLimits,
    actions: [action({})],
    waits: [],
    startedAt: '2026-11-20T18:04:05Z',
    endedAt: null,
    ...some,
    waves,
  };
}
