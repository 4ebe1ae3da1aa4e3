import { activityInfo, cancellationSignal } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { CallWebhook } from '../cloud/webhooks';
import type { Notification } from '../rollout/notify';
import type { Receiver } from '../rollout/receivers';
import type { FailureType } from './failures';

export interface NotifyCall {
  /** Which of the notification's receivers, from 0. */
  readonly nth: number;
  readonly call: Pick<Receiver, 'url' | 'timeoutMs' | 'headers'>;
  readonly notification: Notification;
}

/**
 * One try to tell one receiver; one that fails is made again as the plan says. All tries bear the same
 * idempotency key, also those of another worker: a notification is one run of a workflow.
 */
export function createNotify(callWebhook: CallWebhook) {
  return async function notify({ nth, call, notification }: NotifyCall): Promise<void> {
    const run = activityInfo().workflowExecution?.runId ?? '';
    const signal = cancellationSignal();
    const words = await callWebhook(
      { ...call, idempotencyKey: `${run}-${nth}`, event: notification },
      { signal },
    );
    // Called off because the worker stops: says nothing of the receiver.
    signal.throwIfAborted();
    if (words === null) return;
    throw ApplicationFailure.create({
      message: words,
      type: 'NotDelivered' satisfies FailureType,
    });
  };
}
