import type { Connected } from '../temporal/connect';
import { isDeadline, isPassing, isServerAway, PersonError } from './errors';

// Pollers ask again at least once a minute: after two without a word, nobody is there.
const POLLER_SEEN_WITHIN_MS = 2 * 60_000;
// A person waits: a worker that is there answers within a second or two.
// Together with finding the rollout, and with the signal of an order that is left for later, ten
// seconds are not exceeded.
const ANSWER_WITHIN_MS = 7_000;
// The server counts as well: it may be the first to end a call, and says then that it was cancelled.
const CLOCKS_DIFFER_MS = 500;
const SERVER_ANSWERS_WITHIN_MS = 5_000;
// To give up a change leaves open whether it was made: a server under load gets its time.
const SERVER_CHANGES_WITHIN_MS = 20_000;
const WORKFLOW_QUEUE = 1; // temporal.api.enums.v1.TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW

/** A call that the server alone answers, bounded in time: an address that swallows it would hang. */
export function askServer<Answer>(server: Connected, call: () => Promise<Answer>): Promise<Answer> {
  return server.client.withDeadline(Date.now() + SERVER_ANSWERS_WITHIN_MS, call);
}

/** A call by which the server alone changes something; bounded in time, but not in a hurry. */
export function changeServer<Answer>(
  server: Connected,
  call: () => Promise<Answer>,
): Promise<Answer> {
  return server.client.withDeadline(Date.now() + SERVER_CHANGES_WITHIN_MS, call);
}

/** Nobody answers on the task queue of what was asked. */
export class NoWorkerError extends PersonError {
  constructor(
    readonly queue: string,
    notDone: string,
    options?: ErrorOptions,
  ) {
    super(`${noWorkerWords(queue)} ${notDone}`, undefined, options);
  }
}

/** Said when nobody works on a queue, before what that means. */
export function noWorkerWords(queue: string): string {
  return `No worker answers on task queue ${queue}: start one with \`upwave worker\`.`;
}

/** How many workers were seen on the queue in the last two minutes. */
export async function countWorkers(server: Connected, queue: string): Promise<number> {
  const { client, namespace } = server;
  const answer = await askServer(server, () =>
    client.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: queue },
      taskQueueType: WORKFLOW_QUEUE,
    }),
  );
  const oldest = Date.now() - POLLER_SEEN_WITHIN_MS;
  return (answer.pollers ?? []).filter(({ lastAccessTime }) => {
    const seconds = Number(lastAccessTime?.seconds ?? 0);
    return seconds * 1000 >= oldest;
  }).length;
}

/** Throws words that say what was not done when nobody works on the queue. */
export async function requireWorker(
  server: Connected,
  queue: string,
  notDone: string,
): Promise<void> {
  if ((await countWorkers(server, queue)) > 0) return;
  throw new NoWorkerError(queue, notDone);
}

/** What a workflow is asked, for the words when nobody answers. */
export interface AskRequest {
  readonly queue: string;
  /** What was not done, when it is certain that nobody works on the queue. */
  readonly notDone: string;
  /** When a worker was there but did not answer; as `notDone` where it is the same. */
  readonly unanswered?: string;
}

/**
 * Asks a workflow (a query or an update), bounded in time: without a worker such a call would hang.
 * `notDone` says what the silence means.
 */
export async function askWorkflow<Answer>(
  server: Connected,
  request: AskRequest,
  call: () => Promise<Answer>,
): Promise<Answer> {
  await requireWorker(server, request.queue, request.notDone);
  const untilMs = Date.now() + ANSWER_WITHIN_MS;
  try {
    return await server.client.withDeadline(untilMs, call);
  } catch (error) {
    const hadItsTime = Date.now() >= untilMs - CLOCKS_DIFFER_MS;
    if (!isDeadline(error) && !(hadItsTime && isPassing(error))) throw error;
    // The same error stands for a server that went away in the middle: ask it.
    await countWorkers(server, request.queue).catch((away: unknown) => {
      if (isServerAway(away)) throw error;
    });
    throw new NoWorkerError(request.queue, request.unanswered ?? request.notDone, { cause: error });
  }
}
