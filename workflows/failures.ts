import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowFailure,
  isCancellation,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { FailureType } from '../activities/failures';

/** The one place where a chain of Temporal failures is read. */

/** The request was never handed to a worker: proof that nothing was sent. */
export function wasNeverStarted(error: unknown): boolean {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  return cause instanceof TimeoutFailure && cause.timeoutType === 'SCHEDULE_TO_START';
}

/** The type that the activity gave its last failure; null for time-outs and the like. */
export function failureType(error: unknown): FailureType | null {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  const last = cause instanceof TimeoutFailure ? cause.cause : cause;
  return last instanceof ApplicationFailure ? (last.type as FailureType) : null;
}

/** The innermost message, for a person: of a time-out, what the last try before it was told. */
export function wordsOf(error: unknown): string {
  if (WRAPPERS.some((each) => error instanceof each)) {
    const { cause, message } = error as Error;
    return cause ? wordsOf(cause) : message;
  }
  return error instanceof Error ? error.message : String(error);
}

const WRAPPERS = [ActivityFailure, ChildWorkflowFailure, TimeoutFailure];

/**
 * For what nobody awaits: when its workflow is cancelled it ends with it. Unheard, it would fail the task
 * in which the workflow ends, again and again.
 */
export function unlessCancelled(error: unknown): void {
  if (!isCancellation(error)) throw error;
}
