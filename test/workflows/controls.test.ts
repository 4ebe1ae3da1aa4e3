import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import * as messages from '../../workflows/messages';
import { planFor } from '../support/plans';
import { endsOf, targetsOf, until, untilStatus } from '../support/rollouts';
import type { World } from '../support/world';
import { startWorld } from '../support/world';

let world: World;
const why = { by: 'ada', reason: 'a test' };

beforeEach(async () => {
  world = await startWorld({ size: 8, set: { duration: '1500ms', spread: 0 } });
  await world.startWorker();
});
afterEach(() => world.stop());

async function started(): Promise<number> {
  return (await world.fleet()).reduce((sum, row) => sum + row.upgradesStarted, 0);
}

test('pause: nothing new is submitted, what is in flight ends; resume: the rest is done', async () => {
  const waves = [{ name: 'all', take: 'rest', concurrency: 2 }];
  const handle = await world.start(planFor(await world.fleet(), { waves }));
  await until('two upgrades run', async () => (await started()) >= 2);

  const paused = await handle.executeUpdate(messages.pause, { args: [why] });
  const atPause = await started();
  const quiet = await untilStatus(handle, ({ counts }) => counts.inFlight === 0);
  await sleep(2_000);

  expect(paused).toMatchObject({ state: 'paused', waitingFor: { reason: 'paused' } });
  expect(quiet.waitingFor?.words).toContain('ada: a test');
  // An attempt whose submit activity had been scheduled counts as in flight.
  expect(await started()).toBeLessThanOrEqual(atPause + 2);
  expect(quiet.counts.pending).toBeGreaterThanOrEqual(4);

  await handle.executeUpdate(messages.resume, { args: [{ by: 'ada', reason: null }] });
  const { state, counts, actions } = await handle.result();

  expect({ state, succeeded: counts.succeeded }).toEqual({ state: 'finished', succeeded: 8 });
  expect(actions.map(({ action, by }) => [action, by])).toEqual([
    ['pause', 'ada'],
    ['resume', 'ada'],
  ]);
});

test('abort: what is in flight ends honestly, all else is skipped', async () => {
  const waves = [
    { name: 'all', take: 5, concurrency: 2 },
    { name: 'later', take: 'rest' },
  ];
  const handle = await world.start(planFor(await world.fleet(), { waves }));
  await until('two upgrades run', async () => (await started()) >= 2);

  await handle.executeUpdate(messages.abort, { args: [why] });
  const { state, counts } = await handle.result();

  expect(state).toBe('aborted');
  expect(counts.succeeded + counts.skipped).toBe(8);
  expect(counts.succeeded).toBe(await started());
  expect(counts.skipped).toBeGreaterThanOrEqual(4);
  const ends = await endsOf(world, handle);
  expect(new Set(ends)).toEqual(new Set(['succeeded/upgraded', 'skipped/aborted']));
});

test('a control that does not fit the state, or has no reason, is refused and changes nothing', async () => {
  const handle = await world.start(planFor((await world.fleet()).slice(0, 2)));
  const refusals = [
    handle.executeUpdate(messages.resume, { args: [{ by: 'ada', reason: null }] }),
    handle.executeUpdate(messages.pause, { args: [{ by: 'ada', reason: ' ' }] }),
    handle.executeUpdate(messages.abort, { args: [{ by: 'ada', reason: null }] }),
  ];

  const settled = await Promise.allSettled(refusals);

  for (const each of settled) {
    expect(each.status === 'rejected' && each.reason).toBeInstanceOf(WorkflowUpdateFailedError);
  }
  const { state, actions } = await handle.result();
  expect({ state, actions }).toEqual({ state: 'finished', actions: [] });
  // After the end Temporal itself knows no workflow to update.
  await expect(handle.executeUpdate(messages.pause, { args: [why] })).rejects.toThrow();
});

test('an exhausted budget stops new submissions and waits for a person', async () => {
  const fleet = (await world.fleet()).filter(({ family }) => family === 'taurusdb-proxy');
  const list = fleet.map((row) => ({
    target: row.proxyId,
    on: 'submit',
    fault: 'reject',
    times: 9,
  }));
  await world.setFaults({ list });
  const handle = await world.start(
    planFor(fleet, {
      waves: [{ name: 'all', take: 'rest', concurrency: 1, budget: { rejected: 0 } }],
      recovery: {
        rejected: { retries: 0, after: '1s' },
        unknown: { reconcileFor: '30s', settleFor: '3s' },
      },
    }),
  );

  const waiting = await untilStatus(handle, ({ state }) => state === 'waiting');

  expect(waiting.waitingFor?.reason).toBe('budgetExhausted');
  expect(waiting.counts).toMatchObject({ rejected: 1, pending: 1 });

  await handle.executeUpdate(messages.resume, { args: [why] });
  const { counts } = await handle.result();
  expect(counts).toMatchObject({ rejected: 2 });
});

test('two rollouts over the same instances: each is upgraded once, by one of them', async () => {
  const fleet = await world.fleet();
  const both = [await world.start(planFor(fleet)), await world.start(planFor(fleet))];

  const results = await Promise.all(both.map((handle) => handle.result()));

  const good = results.map(({ counts }) => counts.succeeded + counts.upToDate);
  expect(good).toEqual([8, 8]);
  expect(results.reduce((sum, { counts }) => sum + counts.succeeded, 0)).toBe(8);
  const after = await world.fleet();
  expect(after.map(({ upgradesStarted }) => upgradesStarted)).toEqual(Array(8).fill(1));
});

test('a rollout terminated in mid-wave: attempts under way end by themselves, no other starts', async () => {
  const waves = [{ name: 'all', take: 'rest', concurrency: 2 }];
  const handle = await world.start(planFor(await world.fleet(), { waves }));
  await until('two upgrades run', async () => (await started()) >= 2);
  const inFlight = (await targetsOf(world, handle)).filter(({ status }) => status === 'inFlight');

  await handle.terminate('a test');
  const { projectId } = world.access;
  const results = await Promise.all(
    inFlight.map(({ target }) =>
      world.client.workflow.getHandle(`upgrade/${projectId}/${target.instanceId}`).result(),
    ),
  );
  const atEnd = await started();
  await sleep(3_000);

  expect(results.length).toBeGreaterThan(0);
  for (const result of results)
    expect(['succeeded', 'notSubmitted']).toContain((result as { result: string }).result);
  expect(await started()).toBe(atEnd);
  expect(atEnd).toBeLessThanOrEqual(inFlight.length + 2);
  expect(atEnd).toBeLessThan(8);
});
