import { exhaustionOf, type Exhaustion } from './budget';
import { countsIn, partsIn, type RolloutProgress } from './progress';

/** The budget that is exhausted in the waves that have begun; null if none. */
export function exhaustionIn(progress: RolloutProgress): Exhaustion | null {
  const { waves, parts, budget } = progress;
  for (const { name, budget: own } of waves) {
    const found = exhaustionOf('wave', countsIn(partsIn(progress, name)), own);
    if (found !== null) return found;
  }
  return exhaustionOf('rollout', countsIn(parts), budget);
}
