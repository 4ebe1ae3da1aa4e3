import type { Openings, RecoveryPolicy, Rules } from './frozen-plan';
import { addMs } from './instants';
import { openMsBetween } from './openings';
import {
  assertNever,
  type AttemptEnd,
  type AttemptResult,
  type ReasonCode,
  type TargetEnd,
} from './outcome';
import type { AttemptRecord } from './wave-state';

/** What becomes of a target after an attempt. */
export type Decision =
  | { readonly kind: 'end'; readonly end: TargetEnd }
  | {
      readonly kind: 'again';
      /** Null: as soon as there is a place. */
      readonly notBefore: string | null;
      readonly why: ReasonCode;
      readonly words: string;
    };

/** All that the decision depends on. */
export interface Recovering {
  /** At least one; the last has just ended. */
  readonly attempts: readonly AttemptRecord[];
  readonly policy: RecoveryPolicy;
  readonly busy: Rules['busy'];
  /** See {@link busySinceAfter}; the attempt that has just ended is counted in. */
  readonly busySince: string | null;
  /** Being busy counts as waiting only while these are open; null: always. */
  readonly openings: Openings | null;
  readonly aborting: boolean;
  readonly now: string;
}

/**
 * Decides after an attempt whether its target ends or gets another one. Each way that leads to
 * another attempt is bounded, except three that no target is to blame for and that a person sees
 * and can end: no cloud access, being held back, and a window that closed too soon.
 */
export function recover(given: Recovering): Decision {
  const decision = decide(given);
  if (decision.kind === 'again' && given.aborting) return end(endByAbort(given.attempts));
  return decision;
}

/**
 * How a target that gets no further attempt ends because of an abort: by what its attempts have
 * done. It is skipped only if none of them got as far as an answer of the cloud.
 */
export function endByAbort(attempts: readonly AttemptRecord[]): TargetEnd {
  const words = 'the rollout was aborted';
  const refused = attempts.findLast((each) => each.result === 'rejected' && each.submittedAt);
  if (refused === undefined) {
    return giveUp(attempts, { outcome: 'skipped', reason: 'aborted', reasonText: words });
  }
  const reasonText = `${refused.reasonText}; then ${words}`;
  return giveUp(attempts, { outcome: 'rejected', reason: refused.reason, reasonText });
}

/**
 * Since when a target has been busy without a break, an attempt's result counted in. Attempts that
 * could not look (no cloud access, held back) are no break: nothing says that it was free meanwhile.
 */
export function busySinceAfter(
  before: string | null,
  result: Pick<AttemptResult, 'result' | 'reason'>,
  now: string,
): string | null {
  if (result.result !== 'notSubmitted') return null;
  if (result.reason === 'busy') return before ?? now;
  return result.reason === 'cloudAccess' || result.reason === 'heldBack' ? before : null;
}

function decide(given: Recovering): Decision {
  const last = lastOf(given.attempts);
  switch (last.result) {
    case 'succeeded':
      return end({ outcome: 'succeeded', reason: last.reason, reasonText: last.reasonText });
    case 'upToDate':
      return end(endUpToDate(given.attempts, last));
    case 'rejected':
      return afterRejection(given, last);
    case 'failed':
      return afterFailure(given, last);
    case 'unknown':
      // Never again: it might still be running, or have worked.
      return end({ outcome: 'unknown', reason: last.reason, reasonText: last.reasonText });
    case 'advanced':
      return afterStep(given, last);
    case 'notSubmitted':
      return afterNothing(given, last);
    default:
      return assertNever(last.result);
  }
}

/** "Up to date" says that we did nothing. When a request of ours may have done it, we say so. */
function endUpToDate(attempts: readonly AttemptRecord[], last: AttemptRecord): TargetEnd {
  const ours = attempts.findLast(mayHaveWorked);
  if (ours === undefined) {
    return { outcome: 'upToDate', reason: last.reason, reasonText: last.reasonText };
  }
  return {
    outcome: 'succeeded',
    reason: 'reconciled',
    reasonText: `${last.reasonText}, after our request of ${ours.submittedAt}`,
  };
}

function mayHaveWorked(attempt: AttemptRecord): boolean {
  if (attempt.submittedAt === null || attempt.result === 'rejected') return false;
  // A lost request counts: that it never arrived was read from the cloud's silence.
  return attempt.result !== 'notSubmitted' || attempt.reason === 'requestLost';
}

function afterRejection(given: Recovering, last: AttemptRecord): Decision {
  const { retries, afterMs } = given.policy.rejected;
  const retry = countOf(given.attempts, 'rejected');
  if (last.reason !== 'refusedForNow' || retry > retries) {
    const { reason, reasonText } = last;
    return end(giveUp(given.attempts, { outcome: 'rejected', reason, reasonText }));
  }
  const words = `refused for now, retry ${retry} of ${retries}`;
  return again(last.reason, words, addMs(given.now, afterMs));
}

function afterFailure(given: Recovering, last: AttemptRecord): Decision {
  const { retries, afterMs } = given.policy.failed;
  const retry = countOf(given.attempts, 'failed');
  if (retry > retries) {
    return end({ outcome: 'failed', reason: last.reason, reasonText: last.reasonText });
  }
  return again(last.reason, `failed, retry ${retry} of ${retries}`, addMs(given.now, afterMs));
}

function afterStep(given: Recovering, last: AttemptRecord): Decision {
  const steps = countOf(given.attempts, 'advanced');
  if (steps < STEPS_AT_MOST) return again(last.reason, `step ${steps} is done`, null);
  const reasonText = `${last.reasonText}; ${steps} steps did not lead to the wanted version`;
  return end({ outcome: 'failed', reason: last.reason, reasonText });
}

/** Nothing was submitted, and the target is not to blame: no retry is used. */
function afterNothing(given: Recovering, last: AttemptRecord): Decision {
  const times = timesInStretch(given.attempts, last.reason);
  const later = addMs(given.now, backoffMs(times));
  switch (last.reason) {
    case 'heldBack':
      return again('heldBack', 'held back before its request', null);
    case 'windowClosed':
      // Admission knows when the next one opens; but a worker whose clock is ahead sees this one
      // closed while it is open for admission, and the two must not spin.
      return again('windowClosed', last.reasonText, addMs(given.now, FIRST_DELAY_MS));
    case 'cloudAccess':
      return again('cloudAccess', last.reasonText, later);
    case 'busy':
      return afterBusy(given, last);
    case 'requestLost':
      return times > LOST_AT_MOST
        ? end(giveUp(given.attempts, neverBegun(last, times)))
        : again('requestLost', `its request was lost, ${times} of at most ${LOST_AT_MOST}`, later);
    default:
      return times > NOT_SENT_AT_MOST
        ? end(giveUp(given.attempts, neverBegun(last, times)))
        : again(last.reason, last.reasonText, later);
  }
}

function afterBusy(given: Recovering, last: AttemptRecord): Decision {
  const { busy, busySince, openings, attempts, now } = given;
  // Over a week without a window nobody looks, so nobody can say that it was busy all the while.
  const leftMs = busy.waitForMs - openMsBetween(openings, busySince ?? now, now);
  if (leftMs <= 0) {
    const reasonText = `${last.reasonText}, since ${busySince ?? now}: longer than the plan waits`;
    return end(giveUp(attempts, { outcome: 'skipped', reason: 'busyTooLong', reasonText }));
  }
  const delayMs = Math.min(backoffMs(timesInStretch(attempts, 'busy')), leftMs);
  return again('busy', last.reasonText, addMs(now, delayMs));
}

/**
 * The outcome for requests that got nowhere again and again. Nobody refused, so it is not
 * `rejected`; nothing began, so it is not `failed`; each time the cloud showed that nothing had
 * happened, so it is not `unknown`. What is left is true: it was never begun.
 */
function neverBegun(last: AttemptRecord, times: number): TargetEnd {
  const reasonText = `${last.reasonText}, ${times} times in a row`;
  return { outcome: 'skipped', reason: last.reason, reasonText };
}

/**
 * The end of a target that gets no further attempt, unless an earlier one began something. Then
 * "refused and nothing changed" or "never begun" would be false, and what was begun is its outcome.
 */
export function giveUp(attempts: readonly AttemptRecord[], otherwise: TargetEnd): TargetEnd {
  const begun = attempts.findLast(({ result }) => BEGAN.includes(result));
  if (begun === undefined) return otherwise;
  return {
    outcome: begun.result === 'unknown' ? 'unknown' : 'failed',
    reason: begun.reason,
    reasonText: `${begun.reasonText}; then ${otherwise.reasonText}`,
  };
}

function countOf(attempts: readonly AttemptRecord[], result: AttemptEnd): number {
  return attempts.filter((each) => each.result === result).length;
}

/**
 * How often the reason came since the last attempt that got somewhere. Other reasons in between are
 * no break: a request lost, no access, a request lost, and so on, must come to an end as well.
 */
function timesInStretch(attempts: readonly AttemptRecord[], reason: ReasonCode): number {
  const start = attempts.findLastIndex(({ result }) => result !== 'notSubmitted') + 1;
  let times = 0;
  for (const each of attempts.slice(start)) if (each.reason === reason) times += each.times;
  return times;
}

function backoffMs(times: number): number {
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (times - 1));
}

function lastOf(attempts: readonly AttemptRecord[]): AttemptRecord {
  const last = attempts.at(-1);
  if (last === undefined) throw new Error('recovery was asked about a target without attempts');
  return last;
}

function end(targetEnd: TargetEnd): Decision {
  return { kind: 'end', end: targetEnd };
}

function again(why: ReasonCode, words: string, notBefore: string | null): Decision {
  return { kind: 'again', notBefore, why, words };
}

const BEGAN: readonly AttemptEnd[] = ['failed', 'advanced', 'unknown'];

/** Short, since most locks and hiccups last seconds; doubling, so that long ones cost little. */
const FIRST_DELAY_MS = 5_000;
const LONGEST_DELAY_MS = 60_000;

/** Each is a real request with a side effect in doubt for a while: after a few, a person must look. */
const LOST_AT_MOST = 5;

/** About half an hour: nothing was sent, so patience costs nothing but a look a minute. */
const NOT_SENT_AT_MOST = 30;

/** No family is known to need more than a handful; a cloud that steps for ever must not keep us. */
const STEPS_AT_MOST = 20;
