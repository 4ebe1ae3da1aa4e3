import { cancellationSignal } from '@temporalio/activity';
import type { Families } from '../cloud/family';
import type { PollingBounds, RecoveryPolicy } from '../rollout/frozen-plan';
import type { Ticket, UpgradeRequest } from '../rollout/upgrade';
import { stillRunning, toFailure } from './failures';

export interface ReconcileInput {
  readonly request: UpgradeRequest;
  /** The ticket as it would have been, without the id that was lost. */
  readonly lost: Ticket;
  /** When the answer was given up, after which nothing of ours can be sent. ISO instant. */
  readonly lostAt: string;
  readonly policy: RecoveryPolicy['unknown'];
  readonly polling: PollingBounds;
}

export type Reconciled =
  | { readonly state: 'adopted'; readonly ticket: Ticket }
  /** Somebody else's upgrade had begun before: this is its ticket. */
  | { readonly state: 'foreign'; readonly ticket: Ticket; readonly words: string }
  | { readonly state: 'notSubmitted'; readonly words: string };

/**
 * Looks for what became of a request whose answer was lost. Found: adopted. No trace although
 * `settleForMs` has passed since the answer was given up: it never arrived, or somebody else's upgrade
 * was before it. Else: look again, until the workflow's limit ends the activity.
 */
export function createReconcile(families: Families) {
  return async function reconcile(input: ReconcileInput): Promise<Reconciled> {
    const { request, lost, lostAt, policy, polling } = input;
    try {
      // Taken before the look: a trace that appears during it must not count as looked for.
      const silentMs = Date.now() - Date.parse(lostAt);
      const family = families[request.upgrade.family];
      const found = await family.reconcile(request, lost, {
        signal: cancellationSignal(),
        priority: 'follow',
      });
      if (found.state === 'adopted') return found;
      if (silentMs >= policy.settleForMs) {
        if (found.state === 'foreign') return found;
        if (found.state === 'absent') return { state: 'notSubmitted', words: found.words };
      }
      throw stillRunning(found.words, polling.minMs);
    } catch (error) {
      const deadline = { limitMs: policy.reconcileForMs, lastLookMs: polling.minMs };
      throw toFailure(error, { afterMs: polling.minMs, deadline });
    }
  };
}
