import { setTimeout as sleep } from 'node:timers/promises';
import { attemptId } from '../../rollout/ids';
import { startService, type MadeUpService } from '../cloud/server';
import { planFor } from '../support/plans';
import { endsOf, targetsOf, until } from '../support/rollouts';
import type { FleetRow, World } from '../support/world';
import { startWorld } from '../support/world';

let world: World;
let service: MadeUpService;

beforeEach(async () => {
  service = await startService(() => ({}));
});
afterEach(async () => {
  await world.stop();
  await service.close();
});

async function worldOf(family: string, set = {}): Promise<FleetRow> {
  world = await startWorld({ size: 4, set: { duration: '2s', maintenanceDelay: '1h', ...set } });
  await world.startWorker();
  const row = (await world.fleet()).find((one) => one.family === family);
  if (!row) throw new Error(`no ${family} in the fleet`);
  return row;
}

/** An upgrade that the cloud begins in an hour, or when the emulator says. */
function scheduledPlan(row: FleetRow, { startAfter = '1h', followFor = '6h' } = {}) {
  const { upgrades } = planFor([row]);
  const [name = ''] = Object.keys(upgrades);
  const own =
    row.family === 'gaussdb-hotfix'
      ? { family: row.family, targetVersions: row.latest.split(','), startAfter, followFor }
      : { family: row.family, delay: true, followFor };
  const hooks = {
    before: [{ webhook: `${service.url}/drain`, undo: `${service.url}/undrain`, retries: 0 }],
  };
  return planFor([row], { upgrades: { [name]: own }, hooks });
}

const effects = async () =>
  (await world.journal()).flatMap((line) => line.effects.map(({ kind }) => kind));
const paths = () => service.received.map(({ path }) => path);
const abort = { args: [{ by: 'ada', reason: 'enough' }] as [unknown] };

test.each(['gaussdb-hotfix', 'taurusdb-instance'])(
  'abort while %s is scheduled -> cancelled in the cloud, undone, skipped',
  async (family) => {
    const row = await worldOf(family);
    const handle = await world.start(scheduledPlan(row));
    await until('it is scheduled', async () => (await effects()).includes('upgradeStarted'));

    await handle.executeUpdate('abort', abort);
    const { state } = await handle.result();

    expect(state).toBe('aborted');
    expect(await endsOf(world, handle)).toEqual(['skipped/cancelled']);
    expect(await effects()).toEqual(['upgradeStarted', 'cancelled']);
    expect(paths()).toEqual(['/drain', '/undrain']);
    const [target] = await targetsOf(world, handle);
    expect(target?.attempts).toMatchObject([
      {
        result: 'notSubmitted',
        reason: 'cancelled',
        reasonText: 'its scheduled upgrade was cancelled: the rollout was aborted before it began',
        compensation: { words: '1 hook undone', complete: true },
      },
    ]);
    expect(target?.attempts[0]?.submittedAt).not.toBeNull();
    if (family === 'gaussdb-hotfix') expect(target?.attempts[0]?.ticket).not.toBeNull();
  },
);

test('paused, then aborted: the abort gets through', async () => {
  const row = await worldOf('gaussdb-hotfix');
  const handle = await world.start(scheduledPlan(row));
  await until('it is scheduled', async () => (await effects()).includes('upgradeStarted'));

  await handle.executeUpdate('pause', { args: [{ by: 'ada', reason: 'lunch' }] });
  await sleep(1_000);
  expect(await effects()).toEqual(['upgradeStarted']);
  await handle.executeUpdate('abort', abort);
  await handle.result();

  expect(await effects()).toEqual(['upgradeStarted', 'cancelled']);
});

test.each(['lostAfter', 'lostBefore', '503'])(
  'a cancel that meets %s is tried again',
  async (fault) => {
    const row = await worldOf('gaussdb-hotfix');
    const list = [{ target: row.instanceId, on: 'cancel', fault, times: 2 }];
    await world.setFaults({ list });
    const handle = await world.start(scheduledPlan(row));
    await until('it is scheduled', async () => (await effects()).includes('upgradeStarted'));

    await handle.executeUpdate('abort', abort);
    await handle.result();

    expect(await endsOf(world, handle)).toEqual(['skipped/cancelled']);
    expect(await effects()).toEqual(['upgradeStarted', 'cancelled']);
  },
);

test('a cancel whose answer comes after its effect was seen -> cancelled, not failed', async () => {
  const row = await worldOf('gaussdb-hotfix', { slowFor: '8s' });
  await world.setFaults({
    list: [{ target: row.instanceId, on: 'cancel', fault: 'slow', times: 1 }],
  });
  const handle = await world.start(scheduledPlan(row));
  await until('it is scheduled', async () => (await effects()).includes('upgradeStarted'));

  await handle.executeUpdate('abort', abort);
  await handle.result();

  expect(await endsOf(world, handle)).toEqual(['skipped/cancelled']);
  expect(paths()).toEqual(['/drain', '/undrain']);
});

test('abort when it has begun -> followed to its end, nothing is cancelled', async () => {
  const row = await worldOf('gaussdb-hotfix', { duration: '5s' });
  const handle = await world.start(scheduledPlan(row, { startAfter: '1s' }));
  await until('it is under way', async () => {
    const status = (await world.fleet()).find((one) => one.instanceId === row.instanceId)?.status;
    return status !== row.status;
  });

  await handle.executeUpdate('abort', abort);
  await handle.result();

  expect(await endsOf(world, handle)).toEqual(['succeeded/upgraded']);
  expect(await effects()).toEqual(['upgradeStarted', 'upgradeEnded']);
  expect(paths()).toEqual(['/drain']);
});

test('abort of one that no list shows -> it is not tried beyond the end of the upgrade', async () => {
  const row = await worldOf('taurusdb-instance', { maintenanceDelay: '6s', batchJobs: 'none' });
  const handle = await world.start(scheduledPlan(row));
  await until('it is scheduled', async () => (await effects()).includes('upgradeStarted'));

  await handle.executeUpdate('abort', abort);
  const { startedAt, endedAt } = await handle.result();

  expect(await endsOf(world, handle)).toEqual(['succeeded/upgraded']);
  expect(await effects()).toEqual(['upgradeStarted', 'upgradeEnded']);
  // Ten tries of the cancel take two minutes and a half.
  expect(Date.parse(endedAt ?? '') - Date.parse(startedAt)).toBeLessThan(60_000);
}, 120_000);

test('still scheduled when followFor has passed -> cancelled, skipped, not scheduled again', async () => {
  const row = await worldOf('gaussdb-hotfix');
  const handle = await world.start(scheduledPlan(row, { followFor: '4s' }));

  await handle.result();

  expect(await endsOf(world, handle)).toEqual(['skipped/cancelled']);
  expect(await effects()).toEqual(['upgradeStarted', 'cancelled']);
  expect(paths()).toEqual(['/drain', '/undrain']);
});

test('an abort does not wait for an upgrade that somebody else has begun', async () => {
  const row = await worldOf('taurusdb-instance', { duration: '60s' });
  const elsewhere = await world.start(planFor([row]));
  await until('it is submitted', async () => (await effects()).includes('upgradeStarted'));
  await elsewhere.terminate('a test');
  const attempt = attemptId(world.access, { instanceId: row.instanceId });
  await world.client.workflow.getHandle(attempt).terminate('a test');
  const handle = await world.start(planFor([row]));
  await until('it is followed', async () => {
    const { raw, status } = await world.client.workflow.getHandle(attempt).describe();
    const [doing] = raw.pendingActivities ?? [];
    return status.name === 'RUNNING' && doing?.activityType?.name === 'follow';
  });

  await handle.executeUpdate('abort', abort);
  const { startedAt, endedAt } = await handle.result();

  expect(await endsOf(world, handle)).toEqual(['skipped/aborted']);
  expect(Date.parse(endedAt ?? '') - Date.parse(startedAt)).toBeLessThan(30_000);
  expect(await effects()).toEqual(['upgradeStarted']);
}, 120_000);
