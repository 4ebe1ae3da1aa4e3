import { strictRoom } from './budget';
import { noCounts } from './counts';
import type { FrozenPlan, FrozenWave } from './frozen-plan';

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
  const [own, whole] = [wave.budget, rollout.budget];
  const strict = Math.min(strictRoom(noCounts(), 0, own), strictRoom(noCounts(), 0, whole));
  const allowed = rollout.concurrency ?? Infinity;
  if (strict < Math.min(wave.concurrency, allowed)) return { most: strict, by: 'strictBudget' };
  if (allowed < wave.concurrency) return { most: allowed, by: 'rollout' };
  return { most: wave.concurrency, by: null };
}
