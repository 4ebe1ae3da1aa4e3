import { cancellationSignal } from '@temporalio/activity';
import type { Families } from '../cloud/family';
import type { Cancelled, Ticket, UpgradeRequest } from '../rollout/upgrade';
import { hasReached } from '../rollout/version';
import { toFailure } from './failures';

/**
 * Calls off an upgrade that the cloud has scheduled and not begun. It counts as cancelled only when a
 * read of the target, begun afterwards, shows neither the upgrade nor its version. May be tried
 * again: what has been cancelled is found to be so.
 */
export function createCancel(families: Families) {
  return async function cancel(request: UpgradeRequest, ticket: Ticket): Promise<Cancelled> {
    const family = families[request.upgrade.family];
    const options = { signal: cancellationSignal() };
    try {
      const cancelled = await family.cancel(request, ticket, options);
      if (cancelled.state !== 'cancelled') return cancelled;
      const { state, status, version, ticket: seen } = await family.inspect(request, options);
      if (hasReached(family.name, version, ticket.wanted)) {
        return { state: 'begun', words: `version ${version} is there` };
      }
      const isOther = seen !== null && ticket.id !== null && seen.id !== ticket.id;
      if (state === 'upgrading' && !isOther) return { state: 'begun', words: `it is ${status}` };
      return cancelled;
    } catch (error) {
      throw toFailure(error);
    }
  };
}
