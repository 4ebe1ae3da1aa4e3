import { startDevServer } from '../../local/dev-server';
import type { DevServer } from '../../local/dev-server';
import type { rollout } from '../../workflows/rollout';
import * as messages from '../../workflows/messages';
import { planFor } from '../support/plans';
import { until } from '../support/rollouts';
import { testTemporalProgram } from '../support/temporal-server';
import type { World } from '../support/world';
import { startWorld } from '../support/world';

let server: DevServer;
let world: World;

beforeAll(async () => {
  server = await startDevServer({
    program: await testTemporalProgram(),
    ui: false,
    dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': 20 },
  });
  world = await startWorld({ size: 4, address: server.address, set: { duration: '500ms' } });
  await world.startWorker();
});
afterAll(async () => {
  await world.stop();
  await server.stop();
});

test('a long rollout continues as new between waves and keeps counts, acts and pauses', async () => {
  const waves = [
    { name: 'one', take: 1 },
    { name: 'two', take: 1 },
    { name: 'rest', take: 'rest' },
  ];
  const { workflowId } = await world.start(planFor(await world.fleet(), { waves }));
  // Not bound to the first run, which is over when the rollout has continued.
  const handle = world.client.workflow.getHandle<typeof rollout>(workflowId);
  await until(
    'the first wave runs',
    async () => (await handle.query(messages.status)).counts.inFlight > 0,
  );
  await handle.executeUpdate(messages.pause, { args: [{ by: 'ada', reason: 'a test' }] });
  await until(
    'it is quiet',
    async () => (await handle.query(messages.status)).counts.inFlight === 0,
  );
  await handle.executeUpdate(messages.resume, { args: [{ by: 'ada', reason: null }] });

  const status = await handle.result();

  expect(status.counts).toMatchObject({ total: 4, succeeded: 4 });
  expect(status.waves.map(({ name, state }) => [name, state])).toEqual([
    ['one', 'finished'],
    ['two', 'finished'],
    ['rest', 'finished'],
  ]);
  expect(status.actions.map(({ action }) => action)).toEqual(['pause', 'resume']);
  const { raw } = await handle.describe();
  const { firstRunId, execution } = raw.workflowExecutionInfo ?? {};
  expect(firstRunId).toBeTruthy();
  expect(execution?.runId).not.toBe(firstRunId);
  const fleet = await world.fleet();
  expect(fleet.map(({ upgradesStarted }) => upgradesStarted)).toEqual([1, 1, 1, 1]);
});
