import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { gaugesOf, sampleKey, type Seen } from '../rollout/gauges';
import type { GaugeSample } from '../rollout/metrics';
import { FAMILIES } from '../rollout/upgrade';
import { status } from '../workflows/messages';
import type { Recorder } from './metrics';

// As often as Prometheus usually asks.
const EVERY_MS = 15_000;
const ANSWERS_WITHIN_MS = 5_000;
// Nobody runs so many at once; should somebody, asking all of them would cost more than it tells.
const MOST_ROLLOUTS = 100;

export interface ObserverParts {
  readonly client: Client;
  readonly taskQueue: string;
  readonly recorder: Recorder;
  readonly whyNotReady: () => Promise<string | null>;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Keeps the gauges of what runs. A workflow moves from worker to worker, and a gauge that it set would
 * stay behind with a value of then; so Temporal is asked, by every worker, what runs now.
 */
export async function observe(parts: ObserverParts): Promise<void> {
  const { recorder, whyNotReady, signal } = parts;
  let shown: readonly GaugeSample[] = [];
  for (;;) {
    const value = (await whyNotReady()) === null ? 1 : 0;
    // The runtime that takes the values goes with the last connection.
    if (signal.aborted) return;
    recorder.set({ name: 'upwave_worker_ready', labels: {}, value });
    // A server that is away is told by the gauge above; what was seen last stays.
    shown = await look(parts, shown).catch(() => shown);
    await sleep(EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

async function look(
  parts: ObserverParts,
  shown: readonly GaugeSample[],
): Promise<readonly GaugeSample[]> {
  const now = [...(await inFlight(parts)), ...gaugesOf(await rolloutsNow(parts))];
  const keys = new Set(now.map(sampleKey));
  // A series that was shown once cannot be taken back: it becomes zero.
  const gone = shown.filter((each) => !keys.has(sampleKey(each)));
  for (const each of now) parts.recorder.set(each);
  for (const each of gone) parts.recorder.set({ ...each, value: 0 });
  return now;
}

async function inFlight({ client, taskQueue }: ObserverParts): Promise<readonly GaugeSample[]> {
  const samples: GaugeSample[] = [];
  for (const family of FAMILIES) {
    const query = `${running('upgrade', taskQueue)} AND UpwaveFamily = '${family}'`;
    const { count } = await bounded(client, () => client.workflow.count(query));
    samples.push({ name: 'upwave_targets_in_flight', labels: { family }, value: count });
  }
  return samples;
}

async function rolloutsNow({ client, taskQueue }: ObserverParts): Promise<readonly Seen[]> {
  const ids = await bounded(client, async () => {
    const found: string[] = [];
    for await (const { workflowId } of client.workflow.list({
      query: running('rollout', taskQueue),
      pageSize: MOST_ROLLOUTS,
    })) {
      found.push(workflowId);
      if (found.length === MOST_ROLLOUTS) break;
    }
    return found;
  });
  const seen: Seen[] = [];
  // One after the other: nobody waits for it.
  for (const id of ids) {
    const answer = bounded(client, () => client.workflow.getHandle(id).query(status));
    seen.push({ plan: id.split('/')[1] ?? id, status: await answer.catch(() => null) });
  }
  return seen;
}

function bounded<T>(client: Client, call: () => Promise<T>): Promise<T> {
  return client.withDeadline(Date.now() + ANSWERS_WITHIN_MS, call);
}

function running(type: string, taskQueue: string): string {
  const queue = taskQueue.replaceAll("'", "''");
  return `WorkflowType = '${type}' AND ExecutionStatus = 'Running' AND TaskQueue = '${queue}'`;
}
