import { log, ParentClosePolicy, startChild } from '@temporalio/workflow';
import { notificationId } from '../rollout/ids';
import type { Notification } from '../rollout/notify';
import { heedersOf, type Receiver } from '../rollout/receivers';
import { wordsOf } from './failures';
import { UPWAVE_ROLLOUT } from './messages';
import type { notify } from './notify';

/** Starts what tells the receivers of a rollout; nobody waits for their answers. */
export function newNotifier(receivers: readonly Receiver[]) {
  let starting = 0;

  function send(notifications: readonly Notification[]): void {
    for (const each of notifications) void begin(each);
  }

  async function begin(notification: Notification): Promise<void> {
    const { event, rolloutId, number, words } = notification;
    const heeders = heedersOf(receivers, event);
    if (heeders.length === 0) return;
    starting += 1;
    try {
      await startChild<typeof notify>('notify', {
        workflowId: notificationId(rolloutId, number),
        // It goes on when the rollout ends, continues as new, or is terminated.
        parentClosePolicy: ParentClosePolicy.ABANDON,
        typedSearchAttributes: [{ key: UPWAVE_ROLLOUT, value: rolloutId }],
        staticSummary: `${event}: ${words}`,
        args: [{ receivers: heeders, notification }],
      });
    } catch (error) {
      log.warn('A notification could not be begun', { event, words: wordsOf(error) });
    } finally {
      starting -= 1;
    }
  }

  return {
    /** False: nobody wants to hear of anything. */
    hasReceivers: receivers.length > 0,
    send,
    /** Whether the server has taken all of them: a workflow must not end before. */
    isIdle: () => starting === 0,
  };
}
