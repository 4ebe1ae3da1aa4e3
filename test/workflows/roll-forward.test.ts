import { violations } from '../support/judge';
import { planFor } from '../support/plans';
import { endsOf, targetsOf, untilStatus } from '../support/rollouts';
import type { FleetRow, World } from '../support/world';
import { startWorld } from '../support/world';

let world: World;

afterEach(() => world.stop());

async function rowOf(family: string): Promise<FleetRow> {
  const row = (await world.fleet()).find((each) => each.family === family);
  if (!row) throw new Error(`the emulator lacks ${family}`);
  return row;
}

const recovery = (changes: Readonly<Record<string, unknown>>) => ({
  rejected: { retries: 0, after: '500ms' },
  failed: { retries: 0, after: '500ms' },
  unknown: { reconcileFor: '30s', settleFor: '3s' },
  ...changes,
});

test('a version refused, and the next one failed -> the one after it', async () => {
  world = await startWorld({ size: 4, set: { duration: '600ms' } });
  await world.startWorker();
  const row = await rowOf('taurusdb-proxy');
  const target = row.proxyId ?? '';
  const fault = { target, times: 1 };
  await world.setFaults({
    list: [
      { ...fault, on: 'submit', fault: 'reject' },
      { ...fault, on: 'job', fault: 'fail' },
    ],
  });
  const upgrade = {
    family: 'taurusdb-proxy',
    targetVersion: '2.25.01.000',
    rollForwardTo: ['2.25.02.000', row.latest],
  };
  const handle = await world.start(
    planFor([row], {
      upgrades: { proxy: upgrade },
      targets: [{ upgrade: 'proxy', instanceId: row.instanceId, proxyId: row.proxyId }],
      recovery: recovery({
        rejected: { retries: 0, then: 'rollForward' },
        failed: { retries: 0, then: 'rollForward' },
      }),
    }),
  );

  await handle.result();

  const [state] = await targetsOf(world, handle);
  expect(state?.attempts.map(({ result }) => result)).toEqual(['rejected', 'failed', 'succeeded']);
  expect(state?.end).toMatchObject({ outcome: 'succeeded', reason: 'upgraded' });
  expect(await rowOf('taurusdb-proxy')).toMatchObject({
    version: row.latest,
    upgradesCompleted: 1,
  });
  const asked = (await world.journal()).flatMap(({ method, body, path }) =>
    method === 'POST' && path?.endsWith('/upgrade-version')
      ? [(body as { target_version: string }).target_version]
      : [],
  );
  expect(asked).toEqual(['2.25.01.000', '2.25.02.000', row.latest]);
});

test('a kernel that needs an intermediate version goes on until it has the newest', async () => {
  world = await startWorld({ size: 4, set: { duration: '600ms', multiStep: true } });
  await world.startWorker();
  const row = await rowOf('taurusdb-instance');
  const handle = await world.start(planFor([row]));

  await handle.result();

  const [state] = await targetsOf(world, handle);
  const results = state?.attempts.map(({ result }) => result) ?? [];
  expect(results.length).toBeGreaterThan(1);
  expect(results).toEqual([...results.slice(1).map(() => 'advanced'), 'succeeded']);
  expect(state?.end?.outcome).toBe('succeeded');
  expect((await rowOf('taurusdb-instance')).version).toBe(row.latest);
});

test('recovery.failed.then: pause -> the outcome stands, and the rest waits for a person', async () => {
  world = await startWorld({ size: 4, set: { duration: '600ms' } });
  await world.startWorker();
  const cache = await rowOf('dcs-instance');
  const kernel = await rowOf('taurusdb-instance');
  const fail = { target: cache.instanceId, on: 'job', fault: 'fail', times: 1 };
  await world.setFaults({ list: [fail] });
  const handle = await world.start(
    planFor([cache, kernel], {
      waves: [{ name: 'all', take: 'rest', concurrency: 1 }],
      recovery: recovery({ failed: { retries: 0, then: 'pause' } }),
    }),
  );

  // The pause and the count come by two messages.
  const paused = await untilStatus(
    handle,
    ({ state, counts }) => state === 'paused' && counts.failed === 1,
  );

  expect(paused.waitingFor?.words).toContain('recovery.failed.then is pause');
  await handle.executeUpdate('resume', { args: [{ by: 'test', reason: null }] });
  await handle.result();
  expect(await endsOf(world, handle)).toEqual(['failed/jobFailed', 'succeeded/upgraded']);
  expect(violations(await world.journal())).toEqual([]);
});
