import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import type { WorkflowHandle } from '@temporalio/client';
import { waveId } from '../../rollout/ids';
import { dataConverter } from '../../temporal/payload-codec';
import * as messages from '../../workflows/messages';
import { planFor } from '../support/plans';
import { until, untilStatus } from '../support/rollouts';
import type { World } from '../support/world';
import { startWorld } from '../support/world';

/**
 * A workflow task without commands right before an order: a worker that has the workflow in its
 * cache sees two tasks, one that has not sees one, in which the order comes before everything else
 * (temporalio/sdk-rust#1146). What is done must be the same.
 */

const CODE = { codePath: join(__dirname, '..', '..', 'dist', 'workflow-bundle.js') };
const me = { by: 'kim', reason: 'a test' };
let world: World;

beforeAll(async () => {
  const dcs = { family: 'dcs-instance' };
  world = await startWorld({ fleet: [dcs, dcs], set: { duration: '2s', spread: 0 } });
});
afterAll(() => world.stop());

/** Fails if today's workflows would not do again what the history shows. */
async function replay(handle: WorkflowHandle): Promise<void> {
  const history = await handle.fetchHistory();
  await Worker.runReplayHistory(
    { workflowBundle: CODE, dataConverter },
    history,
    handle.workflowId,
  );
}

test('an order after the quiet end of a wave, on a worker that must replay', async () => {
  const first = await world.startWorker();
  const waves = [
    { name: 'canary', take: 1 },
    { name: 'rest', take: 'rest' },
  ];
  const handle = await world.start(planFor(await world.fleet(), { waves }));
  await until('the submission', async () => {
    const lines = await world.journal();
    return lines.some(({ effects }) => effects.some(({ kind }) => kind === 'upgradeStarted'));
  });
  await handle.executeUpdate(messages.pause, { args: [me] });
  const canary = world.client.workflow.getHandle(waveId(handle.workflowId, 'canary', 1, 1));
  await until('the end of the canary', async () => {
    const { status } = await canary.describe();
    return status.name === 'COMPLETED';
  });
  // The rollout has seen it.
  await untilStatus(handle, ({ waves: [one] }) => one?.state === 'finished');
  await first.kill();
  await world.startWorker();
  await handle.executeUpdate(messages.resume, { args: [me] });

  expect(await handle.result()).toMatchObject({ counts: { succeeded: 2 } });
  await replay(handle);
}, 60_000);
