import { CancellationScope, condition } from '@temporalio/workflow';
import type { Cancelled, Ticket, UpgradeRequest } from '../rollout/upgrade';
import { completes, isScheduled } from '../rollout/saga';
import { wordsOf } from './failures';
import { mayBeGivenUp } from './given-up';
import { cancels } from './queues';
import type { WorkEnd } from './saga';
import type { End } from './attempt-calls';

/**
 * Follows an upgrade of ours. One that the cloud has scheduled and not begun is called off when the
 * rollout is aborted, or when it has been followed for as long as the plan says; if it has begun, or
 * cannot be called off, it is followed to its end as any other.
 */
export async function followOrCancel(
  { request, ticket }: { readonly request: UpgradeRequest; readonly ticket: Ticket },
  isAborting: () => boolean,
  follow: () => Promise<End>,
): Promise<WorkEnd> {
  if (!isScheduled(request.upgrade)) return follow();
  const { result: following, isOver, giveUp } = mayBeGivenUp(follow);
  await condition(() => isOver() || isAborting());

  if (!isOver()) {
    const calling = new CancellationScope();
    const cancelled = await Promise.race([
      calling.run(() => cancel(request, ticket)),
      following.then(endBeyondCancel),
    ]);
    if (cancelled === ENDED) {
      // It tries for minutes, and there is nothing left to be called off.
      calling.cancel();
      return following;
    }
    if (cancelled.state === 'cancelled') {
      await giveUp();
      return cancelledEnd(ticket, 'the rollout was aborted before it began');
    }
    return { ...(await following), notCancelled: noteOf(cancelled) };
  }
  const end = await following;
  if (end.result !== 'unknown') return end;
  const cancelled = await cancel(request, ticket);
  if (cancelled.state === 'cancelled') return cancelledEnd(ticket, end.reasonText);
  return { ...end, notCancelled: noteOf(cancelled) };
}

const ENDED = 'ended';

/** Never, where the upgrade may not have ended, or may have been seen as the cancel has just left it. */
function endBeyondCancel({ result }: End): Promise<typeof ENDED> {
  return completes(result) ? Promise.resolve(ENDED) : new Promise(() => undefined);
}

function cancelledEnd({ id }: Ticket, why: string): End {
  const reasonText = `its scheduled upgrade was cancelled: ${why}`;
  return { result: 'notSubmitted', reason: 'cancelled', reasonText, ticket: id };
}

/** What has begun goes on, and its end says so. */
function noteOf(cancelled: Exclude<Cancelled, { state: 'cancelled' }>): string | null {
  return cancelled.state === 'begun' ? null : cancelled.words;
}

async function cancel(request: UpgradeRequest, ticket: Ticket): Promise<Cancelled> {
  try {
    const summary = `cancel ${ticket.id ?? 'its scheduled upgrade'}, if it has not begun`;
    return await cancels().cancel.executeWithOptions({ summary }, [request, ticket]);
  } catch (error) {
    return { state: 'notPossible', words: wordsOf(error) };
  }
}
