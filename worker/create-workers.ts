import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import type { WorkerDeploymentVersion } from '@temporalio/common';
import type { InjectedSinks, NativeConnection, WorkerOptions } from '@temporalio/worker';
import { createActivities } from '../activities';
import type { KeepReport } from '../activities/keep-report';
import type { Probe } from '../cloud/checks';
import type { Families } from '../cloud/family';
import type { Fleets } from '../cloud/fleet';
import type { CallWebhook } from '../cloud/webhooks';
import { cloudQueue } from '../rollout/ids';
import { dataConverter } from '../temporal/payload-codec';
import type { MetricSinks } from '../workflows/metrics';
import type { Poller } from './readiness';

export interface WorkerParts {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly families: Families;
  /** As in the worker's configuration. */
  readonly deployment: WorkerDeploymentVersion | null;
  /** Lists instances. */
  readonly fleets: Fleets;
  /** Makes the health checks of plans. */
  readonly probe: Probe;
  /** Makes the calls of their hooks. */
  readonly callWebhook: CallWebhook;
  /** Keeps the reports of rollouts that have ended; null: they are not kept. */
  readonly keepReport: KeepReport | null;
  /** Takes from workflows what they count. */
  readonly sinks: InjectedSinks<MetricSinks>;
  /** The workflows' code as `npm run build` bundled it. */
  readonly bundle: string;
}

/** Where the build leaves the bundled workflow code. */
export const BUNDLE = join(__dirname, '..', 'workflow-bundle.js');

// Longer than any request to the cloud, so that a stop leaves none half done.
const SHUTDOWN_GRACE_MS = 45_000;
// What was cancelled then has this long to come to its end; an orchestrator must wait longer.
const SHUTDOWN_FORCE_MS = 55_000;

/** How the worker of workflows is set. */
export const WORKFLOW_WORKER = {
  shutdownGraceTime: SHUTDOWN_GRACE_MS,
  shutdownForceTime: SHUTDOWN_FORCE_MS,
  // A wave's attempts all wake up about together; each takes 50 KB in the cache.
  maxCachedWorkflows: 1_000,
} as const;

/** How the worker of activities is set. */
export const ACTIVITY_WORKER = {
  shutdownGraceTime: SHUTDOWN_GRACE_MS,
  shutdownForceTime: SHUTDOWN_FORCE_MS,
  // They wait for the network, not for the processor.
  maxConcurrentActivityTaskExecutions: 100,
} as const;

/**
 * The two workers of a process: workflows on their queue, activities on the queue beside it. They run
 * until `stop` says so, and finish what is under way; a failure of one stops the other.
 */
export async function createWorkers(parts: WorkerParts): Promise<{
  run(stop: AbortSignal): Promise<void>;
  readonly pollers: readonly Poller[];
}> {
  const {
    connection,
    namespace,
    taskQueue,
    families,
    fleets,
    probe,
    callWebhook,
    keepReport,
    bundle,
  } = parts;
  const shared: Pick<WorkerOptions, 'taskQueue'> & Partial<WorkerOptions> = {
    connection,
    namespace,
    taskQueue,
    dataConverter,
    ...versioned(parts.deployment),
  };
  const workflows = await Worker.create({
    ...shared,
    workflowBundle: { codePath: bundle },
    sinks: parts.sinks,
    ...WORKFLOW_WORKER,
  });
  const activities = await Worker.create({
    ...shared,
    taskQueue: cloudQueue(taskQueue),
    activities: createActivities(families, fleets, probe, callWebhook, keepReport),
    ...ACTIVITY_WORKER,
  });
  const both = [workflows, activities];
  const shutdown = () =>
    both.forEach((worker) => worker.getState() === 'RUNNING' && worker.shutdown());

  async function run(stop: AbortSignal): Promise<void> {
    const runs = both.map((worker) => worker.run());
    stop.addEventListener('abort', shutdown);
    if (stop.aborted) shutdown();
    await Promise.race(runs).finally(shutdown);
    await Promise.all(runs);
  }
  const pollers = both.map((worker, i): Poller => {
    const { taskQueue: queue, identity } = worker.options;
    const kind = i === 0 ? 'workflow' : 'activity';
    return { taskQueue: queue, kind, identity, state: () => worker.getState() };
  });
  return { run, pollers };
}

/** Each rollout, with all its waves and attempts, stays with the version that it began on. */
function versioned(version: WorkerDeploymentVersion | null): Partial<WorkerOptions> {
  if (version === null) return {};
  const pinned = { useWorkerVersioning: true, defaultVersioningBehavior: 'PINNED' } as const;
  return { workerDeploymentOptions: { version, ...pinned } };
}
