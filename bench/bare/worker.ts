import { join } from 'node:path';
import { bundleWorkflowCode, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { cloudQueue } from '../../rollout/ids';
import { dataConverter } from '../../temporal/payload-codec';
import { ACTIVITY_WORKER, WORKFLOW_WORKER } from '../../worker/create-workers';

/** A worker of the bare workflows with the very settings of upwave's own. Its arguments: address, queue. */
async function main(): Promise<void> {
  const [address = '', taskQueue = ''] = process.argv.slice(2);
  Runtime.install({
    telemetryOptions: { logging: { forward: {}, filter: { core: 'WARN', other: 'ERROR' } } },
  });
  const connection = await NativeConnection.connect({ address });
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(__dirname, 'workflows.ts'),
    logger: SILENT,
  });
  const workflows = await Worker.create({
    connection,
    dataConverter,
    ...WORKFLOW_WORKER,
    taskQueue,
    workflowBundle: { code },
  });
  const activities = await Worker.create({
    connection,
    dataConverter,
    ...ACTIVITY_WORKER,
    taskQueue: cloudQueue(taskQueue),
    activities: { nothing: () => Promise.resolve() },
  });
  const running = Promise.all([workflows.run(), activities.run()]);
  process.stdout.write('ready\n');
  await running;
}

const quiet = () => undefined;
const SILENT = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: quiet };

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? '') : String(error)}\n`);
  process.exit(1);
});
