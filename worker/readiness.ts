import { setTimeout as sleep } from 'node:timers/promises';
import type { NativeConnection, State } from '@temporalio/worker';

/** One of the process's workers, as far as its readiness is concerned. */
export interface Poller {
  readonly taskQueue: string;
  readonly kind: 'workflow' | 'activity';
  readonly identity: string;
  state(): State;
}

// A probe waits for the answer: a server that is there gives it in milliseconds.
const ANSWERS_WITHIN_MS = 3_000;
// A poll that brings nothing is made again after a minute.
const POLLED_WITHIN_MS = 120_000;
// Probes and metrics ask by themselves: one answer serves all who ask at about the same time.
const KNOWN_FOR_MS = 1_000;
// The first polls of a worker that starts are there within a moment.
const ASKED_AGAIN_MS = 50;
// temporal.api.enums.v1.TaskQueueType
const QUEUE_TYPES = { workflow: 1, activity: 2 } as const;

/**
 * Whether this process takes tasks: all its workers run, and the server, asked now, knows of a recent
 * poll of each of them. Says why not, in words; null: it does.
 */
export function createReadiness(
  { connection, namespace }: { readonly connection: NativeConnection; readonly namespace: string },
  pollers: readonly Poller[],
): () => Promise<string | null> {
  let asked: { readonly atMs: number; readonly answer: Promise<string | null> } | null = null;

  return function whyNotReady() {
    const atMs = Date.now();
    if (asked !== null && atMs - asked.atMs < KNOWN_FOR_MS) return asked.answer;
    const answer = ask();
    asked = { atMs, answer };
    // Who waits until it takes tasks wants to know at once.
    void answer.then((words) => {
      if (words !== null) asked = null;
    });
    return answer;
  };

  async function ask(): Promise<string | null> {
    const words = pollers
      .map((poller) => whyNotRunning(poller.state()))
      .find((why) => why !== null);
    if (words !== undefined) return words;
    try {
      for (const poller of pollers) {
        if (await isHeardOf(poller)) continue;
        return `Temporal has not heard of this worker on ${poller.taskQueue} for two minutes`;
      }
      return null;
    } catch {
      return 'Temporal does not answer';
    }
  }

  async function isHeardOf({ taskQueue, kind, identity }: Poller): Promise<boolean> {
    const { workflowService } = connection;
    const { pollers: known } = await connection.withDeadline(Date.now() + ANSWERS_WITHIN_MS, () =>
      workflowService.describeTaskQueue({
        namespace,
        taskQueue: { name: taskQueue },
        taskQueueType: QUEUE_TYPES[kind],
      }),
    );
    const oldestMs = Date.now() - POLLED_WITHIN_MS;
    return (known ?? []).some(
      (each) =>
        each.identity === identity && Number(each.lastAccessTime?.seconds ?? 0) * 1000 >= oldestMs,
    );
  }
}

/** Waits until this process takes tasks; false: the signal came first. */
export async function untilReady(
  whyNotReady: () => Promise<string | null>,
  signal: AbortSignal,
): Promise<boolean> {
  while (!signal.aborted) {
    if ((await whyNotReady()) === null) return true;
    await sleep(ASKED_AGAIN_MS, undefined, { signal }).catch(() => undefined);
  }
  return false;
}

function whyNotRunning(state: State): string | null {
  switch (state) {
    case 'RUNNING':
      return null;
    case 'INITIALIZED':
      return 'starting';
    case 'FAILED':
      return 'failed';
    case 'STOPPING':
    case 'DRAINING':
    case 'DRAINED':
    case 'STOPPED':
      return 'stopping';
  }
}
