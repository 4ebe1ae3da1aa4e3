import { reasonOf, type GaugeSample } from './metrics';
import { BUDGETED, OUTCOMES, type Counts, type Wait } from './outcome';
import type { Budget } from './frozen-plan';
import type { RolloutStatus, WaveStatus } from './status';

/** A rollout that runs; null: it did not answer. */
export interface Seen {
  readonly plan: string;
  readonly status: RolloutStatus | null;
}

/** What the gauges show of the rollouts that run. Those of one plan are shown together. */
export function gaugesOf(seen: readonly Seen[]): readonly GaugeSample[] {
  const samples = new Map<string, GaugeSample>();
  for (const sample of seen.flatMap(gaugesOfOne)) {
    const key = sampleKey(sample);
    const before = samples.get(key);
    samples.set(key, before === undefined ? sample : merged(before, sample));
  }
  return [...samples.values()];
}

/** Which series a sample belongs to. */
export function sampleKey({ name, labels }: Pick<GaugeSample, 'name' | 'labels'>): string {
  return JSON.stringify([name, ...Object.entries(labels).sort()]);
}

function gaugesOfOne({ plan, status }: Seen): readonly GaugeSample[] {
  if (status === null)
    return [{ name: 'upwave_rollouts', labels: { plan, state: 'unanswered' }, value: 1 }];
  const { state, waitingFor, counts, budget, waves } = status;
  const wave = waves.find(isUnderWay);
  return [
    { name: 'upwave_rollouts', labels: { plan, state }, value: 1 },
    ...waits(plan, waitingFor),
    ...STANDINGS.map((standing): GaugeSample => ({
      name: 'upwave_rollout_targets',
      labels: { plan, standing },
      value: counts[standing],
    })),
    ...budgetOf({ plan, scope: 'rollout' }, counts, budget),
    ...(wave ? budgetOf({ plan, scope: 'wave' }, wave.counts, wave.budget) : []),
  ];
}

const STANDINGS = [...OUTCOMES, 'pending', 'inFlight'] as const;

function isUnderWay({ state }: WaveStatus): boolean {
  return state !== 'pending' && state !== 'finished' && state !== 'aborted';
}

function waits(plan: string, wait: Wait | null): readonly GaugeSample[] {
  if (wait === null) return [];
  const labels = { plan, reason: reasonOf(wait) };
  return [{ name: 'upwave_rollouts_waiting', labels, value: 1 }];
}

function budgetOf(
  whose: { readonly plan: string; readonly scope: 'rollout' | 'wave' },
  counts: Counts,
  budget: Budget,
): readonly GaugeSample[] {
  return BUDGETED.flatMap((kind): GaugeSample[] => {
    const labels = { ...whose, kind };
    const limit = budget[kind];
    return [
      { name: 'upwave_budget_used', labels, value: counts[kind] },
      ...(limit === null ? [] : [{ name: 'upwave_budget_limit' as const, labels, value: limit }]),
    ];
  });
}

/** Budgets are each rollout's own: the most that is used, the least that is allowed. */
function merged(before: GaugeSample, next: GaugeSample): GaugeSample {
  const values = [before.value, next.value];
  if (next.name === 'upwave_budget_used') return { ...next, value: Math.max(...values) };
  if (next.name === 'upwave_budget_limit') return { ...next, value: Math.min(...values) };
  return { ...next, value: before.value + next.value };
}
