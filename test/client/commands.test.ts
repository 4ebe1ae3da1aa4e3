import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { testServerAddress } from '../support/temporal-server';
import { aPlan, planFolder, upwave } from './run-upwave';

jest.setTimeout(60_000);

const folder = planFolder();
const env = { TEMPORAL_ADDRESS: testServerAddress(), UPWAVE_TASK_QUEUE: `client-${randomUUID()}` };
const name = `client-${randomUUID().slice(0, 8)}`;
const plan = folder.write('plan.yaml', aPlan({ name }));
let client: Client;

beforeAll(async () => {
  client = new Client({ connection: await Connection.connect({ address: env.TEMPORAL_ADDRESS }) });
});
afterAll(async () => {
  await client.connection.close();
  folder.remove();
});

describe('no worker', () => {
  test.each([
    { name: 'start', args: ['start', plan, '--yes'], words: 'Nothing was started' },
    { name: 'plan', args: ['plan', plan], words: 'Nothing was read' },
  ])('$name -> exit code 1 within ten seconds, nothing begun', async ({ args, words }) => {
    const begun = Date.now();

    const { code, stderr } = await upwave(args, { env });

    expect(code).toBe(1);
    expect(Date.now() - begun).toBeLessThan(10_000);
    expect(stderr).toContain(`No worker answers on task queue ${env.UPWAVE_TASK_QUEUE}`);
    expect(stderr).toContain('`upwave worker`');
    expect(stderr).toContain(words);
    const { count } = await client.workflow.count(`TaskQueue = '${env.UPWAVE_TASK_QUEUE}'`);
    expect(count).toBe(0);
  });

  test.each([
    ['status'],
    ['watch'],
    ['pause', '--reason', 'x'],
    ['resume'],
    ['approve', '--wave', 'w'],
    ['skip', '--wave', 'w', '--reason', 'x'],
    ['skip', '--target', 't', '--reason', 'x'],
    ['concurrency', '3'],
    ['budget', '--failed', '3'],
    ['retry', '--target', 't'],
    ['retry', '--yes'],
    ['report'],
  ])('%s of a rollout that nobody works on -> exit code 1', async (command, ...flags) => {
    const id = `rollout/${name}/${randomUUID()}`;
    const handle = await client.workflow.start('rollout', {
      workflowId: id,
      taskQueue: env.UPWAVE_TASK_QUEUE,
      args: [],
    });

    const { code, stderr } = await upwave([command, id, ...flags], { env });

    await handle.terminate();
    expect(code).toBe(1);
    expect(stderr).toContain('No worker answers');
  });

  test.each([
    ['pause', []],
    ['pause', ['--wave', 'rest']],
    ['abort', ['--yes']],
  ])('%s %j -> exit code 1 within ten seconds, and a signal is kept', async (command, flags) => {
    const id = `rollout/${name}/${randomUUID()}`;
    const handle = await client.workflow.start('rollout', {
      workflowId: id,
      taskQueue: env.UPWAVE_TASK_QUEUE,
      args: [],
    });
    const begun = Date.now();

    const args = [command, id, '--reason', 'lag', '--by', 'ann', '--json', ...flags];
    const { code, stdout, stderr } = await upwave(args, { env });
    const tookMs = Date.now() - begun;
    const { events } = await handle.fetchHistory();
    await handle.terminate();

    expect(code).toBe(1);
    expect(tookMs).toBeLessThan(10_000);
    expect(stderr).toContain('No worker answers');
    expect(stderr).toContain(`The ${command} is recorded, and takes effect when a worker returns.`);
    expect(JSON.parse(stdout)).toMatchObject({ rolloutId: id, control: command, recorded: true });
    const signals = (events ?? []).flatMap(
      ({ workflowExecutionSignaledEventAttributes: signal }) => signal?.signalName ?? [],
    );
    expect(signals).toEqual([command]);
  });
});

test.each([['status'], ['watch'], ['pause', '--reason', 'x'], ['report']])(
  '%s of a rollout that is not there -> exit code 1',
  async (command, ...flags) => {
    const byName = await upwave([command, 'no-such-plan', ...flags], { env });
    const byId = await upwave([command, 'rollout/no-such-plan/x', ...flags], { env });

    expect([byName.code, byId.code]).toEqual([1, 1]);
    expect(byName.stderr).toContain('no rollout of a plan named no-such-plan');
    expect(byId.stderr).toContain('rollout/no-such-plan/x');
  },
);

test.each([
  { name: 'list', args: ['list'] },
  { name: 'status', args: ['status', name] },
  { name: 'watch', args: ['watch', `rollout/${name}/x`] },
  { name: 'pause', args: ['pause', name, '--reason', 'x'] },
  { name: 'schedule list', args: ['schedule', 'list'] },
  { name: 'schedule describe', args: ['schedule', 'describe', name] },
  { name: 'start', args: ['start', plan, '--yes'] },
  { name: 'plan', args: ['plan', plan] },
])('$name in a namespace that is not there -> exit code 1, and what to set', async ({ args }) => {
  const nowhere = { ...env, TEMPORAL_NAMESPACE: 'nowhere' };

  const { code, stdout, stderr } = await upwave(args, { env: nowhere });

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('The Temporal server has no namespace nowhere. Nothing was done.');
  expect(stderr).toContain('Set TEMPORAL_NAMESPACE');
});

describe('schedules', () => {
  const id = `upwave/${name}`;
  const create = (cron: string, zone: string, ...more: string[]) =>
    upwave(['schedule', 'create', plan, '--cron', cron, '--zone', zone, ...more], { env });

  test('create, list, delete: what the server holds is what was asked', async () => {
    const created = await create('0 1 * * SAT#2', 'Asia/Shanghai', '--jitter', '5m', '--json');
    const description = await client.schedule.getHandle(id).describe();
    const again = await create('0 1 * * SAT#2', 'Asia/Shanghai');
    const listed = await upwave(['schedule', 'list', '--json'], { env });
    const deleted = await upwave(['schedule', 'delete', name, '--yes'], { env });
    const gone = await upwave(['schedule', 'delete', name, '--yes'], { env });

    expect(created).toMatchObject({ code: 0 });
    const { next } = JSON.parse(created.stdout) as { next: string[] };
    expect(next).toHaveLength(5);
    for (const instant of next) expect(isSecondSaturdayInShanghai(instant)).toBe(true);
    expect(description.spec).toMatchObject({ timezone: 'Asia/Shanghai', jitter: 300_000 });
    expect(description.spec.calendars).toHaveLength(1);
    expect(description.policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 600_000 });
    expect(description.state.paused).toBe(false);
    expect(description.action).toMatchObject({
      workflowType: 'rollout',
      workflowId: `rollout/${name}/scheduled`,
      taskQueue: env.UPWAVE_TASK_QUEUE,
    });
    expect(again).toMatchObject({ code: 1 });
    expect(again.stderr).toContain('already');
    expect(JSON.parse(listed.stdout)).toContainEqual(
      expect.objectContaining({ scheduleId: id, cron: '0 1 * * SAT#2', paused: false }),
    );
    expect([deleted.code, gone.code]).toEqual([0, 1]);
  });

  test.each([
    { cron: '30 2 L * *', zone: 'America/Sao_Paulo' },
    { cron: '15,45 0-4 1W * *', zone: 'UTC' },
    { cron: '0 1 13 * FRIL', zone: 'Asia/Shanghai' },
    { cron: '0 3 29 2 *', zone: 'UTC' },
  ])("$cron in $zone: the server's next five instants are croner's", async ({ cron, zone }) => {
    const created = await create(cron, zone, '--id', `${id}-one`);
    await upwave(['schedule', 'delete', `${id}-one`, '--yes'], { env });

    expect(created).toMatchObject({ code: 0, stderr: '' });
    expect(created.stdout).toContain('The plan stays as it is now, inlined files too');
  });

  test('a zone that only the server does not know -> exit code 2, and nothing is created', async () => {
    const { code, stdout, stderr } = await create('0 1 * * *', 'us/eastern', '--id', `${id}-us`);

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(
      '--zone us/eastern: unknown time zone us/eastern. Nothing was created.',
    );
    await expect(client.schedule.getHandle(`${id}-us`).describe()).rejects.toThrow();
  });

  test('an hour that a clock change leaves out -> exit code 1, and the schedule is gone', async () => {
    const cron = `30 2 ${lastSundayOfNextMarch()} 3 *`;

    const { code, stderr } = await create(cron, 'Europe/Berlin', '--id', `${id}-berlin`);

    expect(code).toBe(1);
    expect(stderr).toContain('The schedule was deleted again');
    const handle = client.schedule.getHandle(`${id}-berlin`);
    await expect(handle.describe()).rejects.toThrow();
  });
});

function isSecondSaturdayInShanghai(instant: string): boolean {
  const there = new Date(Date.parse(instant) + 8 * 3_600_000);
  const day = there.getUTCDate();
  return there.getUTCDay() === 6 && day >= 8 && day <= 14 && there.getUTCHours() === 1;
}

/** The day of March on which Berlin's clocks have no 02:30, next time. */
function lastSundayOfNextMarch(): number {
  const thisYear = new Date().getUTCFullYear();
  const lastSunday = (year: number) => 31 - new Date(Date.UTC(year, 2, 31)).getUTCDay();
  const passed = Date.now() > Date.UTC(thisYear, 2, lastSunday(thisYear));
  return lastSunday(passed ? thisYear + 1 : thisYear);
}
