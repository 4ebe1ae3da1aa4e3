import { startDevServer } from '../../local/dev-server';
import type { DevServer } from '../../local/dev-server';
import type { rollout } from '../../workflows/rollout';
import * as messages from '../../workflows/messages';
import { attemptId, waveId } from '../../rollout/ids';
import { violations } from '../support/judge';
import { planFor } from '../support/plans';
import { freeze, startFrozen, until } from '../support/rollouts';
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

test('a long wave continues as new while its attempts are in flight, and hears of each end once', async () => {
  const small = await startWorld({ size: 12, address: server.address, set: { duration: '2s' } });
  await small.startWorker();
  try {
    const fleet = await small.fleet();
    // No other target is of its instance.
    const victim = fleet.find(({ family }) => family === 'dcs-instance');
    const list = [{ target: victim?.instanceId, on: 'job', fault: 'stuck', times: 1 }];
    await small.setFaults({ list });
    const waves = [{ name: 'all', take: 'rest', concurrency: 4 }];
    const plan = planFor(fleet, { waves });
    const handle = await small.start(plan);
    await untilWaveContinued(small, handle.workflowId);
    // A person who cancels an attempt stops nothing that was submitted, and it still reports.
    await cancelOneWithTicket(small, victim?.instanceId ?? '');
    await until(
      'all but the stuck one have ended',
      async () => {
        const { counts } = await handle.query(messages.status);
        return counts.succeeded === fleet.length - 1;
      },
      90_000,
    );

    // A person ends the attempt that will never report.
    const stuck = attemptId(small.access, { instanceId: victim?.instanceId ?? '' });
    await small.client.workflow.getHandle(stuck).terminate('a test');
    await handle.executeUpdate(messages.budget, {
      args: [{ by: 'ada', reason: 'a test', wave: 'all', limits: { unknown: 1 } }],
    });
    const { counts } = await handle.result();

    expect(counts).toMatchObject({ succeeded: fleet.length - 1, unknown: 1 });
    expect((await small.fleet()).every(({ upgradesStarted }) => upgradesStarted === 1)).toBe(true);
    expect(violations(await small.journal())).toEqual([]);
  } finally {
    await small.stop();
  }
}, 180_000);

test('a long wave that has continued as new can be cancelled by hand', async () => {
  const small = await startWorld({ size: 12, address: server.address, set: { duration: '60s' } });
  await small.startWorker();
  try {
    const waves = [{ name: 'all', take: 'rest', concurrency: 12 }];
    const handle = await small.start(planFor(await small.fleet(), { waves }));
    const wave = await untilWaveContinued(small, handle.workflowId);

    await wave.cancel();

    await expect(wave.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    await handle.terminate('a test');
  } finally {
    await small.stop();
  }
}, 120_000);

async function untilWaveContinued({ client }: World, rolloutId: string) {
  const wave = client.workflow.getHandle(waveId(rolloutId, 'all', 1, 1));
  await until('the wave has continued as new', async () => {
    const { raw } = await wave.describe().catch(() => ({ raw: null }));
    const { firstRunId, execution } = raw?.workflowExecutionInfo ?? {};
    return Boolean(firstRunId) && execution?.runId !== firstRunId;
  });
  return wave;
}

async function cancelOneWithTicket({ client }: World, butNot: string): Promise<void> {
  const query = `WorkflowType = 'upgrade' AND ExecutionStatus = 'Running'`;
  await until('an attempt follows its upgrade', async () => {
    for await (const { workflowId } of client.workflow.list({ query })) {
      if (workflowId.includes(butNot)) continue;
      const handle = client.workflow.getHandle(workflowId);
      const { raw } = await handle.describe();
      const doing = raw.pendingActivities?.map(({ activityType }) => activityType?.name);
      if (doing?.includes('follow') !== true) continue;
      await handle.cancel();
      return true;
    }
    return false;
  });
}

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

test('a long rollout begins no part while others run, and continues as new in the middle of a wave', async () => {
  const large = await startWorld({ size: 12, address: server.address, set: { duration: '500ms' } });
  await large.startWorker();
  try {
    const waves = [
      { name: 'all', take: 'rest', concurrency: 3, budget: { failed: 0, unknown: 0 } },
    ];
    const frozen = await freeze(large, planFor(await large.fleet(), { waves }));
    const inParts = frozen.waves.map((wave) => ({ ...wave, partSize: 3 }));
    const { workflowId } = await startFrozen(large, { ...frozen, waves: inParts });
    const handle = large.client.workflow.getHandle<typeof rollout>(workflowId);

    const { counts } = await handle.result();

    expect(counts).toMatchObject({ total: 12, succeeded: 12 });
    const runs = [];
    const query = `WorkflowId = "${workflowId}"`;
    for await (const run of large.client.workflow.list({ query })) runs.push(run);
    // One wave: wherever it continued, it was in the middle of it.
    expect(runs.length).toBeGreaterThan(1);
    expect(violations(await large.journal())).toEqual([]);
    expect((await large.fleet()).every(({ upgradesStarted }) => upgradesStarted === 1)).toBe(true);
  } finally {
    await large.stop();
  }
}, 180_000);
