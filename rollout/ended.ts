import type { FrozenPlan } from './frozen-plan';
import type { Outcome } from './outcome';
import { partOf, type RolloutProgress } from './progress';
import type { FamilyName } from './upgrade';
import type { WaveState } from './wave-state';

/** Targets that have ended, for those who count. */
export interface Ended {
  readonly family: FamilyName;
  readonly outcome: Outcome;
}

/** What has ended from one state of a wave to the next; null: nothing was before. */
export function endedSince(before: WaveState | null, after: WaveState): readonly Ended[] {
  if (before?.targets === after.targets) return [];
  return after.targets.flatMap(({ target, end }, i) => {
    if (end === null || (before?.targets[i]?.end ?? null) !== null) return [];
    const family = after.upgrades[target.upgrade]?.family;
    return family === undefined ? [] : [{ family, outcome: end.outcome }];
  });
}

/** What has ended in a rollout without any wave: what was left out, or not begun before an abort. */
export function endedUnbegun(
  before: RolloutProgress,
  after: RolloutProgress,
  frozen: FrozenPlan,
): readonly Ended[] {
  if (before.parts === after.parts) return [];
  const parts = after.parts.filter(
    (part, i) => part.state === 'ended' && before.parts[i]?.state === 'pending',
  );
  return parts.flatMap((part) =>
    partOf(frozen, part).targets.flatMap(({ upgrade }) => {
      const family = frozen.upgrades[upgrade]?.family;
      return family === undefined ? [] : [{ family, outcome: 'skipped' as const }];
    }),
  );
}
