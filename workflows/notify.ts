import { ApplicationFailure, log } from '@temporalio/workflow';
import type { Notification } from '../rollout/notify';
import type { Receiver } from '../rollout/receivers';
import { wordsOf } from './failures';
import { countNotification } from './metrics';
import { notifications } from './queues';

export interface NotifyInput {
  readonly receivers: readonly Receiver[];
  readonly notification: Notification;
}

/**
 * Tells one notification to its receivers, each with its own tries. A workflow beside the rollout, so
 * that a receiver that is away holds nothing up, and the last one is still tried when the rollout
 * has ended. Fails, after all have had their tries, when one of them was not reached.
 */
export async function notify({ receivers, notification }: NotifyInput): Promise<void> {
  const tellOne = async (receiver: Receiver, nth: number): Promise<string | null> => {
    const { timeoutMs, headers, url } = receiver;
    const { event } = notification;
    const summary = `tell receiver ${nth + 1}: ${event}`;
    try {
      await notifications(receiver).notify.executeWithOptions({ summary }, [
        { nth, call: { url, timeoutMs, headers }, notification },
      ]);
      countNotification(event, 'delivered');
      return null;
    } catch (error) {
      const words = wordsOf(error);
      countNotification(event, 'failed');
      log.warn('A notification was not delivered', { event, receiver: nth + 1, words });
      return `receiver ${nth + 1}: ${words}`;
    }
  };
  const failures = (await Promise.all(receivers.map(tellOne))).filter((words) => words !== null);
  if (failures.length === 0) return;
  throw ApplicationFailure.nonRetryable(failures.join('; '), 'NotDelivered');
}
