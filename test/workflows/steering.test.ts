import { setTimeout as sleep } from 'node:timers/promises';
import { waveId } from '../../rollout/ids';
import * as messages from '../../workflows/messages';
import { planFor } from '../support/plans';
import { endsOf, targetsOf, until, untilStatus } from '../support/rollouts';
import type { FleetRow, World } from '../support/world';
import { startWorld } from '../support/world';

let world: World;
let caches: readonly FleetRow[];
const why = { by: 'ada', reason: 'a test' };

beforeEach(async () => {
  world = await startWorld({ size: 32, set: { duration: '1s', spread: 0, slowFor: '3s' } });
  caches = (await world.fleet()).filter(({ family }) => family === 'dcs-instance').slice(0, 4);
});
afterEach(() => world.stop());

const TWO = [
  { name: 'first', take: 2, concurrency: 2 },
  { name: 'second', take: 'rest', concurrency: 2 },
];

async function begun(): Promise<number> {
  return (await world.fleet()).reduce((sum, { upgradesStarted }) => sum + upgradesStarted, 0);
}

function gated(gate: unknown) {
  return planFor(caches, { waves: [TWO[0], { ...TWO[1], gate }] });
}

describe('a gate', () => {
  beforeEach(() => world.startWorker());

  test('nothing of its wave is submitted before the approval; who and why is kept', async () => {
    const handle = await world.start(gated({ approval: {} }));
    const waiting = await untilStatus(handle, ({ waitingFor }) => waitingFor?.reason === 'gate');
    await sleep(1_500);

    expect(waiting.state).toBe('waiting');
    expect(await begun()).toBe(2);
    await handle.executeUpdate(messages.approve, { args: [{ ...why, wave: 'second' }] });
    const { counts, actions } = await handle.result();

    expect(counts.succeeded).toBe(4);
    expect(actions).toMatchObject([
      { action: 'approve', by: 'ada', reason: 'a test', wave: 'second' },
    ]);
  });

  test('nobody approves in time, skipWave -> its targets are skipped with the reason', async () => {
    const handle = await world.start(gated({ approval: { expires: '2s', onExpiry: 'skipWave' } }));

    const { state, counts, waves } = await handle.result();

    expect({ state, counts }).toMatchObject({
      state: 'finished',
      counts: { succeeded: 2, skipped: 2 },
    });
    expect(waves[1]?.untold).toMatchObject({ reason: 'gateExpired' });
    expect(await begun()).toBe(2);
  });

  test('a delay counts from the end of the wave before', async () => {
    const handle = await world.start(gated({ delay: '3s' }));
    await untilStatus(handle, ({ waitingFor }) => waitingFor?.reason === 'gate');
    const from = Date.now();

    await until('the second wave begins', async () => (await begun()) > 2);

    expect(Date.now() - from).toBeGreaterThan(2_000);
    expect((await handle.result()).counts.succeeded).toBe(4);
  });
});

test('a paused wave submits nothing while the rollout goes on, until it is resumed', async () => {
  await world.startWorker();
  const handle = await world.start(planFor(caches, { waves: TWO }));
  await untilStatus(handle, ({ frozen }) => frozen);
  await handle.executeUpdate(messages.pause, { args: [{ ...why, wave: 'second' }] });

  await untilStatus(handle, ({ counts }) => counts.succeeded === 2);
  await sleep(1_500);
  const paused = await handle.query(messages.status);

  expect(paused).toMatchObject({ state: 'running', waitingFor: { reason: 'paused' } });
  expect(await begun()).toBe(2);
  await handle.executeUpdate(messages.resume, { args: [{ ...why, wave: 'second' }] });
  expect((await handle.result()).counts.succeeded).toBe(4);
});

test('a running wave is paused alone: what is in flight ends, the rest waits', async () => {
  await world.startWorker();
  const waves = [{ name: 'all', take: 'rest', concurrency: 1 }];
  const handle = await world.start(planFor(caches, { waves }));
  await until('the first upgrade runs', async () => (await begun()) === 1);
  await handle.executeUpdate(messages.pause, { args: [{ ...why, wave: 'all' }] });

  const quiet = await untilStatus(handle, ({ counts }) => counts.inFlight === 0);
  await sleep(1_500);

  expect(quiet.waves[0]).toMatchObject({ paused: true, state: 'paused' });
  expect(await begun()).toBeLessThanOrEqual(2);
  await handle.executeUpdate(messages.resume, { args: [{ ...why, wave: 'all' }] });
  expect((await handle.result()).counts.succeeded).toBe(4);
});

test('a target that waits is skipped; one that waits for its retry is retried now', async () => {
  await world.startWorker();
  const [one, two, three] = caches.map(({ instanceId }) => instanceId);
  await world.setFaults({ list: [{ target: one, on: 'job', fault: 'fail', times: 1 }] });
  const waves = [{ name: 'all', take: 'rest', concurrency: 1 }];
  const recovery = { failed: { retries: 1, after: '1h' } };
  const handle = await world.start(planFor(caches.slice(0, 3), { waves, recovery }));
  await until('the first has failed and waits an hour', async () => {
    const status = await handle.query(messages.status);
    if (!status.frozen || status.waves[0]?.state === 'pending') return false;
    // Its rollout shows it as running a moment before it is there.
    const [first] = await targetsOf(world, handle).catch(() => []);
    return first?.waitsFor === 'jobFailed';
  });
  const wave = world.client.workflow.getHandle(waveId(handle.workflowId, 'all', 1, 1));

  await wave.executeUpdate(messages.skipTarget, {
    args: [{ ...why, wave: 'all', target: three ?? '' }],
  });
  const refused = wave.executeUpdate(messages.skipTarget, {
    args: [{ ...why, wave: 'all', target: 'nobody' }],
  });
  await expect(refused).rejects.toMatchObject({
    cause: { message: 'the wave has no target nobody' },
  });
  await wave.executeUpdate(messages.retryTarget, { args: [{ ...why, target: one ?? '' }] });
  const { actions } = await handle.result();

  expect(await endsOf(world, handle)).toEqual([
    'succeeded/upgraded',
    'succeeded/upgraded',
    'skipped/skippedByPerson',
  ]);
  expect(actions.map(({ action, target }) => [action, target])).toEqual([
    ['skip', three],
    ['retry', one],
  ]);
  const fleet = await world.fleet();
  const times = (id?: string) => fleet.find((row) => row.instanceId === id)?.upgradesStarted;
  expect([times(one), times(two), times(three)]).toEqual([2, 1, 0]);
});

describe('what must not be submitted any more, is not', () => {
  test('the rollout is terminated while its attempts look -> they submit nothing', async () => {
    await world.startWorker();
    // Only what the submit activity itself reads can tell an abandoned attempt that its wave is gone.
    const waves = [{ name: 'all', take: 'rest', concurrency: 4 }];
    const plan = planFor(caches, { waves });
    await world.setFaults({ rates: { '*': { read: { slow: 1 } } } });
    const handle = await world.start(plan);
    await untilStatus(handle, ({ counts }) => counts.inFlight > 0, 60_000);
    await handle.terminate('a test');
    await world.setFaults({});

    await until('the attempts are over', async () => {
      const query = `WorkflowType = 'upgrade' AND UpwaveRollout = '${handle.workflowId}' AND ExecutionStatus = 'Running'`;
      return (await world.client.workflow.count(query)).count === 0;
    });

    await sleep(4_000);
    expect(await begun()).toBe(0);
  });

  test('paused by a signal while no worker runs -> nothing begins; a second signal changes nothing', async () => {
    const handle = await world.start(planFor(caches, { waves: TWO }));
    await handle.signal(messages.pauseLater, why);
    await handle.signal(messages.pauseLater, { ...why, reason: 'again' });
    await world.startWorker();

    const paused = await untilStatus(handle, ({ frozen, state }) => frozen && state === 'paused');
    await sleep(1_500);

    expect(paused.actions).toMatchObject([{ action: 'pause', by: 'ada', reason: 'a test' }]);
    expect(await begun()).toBe(0);
    await handle.executeUpdate(messages.resume, { args: [why] });
    expect((await handle.result()).counts.succeeded).toBe(4);
  });

  test('signals that say nothing, as a person may send them by hand -> nothing happens', async () => {
    const handle = await world.start(planFor(caches, { waves: TWO }));
    for (const name of ['pause', 'abort']) {
      await handle.signal(name);
      await handle.signal(name, null);
    }
    await world.startWorker();

    const { state, actions, counts } = await handle.result();

    expect([state, actions, counts.succeeded]).toEqual(['finished', [], 4]);
  });

  test('aborted by a signal while no worker runs -> aborted, all skipped', async () => {
    const handle = await world.start(planFor(caches, { waves: TWO }));
    await handle.signal(messages.abortLater, why);
    await world.startWorker();

    const { state } = await handle.result();

    expect(state).toBe('aborted');
    expect(await begun()).toBe(0);
  });
});
