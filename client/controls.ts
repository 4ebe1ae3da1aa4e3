import { randomUUID } from 'node:crypto';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import type { SignalDefinition, UpdateDefinition } from '@temporalio/common';
import { meant } from '../rollout/did-you-mean';
import type { ActionName } from '../rollout/outcome';
import type { Connected } from '../temporal/connect';
import { failureWords, isNotFound, isRefusal, PersonError, refusedWords } from './errors';
import { EXIT } from './exit-codes';
import { describe, readStatus } from './rollout-reads';
import { askServer, askWorkflow } from './workers';

/** An Update, and whom it goes to: a rollout or one of its waves. */
export interface ControlRequest<Order, Answer> {
  readonly name: ActionName;
  readonly rolloutId: string;
  /** The rollout, or a wave of it. */
  readonly workflowId: string;
  readonly update: UpdateDefinition<Answer, [Order]>;
  readonly order: Order;
}

/**
 * Sends an Update and returns its answer. What the workflow refuses, and what comes after its end,
 * throws with exit code 5; nothing has changed then. Without a worker: {@link NoWorkerError}.
 */
export async function sendControl<Order, Answer>(
  server: Connected,
  request: ControlRequest<Order, Answer>,
): Promise<Answer> {
  const { name, rolloutId, workflowId, update, order } = request;
  const { taskQueue, status: execution } = await describe(server, workflowId);
  if (isEnded(execution.name)) throw ended(request);
  const notDone = `The ${name} was not recorded: nothing has changed.`;
  // A worker that comes back in this very moment may still have taken it.
  const unanswered = `The ${name} is not confirmed: look with upwave status ${rolloutId} once a worker runs, and repeat it.`;
  const send = () =>
    askWorkflow(server, { queue: taskQueue, notDone, unanswered }, () =>
      server.client.workflow
        .getHandle(workflowId)
        .executeUpdate<Answer, [Order]>(update, { args: [order], updateId: randomUUID() }),
    );
  try {
    return await send();
  } catch (error) {
    if (isNotFound(error)) throw ended(request, error);
    // The run that got the update continued as new before it answered: the next run has not seen it.
    if (!lostToContinueAsNew(error)) throw error;
    return send();
  }
}

/** Leaves an order with Temporal until a worker is there to take it. */
export async function sendLater<Order>(
  server: Connected,
  request: {
    readonly name: ActionName;
    readonly rolloutId: string;
    readonly signal: SignalDefinition<[Order]>;
    readonly order: Order;
  },
): Promise<void> {
  const { rolloutId, signal, order } = request;
  const handle = server.client.workflow.getHandle(rolloutId);
  try {
    await askServer(server, () => handle.signal<[Order]>(signal, order));
  } catch (error) {
    if (isNotFound(error)) throw ended({ ...request, workflowId: rolloutId }, error);
    throw error;
  }
}

/** True when the execution, in Temporal's word for its state, will not go on. */
export function isEnded(execution: string): boolean {
  return ENDED.has(execution);
}

/** A refusal in the client's own words, which end without a full stop or in a question. Exit code 5. */
export function refused(why: string, cause?: unknown): PersonError {
  return new PersonError(refusedWords(why), EXIT.refused, { cause });
}

/** A refusal of what was said of a wave that does not exist says which wave was meant. */
export async function explainRefusal(
  server: Connected,
  error: unknown,
  { rolloutId, wave }: { readonly rolloutId: string; readonly wave: string | null },
): Promise<unknown> {
  if (wave === null || !isRefusal(error)) return error;
  // Only words are wanted: whatever goes wrong here, the refusal itself is what matters.
  const look = await readStatus(server, rolloutId).catch(() => null);
  const names = look?.status.waves.map(({ name }) => name) ?? [];
  if (names.length === 0 || names.includes(wave)) return error;
  const suggestion = meant(wave, names);
  return refused(`${rolloutId} has no wave ${wave}${suggestion ? `: ${suggestion}` : ''}`, error);
}

const ENDED: ReadonlySet<string> = new Set([
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'TERMINATED',
  'TIMED_OUT',
]);

function ended(
  {
    name,
    rolloutId,
    workflowId,
  }: Pick<ControlRequest<never, never>, 'name' | 'rolloutId' | 'workflowId'>,
  cause?: unknown,
): PersonError {
  return new PersonError(
    `The ${name} was refused: ${workflowId} has ended. Nothing has changed. How it ended: upwave status ${rolloutId}`,
    EXIT.refused,
    { cause },
  );
}

function lostToContinueAsNew(error: unknown): boolean {
  return (
    error instanceof WorkflowUpdateFailedError &&
    /completed before the update completed/i.test(failureWords(error))
  );
}
