import { isBefore, msBetween } from './instants';
import type { ReasonCode } from './outcome';
import type { RolloutProgress } from './progress';
import { pausedByRule } from './steering';
import type { AttemptRecord, WaveState } from './wave-state';

/** Nothing but "the cloud cannot be used" has come back to a wave for a while. */
export interface NoAccess {
  readonly since: string;
  /** When the last attempt came back that shows it. */
  readonly until: string;
  /** What that attempt was told. */
  readonly words: string;
}

/**
 * Whether a wave has had no access for as long as the plan bears. What counts is what attempts
 * brought back: not the time that passed while none was made, nor attempts that only follow.
 */
export function noAccessIn(state: WaveState): NoAccess | null {
  if (state.terms.paused || state.terms.aborting) return null;
  const { pauseAfterMs } = state.rules.cloudAccess;
  const vain = state.targets
    .filter(({ status }) => status !== 'ended')
    .flatMap(({ attempts }) => attempts.slice(-1))
    .filter(({ reason }) => reason === 'cloudAccess');
  const last = latest(vain);
  if (last === undefined) return null;

  const since = sinceOf(state, vain);
  if (msBetween(since, last.endedAt) < pauseAfterMs) return null;
  return { since, until: last.endedAt, words: last.reasonText };
}

/** The beginning of the first attempt in vain after the last that was not, or after a resume. */
function sinceOf({ targets, resumedAt }: WaveState, vain: readonly AttemptRecord[]): string {
  const heard = targets
    .flatMap(({ attempts }) => attempts)
    .filter(({ reason }) => !SAYS_NOTHING.includes(reason))
    .map(({ endedAt }) => endedAt);
  const floor = [...heard, ...(resumedAt === null ? [] : [resumedAt])].reduce(later, '');
  const first = vain.map(({ startedAt }) => startedAt).reduce(earlier);
  return later(floor, first);
}

/** A hold may have come before the cloud was asked. */
const SAYS_NOTHING: readonly ReasonCode[] = ['cloudAccess', 'heldBack', 'terminated'];

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

function latest(records: readonly AttemptRecord[]): AttemptRecord | undefined {
  return records.reduce<AttemptRecord | undefined>(
    (last, each) => (last === undefined || isBefore(last.endedAt, each.endedAt) ? each : last),
    undefined,
  );
}

function later(a: string, b: string): string {
  return a === '' || (b !== '' && isBefore(a, b)) ? b : a;
}

function earlier(a: string, b: string): string {
  return isBefore(a, b) ? a : b;
}
