import { exhaustionOf, type Exhaustion } from './budget';
import { sumOf } from './counts';
import type { Counts } from './outcome';
import { countsIn, type RolloutProgress } from './progress';

/** The budget that is exhausted in the waves that have begun; null if none. */
export function exhaustionIn(progress: RolloutProgress): Exhaustion | null {
  const { waves, parts, budget } = progress;
  const counts = new Map<string, Counts[]>();
  for (const part of parts) {
    const own = counts.get(part.wave);
    if (own === undefined) counts.set(part.wave, [part.counts]);
    else own.push(part.counts);
  }
  for (const { name, budget: own } of waves) {
    const found = exhaustionOf('wave', sumOf(counts.get(name) ?? []), own);
    if (found !== null) return found;
  }
  return exhaustionOf('rollout', countsIn(parts), budget);
}
