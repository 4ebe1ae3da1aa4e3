import type { Budget, FrozenPlan, FrozenWave } from './frozen-plan';
import { BUDGETED } from './outcome';

/** What holds attempts back before any target has ended. */
export interface Places {
  /** The attempts that a wave may have in flight at most. */
  readonly most: number;
  /** What keeps them below the wave's own concurrency; null when nothing does. */
  readonly by: 'rollout' | 'strictBudget' | null;
}

/** How many attempts of a wave may be in flight together: its own and the rollout's rules at once. */
export function placesOfWave(
  wave: Pick<FrozenWave, 'concurrency' | 'budget'>,
  rollout: Pick<FrozenPlan, 'concurrency' | 'budget'>,
): Places {
  const strict = Math.min(strictPlaces(wave.budget), strictPlaces(rollout.budget));
  const allowed = rollout.concurrency ?? Infinity;
  if (strict < Math.min(wave.concurrency, allowed)) return { most: strict, by: 'strictBudget' };
  if (allowed < wave.concurrency) return { most: allowed, by: 'rollout' };
  return { most: wave.concurrency, by: null };
}

// As many as could all fail with only the last of them exceeding the budget.
function strictPlaces(budget: Budget): number {
  if (!budget.strict) return Infinity;
  return Math.min(...BUDGETED.map((kind) => (budget[kind] ?? Infinity) + 1));
}
