import { violations } from '../support/judge';
import { planFor } from '../support/plans';
import { endsOf, targetsOf } from '../support/rollouts';
import type { FleetRow, World } from '../support/world';
import { startWorld } from '../support/world';

let world: World;
let proxy: FleetRow;
let kernel: FleetRow;
let hotfix: FleetRow;
let cache: FleetRow;

beforeEach(async () => {
  world = await startWorld({ size: 4, set: { duration: '600ms' } });
  await world.startWorker();
  [proxy, kernel, hotfix, cache] = familiesOf(await world.fleet());
});
afterEach(() => world.stop());

function familiesOf(fleet: readonly FleetRow[]): [FleetRow, FleetRow, FleetRow, FleetRow] {
  const families = ['taurusdb-proxy', 'taurusdb-instance', 'gaussdb-hotfix', 'dcs-instance'];
  const rows = families.map((family) => fleet.find((row) => row.family === family));
  if (rows.some((row) => !row)) throw new Error('the emulator lacks a family');
  return rows as [FleetRow, FleetRow, FleetRow, FleetRow];
}

function keyOf({ instanceId, proxyId }: FleetRow): string {
  return proxyId ?? instanceId;
}

test('a REJECT inside HTTP 200 is retried by the plan, and its words are kept', async () => {
  const reject = { target: keyOf(proxy), on: 'submit', fault: 'reject', times: 1 };
  await world.setFaults({ list: [reject] });
  const handle = await world.start(planFor([proxy]));

  await handle.result();

  const [target] = await targetsOf(world, handle);
  expect(target?.end?.outcome).toBe('succeeded');
  expect(target?.attempts.map(({ result, reason }) => [result, reason])).toEqual([
    ['rejected', 'refusedForNow'],
    ['succeeded', 'upgraded'],
  ]);
  expect(target?.attempts[0]?.reasonText).toContain('insufficient subnet ip');
});

test('a REJECT that stays ends as rejected when its retries are used up', async () => {
  const reject = { target: keyOf(proxy), on: 'submit', fault: 'reject', times: 9 };
  await world.setFaults({ list: [reject] });
  const handle = await world.start(planFor([proxy]));

  const { counts } = await handle.result();

  expect(counts).toMatchObject({ rejected: 1, total: 1 });
  const [target] = await targetsOf(world, handle);
  expect(target?.attempts).toHaveLength(3);
  expect((await world.fleet()).find((row) => row.proxyId === proxy.proxyId)).toMatchObject({
    upgradesStarted: 0,
  });
});

test('a job that fails once is retried and succeeds', async () => {
  const fail = { target: keyOf(kernel), on: 'job', fault: 'fail', times: 1 };
  await world.setFaults({ list: [fail] });
  const handle = await world.start(planFor([kernel]));

  await handle.result();

  const [target] = await targetsOf(world, handle);
  expect(target?.end?.outcome).toBe('succeeded');
  expect(target?.attempts.map(({ result }) => result)).toEqual(['failed', 'succeeded']);
});

test('a job that says Completed while the version stays is failed', async () => {
  const liar = { target: keyOf(cache), on: 'job', fault: 'liar', times: 9 };
  await world.setFaults({ list: [liar] });
  const handle = await world.start(planFor([cache]));

  await handle.result();

  expect(await endsOf(world, handle)).toEqual(['failed/versionUnchanged']);
});

test('a job that never ends is unknown when followFor has passed', async () => {
  const stuck = { target: keyOf(hotfix), on: 'job', fault: 'stuck', times: 9 };
  await world.setFaults({ list: [stuck] });
  const upgrades = {
    patch: {
      family: 'gaussdb-hotfix',
      targetVersions: hotfix.latest.split(','),
      startAfter: '1s',
      followFor: '4s',
    },
  };
  const targets = [{ upgrade: 'patch', instanceId: hotfix.instanceId }];
  const handle = await world.start(
    planFor([], { upgrades, targets, waves: [{ name: 'all', take: 'rest' }] }),
  );

  await handle.result();

  expect(await endsOf(world, handle)).toEqual(['unknown/stillRunning']);
});

test('an answer lost after its effect is adopted, in every family', async () => {
  const rows = [proxy, kernel, hotfix, cache];
  const list = rows.map((row) => ({
    target: keyOf(row),
    on: 'submit',
    fault: 'lostAfter',
    times: 1,
  }));
  await world.setFaults({ list });
  const handle = await world.start(planFor(rows));

  await handle.result();

  expect(await endsOf(world, handle)).toEqual(Array(4).fill('succeeded/reconciled'));
  const fleet = await world.fleet();
  expect(fleet.map(({ upgradesStarted }) => upgradesStarted)).toEqual([1, 1, 1, 1]);
  expect(violations(await world.journal())).toEqual([]);
});

test('a request lost before its effect is sent again, in every family', async () => {
  const rows = [proxy, kernel, hotfix, cache];
  const list = rows.map((row) => ({
    target: keyOf(row),
    on: 'submit',
    fault: 'lostBefore',
    times: 1,
  }));
  await world.setFaults({ list });
  const handle = await world.start(planFor(rows));

  await handle.result();

  const targets = await targetsOf(world, handle);
  for (const { end, attempts } of targets) {
    expect(end?.outcome).toBe('succeeded');
    expect(attempts.map(({ reason }) => reason)).toEqual(['requestLost', 'upgraded']);
  }
  const fleet = await world.fleet();
  expect(fleet.map(({ upgradesStarted }) => upgradesStarted)).toEqual([1, 1, 1, 1]);
});
