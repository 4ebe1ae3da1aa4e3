import { activityInfo, cancellationSignal } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { CallWebhook, HookEvent } from '../cloud/webhooks';
import type { Hook } from '../rollout/frozen-plan';
import type { FailureType } from './failures';

export interface HookInput {
  /** Which hook of its list, from 0. */
  readonly nth: number;
  readonly call: Pick<Hook, 'url' | 'timeoutMs' | 'headers'>;
  /** What it is told; the attempt's id is the activity's to add. */
  readonly event: Omit<HookEvent, 'attemptId'>;
}

/**
 * One try of one webhook call; a try that fails is retried as the plan says. All tries bear the same
 * idempotency key, also those of another worker: the run of the attempt, and which call of it this is.
 */
export function createCallHook(callWebhook: CallWebhook) {
  return async function callHook({ nth, call, event }: HookInput): Promise<void> {
    const attemptId = activityInfo().workflowExecution?.runId ?? '';
    const idempotencyKey = `${attemptId}-${event.event}-${nth}`;
    const signal = cancellationSignal();
    const words = await callWebhook(
      { ...call, idempotencyKey, event: { ...event, attemptId } },
      { signal },
    );
    // Called off because the worker stops: says nothing of the hook.
    signal.throwIfAborted();
    if (words === null) return;
    throw ApplicationFailure.create({
      message: words,
      type: 'HookFailed' satisfies FailureType,
    });
  };
}
