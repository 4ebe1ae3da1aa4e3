import { WorkflowUpdateFailedError } from '@temporalio/client';
import * as messages from '../../workflows/messages';
import { planFor } from '../support/plans';
import { untilStatus } from '../support/rollouts';
import type { FleetRow, World } from '../support/world';
import { startWorld } from '../support/world';

let world: World;
let caches: readonly FleetRow[];
const why = { by: 'ada', reason: 'a test' };

beforeEach(async () => {
  const faults = { rates: { '*': { job: { fail: 1 } } } };
  world = await startWorld({ size: 32, faults, set: { duration: '1s', spread: 0 } });
  await world.startWorker();
  caches = (await world.fleet()).filter(({ family }) => family === 'dcs-instance').slice(0, 8);
});
afterEach(() => world.stop());

function failing(budget: Record<string, unknown>, changes: Record<string, unknown> = {}) {
  const waves = [{ name: 'all', take: 'rest', concurrency: 4, budget }];
  const recovery = { failed: { retries: 0, after: '1s' } };
  return planFor(caches, { waves, recovery, ...changes });
}

async function begun(): Promise<number> {
  return (await world.fleet()).reduce((sum, { upgradesStarted }) => sum + upgradesStarted, 0);
}

test('strict: as many fail as exceed the budget by one, no more begin', async () => {
  const handle = await world.start(failing({ failed: 1, unknown: 1, rejected: 1, strict: true }));

  const spent = await untilStatus(
    handle,
    ({ waitingFor }) => waitingFor?.reason === 'budgetExhausted',
  );

  expect(spent.counts).toMatchObject({ failed: 2, inFlight: 0, pending: 6 });
  expect(spent.state).toBe('waiting');
  expect(await begun()).toBe(2);
});

test('exhausted -> those in flight end, nothing begins; raised by a person -> goes on', async () => {
  const handle = await world.start(failing({ failed: 0 }));
  const spent = await untilStatus(
    handle,
    ({ waitingFor, counts }) => waitingFor?.reason === 'budgetExhausted' && counts.inFlight === 0,
  );
  expect(spent.counts.failed).toBeLessThanOrEqual(4);
  expect(await begun()).toBe(spent.counts.failed);

  const low = handle.executeUpdate(messages.budget, {
    args: [{ ...why, wave: 'all', limits: { failed: 0 } }],
  });
  await expect(low).rejects.toThrow(WorkflowUpdateFailedError);
  await handle.executeUpdate(messages.budget, {
    args: [{ ...why, wave: 'all', limits: { failed: null } }],
  });
  const { counts, actions, state } = await handle.result();

  expect({ state, failed: counts.failed }).toEqual({ state: 'finished', failed: 8 });
  expect(actions).toMatchObject([
    { action: 'budget', by: 'ada', wave: 'all', change: 'failed 0 to none' },
  ]);
});

test('exhausted and nobody says anything -> aborted by the plan, with the reason', async () => {
  const handle = await world.start(failing({ failed: 0 }, { onExhausted: { expires: '2s' } }));

  const { state, counts, actions } = await handle.result();

  expect(state).toBe('aborted');
  expect(counts.failed + counts.skipped).toBe(8);
  expect(actions).toMatchObject([{ action: 'abort', by: 'upwave' }]);
  expect(actions[0]?.reason).toContain("the wave's budget is exhausted");
  expect(await begun()).toBe(counts.failed);
});

test("the rollout's budget counts over its waves", async () => {
  const waves = ['one', 'two'].map((name) => ({
    name,
    take: name === 'one' ? 2 : 'rest',
    concurrency: name === 'one' ? 2 : 1,
  }));
  const handle = await world.start(failing({}, { waves, budget: { failed: 2 } }));

  const spent = await untilStatus(
    handle,
    ({ waitingFor }) => waitingFor?.reason === 'budgetExhausted',
  );

  expect(spent.waitingFor?.words).toContain("the rollout's budget is exhausted, 3 failed");
  expect(spent.waves.map(({ counts }) => counts.failed)).toEqual([2, 1]);
});
