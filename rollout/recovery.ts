import { backoffMs, FIRST_DELAY_MS, timesInStretch } from './backoff';
import type { Openings, PollingBounds, RecoveryPolicy, Rules } from './frozen-plan';
import { endByAbort, endUpToDate, giveUp, neverBegun } from './giving-up';
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
      /** At the next version of the upgrade's `rollForwardTo`. */
      readonly rollsForward?: true;
    };

/** All that the decision depends on. */
export interface Recovering {
  /** At least one; the last has just ended. */
  readonly attempts: readonly AttemptRecord[];
  readonly policy: RecoveryPolicy;
  readonly busy: Rules['busy'];
  readonly polling: PollingBounds;
  /** How many of the attempts were at versions that it has rolled forward from. */
  readonly before?: number;
  /** The version to go to when this one is refused or fails for good; null: there is none. */
  readonly nextVersion?: string | null;
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

/** What the rollout is stopped for when a target has ended so; null: nothing. */
export function pauseAfter(
  { outcome, reasonText }: TargetEnd,
  policy: RecoveryPolicy,
): string | null {
  if (outcome !== 'rejected' && outcome !== 'failed' && outcome !== 'unknown') return null;
  if (policy[outcome].then !== 'pause') return null;
  return `a target ended as ${outcome}, and recovery.${outcome}.then is pause: ${reasonText}`;
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

function afterRejection(given: Recovering, last: AttemptRecord): Decision {
  const { retries, afterMs, then } = given.policy.rejected;
  const retry = countOf(given, 'rejected');
  if (last.reason === 'refusedForNow' && retry <= retries) {
    const words = `refused for now, retry ${retry} of ${retries}`;
    return again(last.reason, words, addMs(given.now, afterMs));
  }
  const { reason, reasonText } = last;
  // Another version helps against a refusal of this one only: not against a missing instance.
  const isOfVersion = OF_VERSION.includes(reason);
  const next = then === 'rollForward' && isOfVersion ? rollForward(given, last) : null;
  return next ?? end(giveUp(given.attempts, { outcome: 'rejected', reason, reasonText }));
}

function afterFailure(given: Recovering, last: AttemptRecord): Decision {
  const { retries, afterMs, then } = given.policy.failed;
  const { reason, reasonText } = last;
  const retry = countOf(given, 'failed');
  if (retry <= retries) {
    return again(reason, `failed, retry ${retry} of ${retries}`, addMs(given.now, afterMs));
  }
  const next = then === 'rollForward' ? rollForward(given, last) : null;
  return next ?? end({ outcome: 'failed', reason, reasonText });
}

/** At once: whatever was wrong with the former version says nothing against this one. */
function rollForward({ nextVersion }: Recovering, last: AttemptRecord): Decision | null {
  if (!nextVersion) return null;
  const words = `${last.result}, rolled forward to ${nextVersion}`;
  return { kind: 'again', notBefore: null, why: last.reason, words, rollsForward: true };
}

function afterStep(given: Recovering, last: AttemptRecord): Decision {
  const steps = countOf(given, 'advanced');
  if (steps < STEPS_AT_MOST) return again(last.reason, `step ${steps} is done`, null);
  const reasonText = `${last.reasonText}; ${steps} steps did not lead to the wanted version`;
  return end({ outcome: 'failed', reason: last.reason, reasonText });
}

/** Nothing was submitted, and the target is not to blame: no retry is used. */
function afterNothing(given: Recovering, last: AttemptRecord): Decision {
  const times = timesInStretch(given.attempts, last.reason);
  const later = addMs(given.now, backoffMs(last.reason, times, given.polling));
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
    case 'cancelled':
      // It was called off because its time was up: another one would wait as long again.
      return end(giveUp(given.attempts, cancelledEnd(last)));
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
  const { busy, busySince, openings, attempts, polling, now } = given;
  // Over a week without a window nobody looks, so nobody can say that it was busy all the while.
  const leftMs = busy.waitForMs - openMsBetween(openings, busySince ?? now, now);
  if (leftMs <= 0) {
    const reasonText = `${last.reasonText}, since ${busySince ?? now}: longer than the plan waits`;
    return end(giveUp(attempts, { outcome: 'skipped', reason: 'busyTooLong', reasonText }));
  }
  const delayMs = backoffMs('busy', timesInStretch(attempts, 'busy'), polling);
  return again('busy', last.reasonText, addMs(now, Math.min(delayMs, leftMs)));
}

function cancelledEnd({ reason, reasonText }: AttemptRecord): TargetEnd {
  return { outcome: 'skipped', reason, reasonText };
}

/** Of the attempts at the version that it is at now: each has retries of its own. */
function countOf({ attempts, before = 0 }: Recovering, result: AttemptEnd): number {
  return attempts.slice(before).filter((each) => each.result === result).length;
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

const OF_VERSION: readonly ReasonCode[] = ['refusedForNow', 'refusedForGood', 'preCheckFailed'];

/** Each is a real request with a side effect in doubt for a while: after a few, a person must look. */
const LOST_AT_MOST = 5;

/** About half an hour: nothing was sent, so patience costs nothing but a look a minute. */
const NOT_SENT_AT_MOST = 30;

/** No family is known to need more than a handful; a cloud that steps for ever must not keep us. */
const STEPS_AT_MOST = 20;
