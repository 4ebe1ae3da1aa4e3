import { cancellationSignal } from '@temporalio/activity';
import type { Families } from '../cloud/family';
import type { PollingBounds, RecoveryPolicy } from '../rollout/frozen-plan';
import type { Ticket, UpgradeRequest } from '../rollout/upgrade';
import { stillRunning, toFailure } from './failures';

export interface ReconcileInput {
  readonly request: UpgradeRequest;
  /** The ticket as it would have been, without the id that was lost. */
  readonly lost: Ticket;
  readonly policy: RecoveryPolicy['unknown'];
  readonly polling: PollingBounds;
}

export type Reconciled =
  | { readonly state: 'adopted'; readonly ticket: Ticket }
  | { readonly state: 'notSubmitted'; readonly words: string };

/**
 * Looks for what became of a request whose answer was lost. Found: adopted. No trace although
 * `settleForMs` has passed since it was sent: it never arrived. Else: look again, until the
 * workflow's limit ends the activity.
 */
export function createReconcile(families: Families) {
  return async function reconcile(input: ReconcileInput): Promise<Reconciled> {
    const { request, lost, policy, polling } = input;
    try {
      // Taken before the look: a trace that appears during it must not count as looked for.
      const elapsedMs = Date.now() - Date.parse(lost.since);
      const family = families[request.upgrade.family];
      const found = await family.reconcile(request, lost, { signal: cancellationSignal() });
      if (found.state === 'adopted') return found;
      if (found.state === 'absent' && elapsedMs >= policy.settleForMs) {
        return { state: 'notSubmitted', words: found.words };
      }
      throw stillRunning(found.words, polling.minMs);
    } catch (error) {
      throw toFailure(error, { afterMs: polling.minMs });
    }
  };
}
