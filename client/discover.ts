import { WorkflowFailedError } from '@temporalio/client';
import type { FleetProgress, FleetRow, FleetSearch } from '../rollout/fleet';
import { discoverId } from '../rollout/ids';
import type { Connected } from '../temporal/connect';
import { discovered } from '../workflows/messages';
import { failureWords, PersonError } from './errors';
import { EXIT } from './exit-codes';
import { newUnique } from './starting';
import { rest } from './stopping';
import { askWorkflow, changeServer, requireWorker } from './workers';

/** A fleet as a worker has listed it. */
export interface DiscoveredFleet extends FleetProgress {
  readonly rows: readonly FleetRow[];
}

const LOOK_EVERY_MS = 400;
const NOT_DONE = 'The fleet was not listed.';

/**
 * Has a worker list a fleet; `tell` hears how far it has come. Throws words when nobody works on the
 * queue, or when the cloud cannot be used. When `stop` comes first, the listing is stopped.
 */
export async function discoverFleet(
  server: Connected,
  given: { readonly search: FleetSearch; readonly queue: string; readonly stop: AbortSignal },
  tell: (progress: FleetProgress & { readonly found: number }) => void,
): Promise<DiscoveredFleet> {
  const { search, queue, stop } = given;
  await requireWorker(server, queue, NOT_DONE);
  const { projectId } = search.scope;
  const handle = await changeServer(server, () =>
    server.client.workflow.start<(search: FleetSearch) => Promise<unknown>>('discover', {
      workflowId: discoverId(projectId, search.family, newUnique(new Date())),
      taskQueue: queue,
      args: [search],
      staticSummary: `list ${search.family} in ${projectId}`,
      // 20,000 instances with a call each, at 200 calls in five minutes, are more than eight hours.
      workflowExecutionTimeout: '24h',
    }),
  );
  const rows: FleetRow[] = [];
  let isOver = false;
  const failed = handle.result().then(
    () => null,
    (error: unknown) => ({ error }),
  );
  try {
    for (;;) {
      const page = await askWorkflow(server, { queue, notDone: NOT_DONE }, () =>
        handle.query(discovered, rows.length),
      );
      rows.push(...page.rows);
      tell(page);
      if (rows.length < page.found) continue;
      if (page.isComplete) {
        isOver = true;
        return { ...page, rows };
      }
      const end = await Promise.race([failed, rest(LOOK_EVERY_MS, stop)]);
      if (end !== null && end !== 'rested') {
        isOver = true;
        throw failureOf(end.error);
      }
      if (stop.aborted) throw new PersonError(`Stopped. ${NOT_DONE}`, EXIT.interrupted);
    }
  } finally {
    // Nobody will ask for its rows any more.
    if (!isOver) await handle.terminate('its asker has gone').catch(() => undefined);
  }
}

function failureOf(error: unknown): unknown {
  if (!(error instanceof WorkflowFailedError)) return error;
  return new PersonError(
    `The fleet could not be listed: ${failureWords(error)}\nCheck the worker's credentials and endpoints, and project and region. Nothing was changed.`,
    EXIT.failure,
    { cause: error },
  );
}
