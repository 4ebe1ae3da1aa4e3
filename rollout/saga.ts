import { clipped } from './clipped';
import type { Hook } from './frozen-plan';
import { assertNever, type AttemptEnd, type Compensation } from './outcome';
import type { Upgrade } from './upgrade';

/** Which steps of an attempt are taken back, in which order, and what is said of it afterwards. */

/** Whether an attempt did what it was for; if not, what it left behind is undone. */
export function completes(result: AttemptEnd): boolean {
  switch (result) {
    case 'succeeded':
    case 'advanced':
      return true;
    // Also `unknown`: nobody else will ever undo it (docs/decisions/0006-saga.md).
    case 'unknown':
    case 'upToDate':
    case 'rejected':
    case 'failed':
    case 'notSubmitted':
      return false;
    default:
      return assertNever(result);
  }
}

/**
 * The `before` hooks to be undone, the last one begun first: as indexes into `before`. `begun` are
 * the indexes in the order in which they were registered, each just before its first call: one that
 * failed, or whose answer was lost, may have had its effect.
 */
export function undosOf(
  before: readonly Hook[],
  begun: readonly number[],
  result: AttemptEnd,
): readonly number[] {
  if (completes(result)) return [];
  return begun.filter((nth) => before[nth]?.undo).toReversed();
}

/** Whether the cloud starts this upgrade later than it accepts it, so that it can be called off. */
export function isScheduled(upgrade: Upgrade): boolean {
  switch (upgrade.family) {
    case 'gaussdb-hotfix':
      return true;
    case 'taurusdb-instance':
      return upgrade.delay;
    case 'taurusdb-proxy':
    case 'dcs-instance':
      return false;
    default:
      return assertNever(upgrade);
  }
}

/** What came of the steps around an attempt's submission. */
export interface Aftermath {
  /** How many undos went well. */
  readonly undone: number;
  /** Undos that did not, each with its reason. */
  readonly notUndone: readonly string[];
  /** `after` hooks that failed although the upgrade was done, each with its reason. */
  readonly notDone: readonly string[];
  /** Why a scheduled upgrade could not be called off; null: it was, or need not be. */
  readonly notCancelled: string | null;
}

/** The compensation of an attempt in words; null when there was nothing to undo and nothing failed. */
export function compensationOf(aftermath: Aftermath): Compensation | null {
  const { undone, notUndone, notDone, notCancelled } = aftermath;
  const parts = [
    ...(undone > 0 ? [`${undone} ${undone === 1 ? 'hook' : 'hooks'} undone`] : []),
    ...notUndone.map((words) => `NOT undone: ${words}`),
    ...notDone.map((words) => `the upgrade is done, but ${words}`),
    ...(notCancelled === null ? [] : [`its scheduled upgrade was not cancelled: ${notCancelled}`]),
  ];
  if (parts.length === 0) return null;
  return {
    words: clipped(parts.join('; ')),
    complete: notUndone.length + notDone.length === 0 && notCancelled === null,
  };
}

/**
 * What is kept of two attempts that become one record: what was left undone is not forgotten for a
 * later attempt that went without.
 */
export function weightier(
  before: Compensation | null,
  after: Compensation | null,
): Compensation | null {
  if (before !== null && !before.complete && after?.complete !== false) return before;
  return after ?? before;
}
