import { isBefore, msBetween } from './instants';
import { byCloud, heardIn, inVain, isOpen, later, latest } from './lost-clouds';
import type { RolloutProgress } from './progress';
import { pausedByRule } from './steering';
import type { AttemptRecord, TargetState, WaveState } from './wave-state';

/** Nothing but "the cloud cannot be used" has come back to a wave for a while. */
export interface NoAccess {
  readonly since: string;
  /** When the last attempt came back that shows it. */
  readonly until: string;
  /** What that attempt was told. */
  readonly words: string;
}

/**
 * Whether a wave has had no access for as long as the plan bears, to any of the clouds in which it
 * has something left to do: one alone does not hold back the others. What counts is what attempts
 * brought back: not the time that passed while none was made, nor attempts that only follow.
 */
export function noAccessIn(state: WaveState): NoAccess | null {
  if (state.terms.paused || state.terms.aborting) return null;
  if (inVain(state.targets).length === 0) return null;
  const open = byCloud(state.targets).filter((targets) => targets.some(isOpen));
  const lost = open.map((targets) => noAccessTo(targets, state)).filter((each) => each !== null);
  if (lost.length === 0 || lost.length < open.length) return null;
  return {
    since: lost.map(({ since }) => since).reduce(later),
    until: lost.map(({ until }) => until).reduce(later),
    words: [...new Set(lost.map(({ words }) => words))].join('; '),
  };
}

function noAccessTo(targets: readonly TargetState[], state: WaveState): NoAccess | null {
  const vain = inVain(targets);
  const last = latest(vain);
  if (last === undefined) return null;

  const since = sinceOf(targets, state, vain);
  if (msBetween(since, last.endedAt) < state.rules.cloudAccess.pauseAfterMs) return null;
  return { since, until: last.endedAt, words: last.reasonText };
}

/** The beginning of the first attempt in vain after the last that was not, or after a resume. */
function sinceOf(
  targets: readonly TargetState[],
  { resumedAt }: Pick<WaveState, 'resumedAt'>,
  vain: readonly AttemptRecord[],
): string {
  const floor = later(heardIn(targets), resumedAt ?? '');
  const first = vain.map(({ startedAt }) => startedAt).reduce(earlier);
  return later(floor, first);
}

/** Pauses a rollout that has no access; one that rests already, or was resumed since, goes on. */
export function pausedForAccess(
  progress: RolloutProgress,
  { since, until, words }: NoAccess,
  now: string,
): RolloutProgress {
  if (progress.paused) return progress;
  const resumed = progress.actions.findLast(({ action }) => action === 'resume');
  if (resumed !== undefined && !isBefore(resumed.at, until)) return progress;
  const todo = "check the worker's credentials, permissions and endpoints, then resume";
  const reason = `cloudAccess: nothing else has come back since ${since} (${words}); ${todo}`;
  return pausedByRule(progress, reason, now);
}

/**
 * How long an attempt looks in vain before it gives its place back: a little longer than the pause
 * needs, so that one attempt is proof enough; two minutes at most, for others may wait for its place.
 */
export function patienceMs({ pauseAfterMs }: { readonly pauseAfterMs: number }): number {
  return Math.min(pauseAfterMs, LONGEST_MS) + MARGIN_MS;
}

const LONGEST_MS = 120_000;
const MARGIN_MS = 5_000;

function earlier(a: string, b: string): string {
  return isBefore(a, b) ? a : b;
}
