import { getClient, log } from '@temporalio/activity';
import type { RolloutStatus } from '../rollout/status';

/** Writes the report of a rollout that ends with this status; gives the file. */
export type KeepReport = (
  client: ReturnType<typeof getClient>,
  status: RolloutStatus,
) => Promise<string>;

/**
 * Keeps the report of a rollout beyond what Temporal remembers. On a worker that was given no folder
 * for it (`keep` is null) it does nothing. Done again, it writes the same file.
 */
export function createKeepReport(keep: KeepReport | null) {
  return async function keepReport(status: RolloutStatus): Promise<void> {
    if (keep === null) return;
    const file = await keep(getClient(), status);
    log.info('The report of a rollout is kept', { rolloutId: status.rolloutId, file });
  };
}
