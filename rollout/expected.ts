import { msBetween } from './instants';
import type { AttemptResult } from './outcome';
import type { Upgrade } from './upgrade';

/** Fewer say nothing about how long the next one takes. */
export const ENOUGH_TO_LEARN = 3;

/**
 * How long the next upgrade of a family takes, by whoever knows best: the plan; else the attempts of
 * the family that have succeeded in this rollout; else those of earlier rollouts. Null: nobody knows.
 */
export function expectedMs(given: {
  /** As the plan says, see {@link plannedMs}. */
  readonly expectMs: number | null;
  /** Of attempts that succeeded in this rollout, see {@link durationsOf}. */
  readonly endedMs: readonly number[];
  /** `rules.learned` of the family. */
  readonly learnedMs: number | null;
}): number | null {
  return given.expectMs ?? learnFrom(given.endedMs) ?? given.learnedMs;
}

/**
 * How long an upgrade takes from its request on, as the plan says; null when it says nothing. A hot
 * patch begins only some time after it was asked for.
 */
export function plannedMs(upgrade: Upgrade): number | null {
  if (upgrade.expectMs === null) return null;
  return upgrade.expectMs + (upgrade.family === 'gaussdb-hotfix' ? upgrade.startAfterMs : 0);
}

/** So long at most took nine in ten of the given ones; null if there are too few to tell. */
export function learnFrom(durationsMs: readonly number[]): number | null {
  return learnedTenths(durationsMs, 9);
}

function learnedTenths(durationsMs: readonly number[], count: number): number | null {
  if (durationsMs.length < ENOUGH_TO_LEARN) return null;
  const inOrder = durationsMs.toSorted((a, b) => a - b);
  return tenths(inOrder, count);
}

/** So many tenths of them are no larger; null: there are none. Of two in the middle it is the smaller one. */
export function tenths(inOrder: readonly number[], count: number): number | null {
  // In whole tenths: 0.9 * 10 is a hair off.
  return inOrder[Math.ceil((count * inOrder.length) / 10) - 1] ?? null;
}

/** How long each of the attempts took that succeeded, from its start to its end. */
export function durationsOf(
  attempts: readonly Pick<AttemptResult, 'result' | 'startedAt' | 'endedAt'>[],
): readonly number[] {
  return attempts
    .filter(({ result }) => result === 'succeeded')
    .map(({ startedAt, endedAt }) => msBetween(startedAt, endedAt));
}

/** How long upgrades took that succeeded, from the request to the end, the hooks after it aside. */
export function followedMs(
  attempts: readonly Pick<AttemptResult, 'result' | 'submittedAt' | 'endedAt' | 'hooks'>[],
): readonly number[] {
  return attempts.flatMap((attempt) => {
    const { result, submittedAt } = attempt;
    if (result !== 'succeeded' || submittedAt === null) return [];
    return [msBetween(submittedAt, upgradeEndedAt(attempt))];
  });
}

/** When the end of its upgrade was seen: what was called afterwards is no part of it. */
export function upgradeEndedAt({
  hooks = [],
  endedAt,
}: Pick<AttemptResult, 'hooks' | 'endedAt'>): string {
  return hooks.find(({ event }) => event !== 'before')?.startedAt ?? endedAt;
}

/**
 * Before it an end of such an upgrade is hardly to be seen, by how long others were followed; null if
 * there are too few to tell.
 */
export function soonestMs(followed: readonly number[]): number | null {
  const shortMs = learnedTenths(followed, 1);
  return shortMs === null ? null : Math.floor(shortMs * EARLY_BY);
}

// Looks come up to a tenth late. If none came before the end, each measured time would be the time of
// a look, and the looks would move away from the ends with each that is learned.
const EARLY_BY = 0.8;
