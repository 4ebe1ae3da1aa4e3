import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import type { NativeConnection } from '@temporalio/worker';
import { createActivities } from '../activities';
import type { Probe } from '../cloud/checks';
import type { Families } from '../cloud/family';
import type { CallWebhook } from '../cloud/webhooks';
import { cloudQueue } from '../rollout/ids';
import { dataConverter } from '../temporal/payload-codec';

export interface WorkerParts {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly families: Families;
  /** Makes the health checks of plans. */
  readonly probe: Probe;
  /** Makes the calls of their hooks. */
  readonly callWebhook: CallWebhook;
  /** The workflows' code as `npm run build` bundled it. */
  readonly bundle: string;
}

/** Where the build leaves the bundled workflow code. */
export const BUNDLE = join(__dirname, '..', 'workflow-bundle.js');

// Longer than any request to the cloud, so that a stop leaves none half done.
const SHUTDOWN_GRACE_MS = 45_000;

/**
 * The two workers of a process: workflows on their queue, activities on the queue beside it. Runs
 * until the process is told to stop; a failure of one stops the other.
 */
export async function createWorkers(parts: WorkerParts): Promise<{
  run(): Promise<void>;
  shutdown(): void;
}> {
  const { connection, namespace, taskQueue, families, probe, callWebhook, bundle } = parts;
  const workflows = await Worker.create({
    connection,
    namespace,
    taskQueue,
    dataConverter,
    workflowBundle: { codePath: bundle },
    shutdownGraceTime: SHUTDOWN_GRACE_MS,
    // A wave's attempts all wake up about together; each takes 50 KB in the cache.
    maxCachedWorkflows: 1_000,
  });
  const activities = await Worker.create({
    connection,
    namespace,
    taskQueue: cloudQueue(taskQueue),
    dataConverter,
    activities: createActivities(families, probe, callWebhook),
    shutdownGraceTime: SHUTDOWN_GRACE_MS,
    // They wait for the network, not for the processor.
    maxConcurrentActivityTaskExecutions: 100,
  });
  const both = [workflows, activities];
  const shutdown = () =>
    both.forEach((worker) => worker.getState() === 'RUNNING' && worker.shutdown());

  async function run(): Promise<void> {
    const runs = both.map((worker) => worker.run());
    await Promise.race(runs).finally(shutdown);
    await Promise.all(runs);
  }
  return { run, shutdown };
}
