import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ScheduleOverlapPolicy } from '@temporalio/client';
import { startWorld, type World } from '../support/world';
import { aPlan, planFolder, upwave } from './run-upwave';

jest.setTimeout(120_000);

const folder = planFolder();
let world: World;
let name: string;
let id: string;

beforeAll(async () => {
  world = await startWorld({ size: 4, set: { duration: '1s', spread: 0 } });
});
afterAll(async () => {
  await world.stop();
  folder.remove();
});

beforeEach(async () => {
  name = `sched-${randomUUID().slice(0, 8)}`;
  id = `upwave/${name}`;
  const [cache] = (await world.fleet()).filter(({ family }) => family === 'dcs-instance');
  const plan = folder.write(
    `${name}.yaml`,
    aPlan({
      name,
      targets: [{ upgrade: 'cache', instanceId: cache?.instanceId }],
      waves: [{ name: 'all', take: 'rest' }],
      polling: { min: '200ms', max: '500ms' },
    }),
  );
  const created = await run('create', plan, '--cron', '0 1 L * *', '--zone', 'Asia/Shanghai');
  expect(created).toMatchObject({ code: 0, stderr: '' });
});
afterEach(async () => {
  await world.client.schedule
    .getHandle(id)
    .delete()
    .catch(() => undefined);
});

function run(...args: string[]) {
  return upwave(['schedule', ...args], { env: world.env });
}

function handle() {
  return world.client.schedule.getHandle(id);
}

test('list and describe: the next five instants, in the zone of the schedule', async () => {
  const listed = await run('list');
  const described = await run('describe', name);
  const document = await run('describe', id, '--json');

  const { next, ...look } = JSON.parse(document.stdout) as { next: string[] };
  expect(next).toHaveLength(5);
  const shanghai = next.map((each) => new Date(Date.parse(each) + 8 * 3_600_000).toISOString());
  for (const each of shanghai) {
    const shown = `${each.slice(0, 10)} 01:00`;
    expect(listed.stdout).toContain(shown);
    expect(described.stdout).toContain(shown);
  }
  expect(look).toMatchObject({
    scheduleId: id,
    plan: name,
    cron: '0 1 L * *',
    zone: 'Asia/Shanghai',
    paused: false,
    lastRun: null,
    recentRuns: [],
    started: 0,
    skipped: 0,
    missed: 0,
    clockChanges: [],
  });
  expect(described.stdout).toContain('while a rollout of it still runs, the next start is skipped');
});

test('pause and resume; what does not fit is refused with exit code 5 and changes nothing', async () => {
  const early = await run('resume', name, '--reason', 'x');
  const paused = await run('pause', name, '--reason', 'a freeze', '--by', 'ada', '--json');
  const again = await run('pause', name, '--reason', 'another', '--json');
  const { state: held } = await handle().describe();
  const resumed = await run('resume', name, '--reason', 'it is over', '--by', 'bob');
  const { state: free } = await handle().describe();

  expect([early.code, paused.code, again.code, resumed.code]).toEqual([5, 0, 5, 0]);
  expect(early.stderr).toContain('is not paused');
  expect(JSON.parse(paused.stdout)).toEqual({
    scheduleId: id,
    paused: true,
    note: 'paused by ada: a freeze',
  });
  expect(again).toMatchObject({ stdout: '' });
  expect(again.stderr).toContain(
    'is paused already (paused by ada: a freeze). Nothing has changed',
  );
  expect(held).toMatchObject({ paused: true, note: 'paused by ada: a freeze' });
  expect(free).toMatchObject({ paused: false, note: 'resumed by bob: it is over' });
});

test('a rollout still going makes the next start skip: trigger says so, describe counts it', async () => {
  // Nobody works on the queue yet, so this rollout waits.
  await handle().trigger(ScheduleOverlapPolicy.SKIP);
  const rolloutId = await firstRollout();

  const second = await run('trigger', name, '--json');
  // As if the clock had come by the last days of two months, at least.
  const start = new Date(Date.now() - 62 * 24 * 3_600_000);
  await handle().backfill({ start, end: new Date() });
  const skipped = await until(async () => {
    const { numActionsSkippedOverlap } = (await handle().describe()).info;
    return numActionsSkippedOverlap >= 2 ? numActionsSkippedOverlap : undefined;
  });
  const described = await run('describe', name);
  await world.client.workflow.getHandle(rolloutId).terminate();

  expect(second).toMatchObject({ code: 5, stdout: '' });
  expect(second.stderr).toContain(`Skipped: ${rolloutId} still runs`);
  expect(described.stdout).toContain(`recent   ${rolloutId}`);
  expect(described.stdout).toContain('running, started');
  expect(described.stdout).toContain(`1 rollout, ${skipped} skipped since a rollout still ran`);
});

test('trigger without a worker: exit code 1, nothing was started', async () => {
  const { code, stderr } = await run('trigger', name);

  expect(code).toBe(1);
  expect(stderr).toContain('No worker answers');
  expect((await handle().describe()).info.numActionsTaken).toBe(0);
});

test('trigger starts a rollout that upgrades, of a paused schedule too', async () => {
  const worker = await world.startWorker();
  await run('pause', name, '--reason', 'a freeze');

  const triggered = await run('trigger', name, '--json');
  expect(triggered).toMatchObject({ code: 0 });
  const { rolloutId } = JSON.parse(triggered.stdout) as { rolloutId: string };
  const watched = await upwave(['watch', rolloutId], { env: world.env });
  const described = await run('describe', name, '--json');
  await worker.kill();

  expect(rolloutId).toMatch(
    new RegExp(`^rollout/${name}/scheduled-\\d{4}-\\d\\d-\\d\\dT[\\d:]+Z$`),
  );
  expect(watched).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(described.stdout)).toMatchObject({
    paused: true,
    started: 1,
    lastRun: { rolloutId, execution: 'ended' },
  });
});

test.each([['describe'], ['pause', '--reason', 'x'], ['resume'], ['trigger'], ['delete', '--yes']])(
  '%s of a name with a slip -> exit code 1, with what it was meant to be',
  async (command, ...flags) => {
    const { code, stdout, stderr } = await run(command, `${name}x`, ...flags);

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`did you mean ${name}?`);
    expect(stderr).toContain('Nothing was done');
  },
);

test('a schedule that upwave did not create is left alone', async () => {
  const scheduleId = `other-${randomUUID()}`;
  const other = await world.client.schedule.create({
    scheduleId,
    spec: {},
    action: { type: 'startWorkflow', workflowType: 'x', taskQueue: 'nobody', args: [] },
  });

  const deleted = await run('delete', scheduleId, '--yes');
  await other.describe();
  await other.delete();

  expect(deleted.code).toBe(1);
  expect(deleted.stderr).toContain('was not created by upwave');
});

test('delete --json: one document, and the schedule is gone', async () => {
  const deleted = await run('delete', name, '--yes', '--json');

  expect(deleted.code).toBe(0);
  expect(JSON.parse(deleted.stdout)).toEqual({ scheduleId: id, deleted: true });
  await expect(handle().describe()).rejects.toThrow();
});

test.each(['create', 'list', 'describe', 'pause', 'resume', 'trigger', 'delete'])(
  'schedule %s --help has an example',
  async (command) => {
    const { code, stdout } = await run(command, '--help');

    expect(code).toBe(0);
    expect(stdout).toContain(`$ upwave schedule ${command}`);
    expect(stdout).toContain('--json');
  },
);

async function firstRollout(): Promise<string> {
  const first = async () => (await handle().describe()).info.recentActions[0];
  return (await until(first)).action.workflow.workflowId;
}

async function until<Value>(read: () => Promise<Value | undefined>): Promise<Value> {
  const giveUpAt = Date.now() + 15_000;
  while (Date.now() < giveUpAt) {
    const value = await read();
    if (value) return value;
    await sleep(100);
  }
  throw new Error('it did not come within 15 s');
}
