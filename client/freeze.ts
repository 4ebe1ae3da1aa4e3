import { randomUUID } from 'node:crypto';
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import type { FrozenPlan } from '../rollout/frozen-plan';
import { dryRunId } from '../rollout/ids';
import type { Plan } from '../rollout/plan';
import type { Connected } from '../temporal/connect';
import { failureWords, isPassing, PersonError } from './errors';
import { EXIT } from './exit-codes';
import { rest } from './stopping';
import { askWorkflow, changeServer, NoWorkerError, noWorkerWords, requireWorker } from './workers';

/** The plan to freeze, where, and what stops it. */
export interface FreezeRequest {
  readonly plan: Plan;
  readonly queue: string;
  readonly stop: AbortSignal;
}

/** Hears every few seconds that the targets are being read (null), or why nobody answers just now. */
export type TellReading = (silence: string | null) => void;

// With the time in which a worker answers, its silence is told within ten seconds.
const LOOK_EVERY_MS = 2_000;
// What has been read in hours is not given up for a worker that is started anew.
const BACK_WITHIN_MS = 2 * 60_000;
// Every workflow answers this one, whatever it does.
const ANY_QUERY = '__temporal_workflow_metadata';
const NOT_READ = 'Not all targets were read, and nothing was changed.';
const OFFLINE = 'Without a worker: --offline';

/**
 * Has a worker resolve and inspect the targets of a plan, and cut its waves. Throws words when nobody
 * works on the queue, or when the cloud cannot be used. When `stop` comes first, or nobody answers any
 * more, the reading is ended.
 */
export async function freezeOnWorker(
  server: Connected,
  request: FreezeRequest,
  tell: TellReading,
): Promise<FrozenPlan> {
  const { plan, queue, stop } = request;
  await requireWorker(server, queue, `Nothing was read. ${OFFLINE}`);
  const handle = await changeServer(server, () =>
    server.client.workflow.start<(input: Plan) => Promise<FrozenPlan>>('plan', {
      workflowId: dryRunId(plan.name, randomUUID()),
      taskQueue: queue,
      args: [plan],
      staticSummary: `dry run of ${plan.name}`,
      // 20,000 targets with two calls each, at 200 calls in five minutes, are seventeen hours.
      workflowExecutionTimeout: '24h',
    }),
  );
  const over = new AbortController();
  let isOver = false;
  try {
    const signal = AbortSignal.any([stop, over.signal]);
    const asking = keepAsking(server, { handle, queue, signal }, tell);
    const frozen = await Promise.race([handle.result(), asking]);
    if (frozen === 'stopped') throw new PersonError(`Stopped. ${NOT_READ}`, EXIT.interrupted);
    isOver = true;
    return frozen;
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    isOver = true;
    const words = `The targets could not be read: ${failureWords(error)}\nNothing was changed.`;
    throw new PersonError(words, EXIT.failure, { cause: error });
  } finally {
    over.abort();
    // Nobody waits for it any more: it would go on to spend the workers' share of calls.
    if (!isOver) {
      await changeServer(server, () => handle.terminate('its asker has gone')).catch(
        () => undefined,
      );
    }
  }
}

/** Asks until the signal comes; throws when nobody answers at all, or not again in time. */
async function keepAsking(
  server: Connected,
  given: {
    readonly handle: WorkflowHandle;
    readonly queue: string;
    readonly signal: AbortSignal;
  },
  tell: TellReading,
): Promise<'stopped'> {
  const { handle, queue, signal } = given;
  const question = { queue, notDone: `${NOT_READ} ${OFFLINE}` };
  let answeredAtMs = 0;
  while (!signal.aborted) {
    try {
      await askWorkflow(server, question, () => handle.query(ANY_QUERY));
      answeredAtMs = Date.now();
      tell(null);
    } catch (error) {
      if (signal.aborted) break;
      const mayPass = error instanceof NoWorkerError || isPassing(error);
      if (!mayPass || Date.now() - answeredAtMs > BACK_WITHIN_MS) throw error;
      tell(silenceWords(error, queue));
    }
    await rest(LOOK_EVERY_MS, signal);
  }
  return 'stopped';
}

function silenceWords(error: unknown, queue: string): string {
  const isWorker = error instanceof NoWorkerError;
  const who = isWorker ? noWorkerWords(queue) : 'The Temporal server does not answer.';
  return `${who} It is waited for, two minutes in all; what has been read is kept so long.`;
}
