import type { AttemptEnd, TargetEnd } from './outcome';
import type { AttemptRecord } from './wave-state';

const BEGAN: readonly AttemptEnd[] = ['failed', 'advanced', 'unknown'];

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

/**
 * The outcome for requests that got nowhere again and again. Nobody refused, so it is not
 * `rejected`; nothing began, so it is not `failed`; each time the cloud showed that nothing had
 * happened, so it is not `unknown`. What is left is true: it was never begun.
 */
export function neverBegun(last: AttemptRecord, times: number): TargetEnd {
  const reasonText = `${last.reasonText}, ${times} times in a row`;
  return { outcome: 'skipped', reason: last.reason, reasonText };
}

/** "Up to date" says that we did nothing. When a request of ours may have done it, we say so. */
export function endUpToDate(attempts: readonly AttemptRecord[], last: AttemptRecord): TargetEnd {
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
  // It was sent, and somebody else's upgrade, begun before, was seen to bring the version.
  if (attempt.reason === 'upgradedElsewhere' || attempt.reason === 'alreadyThere') return false;
  // A lost request counts: that it never arrived was read from the cloud's silence.
  return attempt.result !== 'notSubmitted' || attempt.reason === 'requestLost';
}
