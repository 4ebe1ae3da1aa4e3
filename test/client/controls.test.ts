import { randomUUID } from 'node:crypto';
import type { Report } from '../../rollout/report';
import type { RolloutStatus } from '../../rollout/status';
import type { TargetState } from '../../rollout/wave-state';
import { targetsOf, until } from '../support/rollouts';
import { startWorld, type World } from '../support/world';
import { aPlan, planFolder, upwave, type Ended } from './run-upwave';

jest.setTimeout(180_000);

const folder = planFolder();
let world: World;
let worker: Awaited<ReturnType<World['startWorker']>>;
/** Four caches, in plan order. */
let caches: readonly string[];

beforeEach(async () => {
  world = await startWorld({ size: 16, set: { duration: '3s', spread: 0 } });
  worker = await world.startWorker();
  caches = (await world.fleet())
    .filter(({ family }) => family === 'dcs-instance')
    .map(({ instanceId }) => instanceId);
});
afterEach(() => world.stop());
afterAll(() => folder.remove());

const idAt = (at: number) => caches[at] ?? '';
const run = (...args: readonly string[]) => upwave(args, { env: world.env });
const json = <T>({ stdout }: Ended) => JSON.parse(stdout) as T;

/** Starts a plan of the four caches; the answer is the rollout's id. */
async function start(changes: Readonly<Record<string, unknown>>): Promise<string> {
  const name = `controls-${randomUUID().slice(0, 8)}`;
  const targets = caches.map((instanceId) => ({ upgrade: 'cache', instanceId }));
  const polling = { min: '200ms', max: '500ms' };
  const path = folder.write(`${name}.yaml`, aPlan({ name, targets, polling, ...changes }));
  const started = await run('start', path, '--yes', '--json');
  expect(started).toMatchObject({ code: 0 });
  return json<RolloutStatus>(started).rolloutId;
}

async function statusOf(rolloutId: string): Promise<RolloutStatus> {
  return json(await run('status', rolloutId, '--json'));
}

async function targetOf(rolloutId: string, at: number) {
  const { targets } = json<Report>(await run('report', rolloutId, '--json'));
  return targets.find(({ instanceId }) => instanceId === idAt(at));
}

function expectRefused(ended: Ended, words: string): void {
  expect(ended).toMatchObject({ code: 5, stdout: '' });
  expect(ended.stderr).toContain(words);
  expect(ended.stderr).toContain('Nothing has changed');
}

describe('a rollout of two waves, of which the second waits for a person', () => {
  const waves = [
    { name: 'canary', take: 1 },
    { name: 'rest', take: 'rest', gate: { approval: {} } },
  ];

  test('what does not fit is refused with exit code 5, and nothing changes', async () => {
    const targets = caches.map((instanceId, at) => ({
      upgrade: 'cache',
      instanceId,
      ...(at > 1 && { name: 'twin' }),
    }));
    const id = await start({ waves, targets });
    await until('the gate', async () => (await statusOf(id)).waitingFor?.reason === 'gate');
    const before = await statusOf(id);

    expectRefused(await run('approve', id, '--wave', 'rset'), 'did you mean rest?');
    expectRefused(await run('pause', id, '--wave', 'x-y-z', '--reason', 'x'), 'no wave x-y-z');
    expectRefused(await run('concurrency', id, '3', '--wave', 'canry'), 'did you mean canary?');
    expectRefused(await run('resume', id), 'Refused: ');
    expectRefused(await run('resume', id, '--wave', 'rest'), 'Refused: ');
    expectRefused(await run('skip', id, '--wave', 'canary', '--reason', 'x'), 'Refused: ');
    expectRefused(await run('skip', id, '--target', idAt(0), '--reason', 'x'), 'canary has ended');
    expectRefused(await run('skip', id, '--target', 'nobody', '--reason', 'x'), 'no target nobody');
    expectRefused(await run('retry', id, '--target', idAt(1)), 'rest has not begun');
    expectRefused(await run('retry', id, '--yes'), 'has not ended');
    const twin = await run('skip', id, '--target', 'twin', '--reason', 'x');
    expectRefused(twin, idAt(2));
    expectRefused(twin, idAt(3));

    expect(await statusOf(id)).toEqual(before);
  });

  test('approve, skip, concurrency and budget in advance; retry starts what did not succeed', async () => {
    const id = await start({ waves });

    const slower = await run('concurrency', id, '3', '--wave', 'rest', '--json');
    const richer = await run(
      ...['budget', id, '--wave', 'rest', '--failed', '5', '--rejected', 'none', '--json'],
    );
    const whole = await run('budget', id, '--unknown', '2', '--json');
    const skipped = await run('skip', id, '--target', idAt(2), '--reason', 'its owner asked');
    const approved = await run(
      ...['approve', id, '--wave', 'rest', '--by', 'ada', '--reason', 'seen', '--json'],
    );
    const watched = await run('watch', id);
    const report = json<Report>(await run('report', id, '--json'));
    const late = await run('pause', id, '--reason', 'x');
    const again = await run('retry', id, '--yes', '--json', '--id', 'again');
    const second = json<{ rolloutId: string }>(again).rolloutId;
    // The frozen plan is the same, and so is its gate.
    await run('approve', second, '--wave', 'rest');
    const watchedAgain = await run('watch', second);
    const nothing = await run('retry', second, '--yes');

    const rest = (ended: Ended) =>
      json<RolloutStatus>(ended).waves.find(({ name }) => name === 'rest');
    expect(rest(slower)).toMatchObject({ concurrency: 3 });
    expect(rest(richer)).toMatchObject({ budget: { failed: 5, rejected: null, unknown: 0 } });
    expect(json<RolloutStatus>(whole)).toMatchObject({ budget: { unknown: 2 } });
    expect([skipped.code, approved.code, watched.code]).toEqual([0, 0, 3]);
    expect(report.targets.map(({ outcome, reason }) => `${outcome}/${reason}`)).toEqual([
      'succeeded/upgraded',
      'succeeded/upgraded',
      'skipped/skippedByPerson',
      'succeeded/upgraded',
    ]);
    expect(report.actions.map(({ action }) => action)).toEqual([
      'concurrency',
      'budget',
      'budget',
      'skip',
      'approve',
    ]);
    expect(report.actions.at(-1)).toMatchObject({ by: 'ada', reason: 'seen', wave: 'rest' });
    expect(late).toMatchObject({ code: 5 });
    expect(again).toMatchObject({ code: 0 });
    expect(json(again)).toMatchObject({ retriedFrom: id });
    expect(watchedAgain).toMatchObject({ code: 0 });
    expectRefused(nothing, 'nothing to retry');
  });

  test('a wave that has not begun is skipped: its targets are, and no gate is waited for', async () => {
    const id = await start({ waves });

    const skipped = await run('skip', id, '--wave', 'rest', '--reason', 'after the holidays');
    const watched = await run('watch', id);

    expect([skipped.code, watched.code]).toEqual([0, 3]);
    expect((await statusOf(id)).counts).toMatchObject({ succeeded: 1, skipped: 3 });
  });
});

describe('a running wave', () => {
  test('one target is retried at once, one is skipped, the wave is paused and goes on', async () => {
    await world.setFaults({
      rates: {},
      list: [{ target: idAt(0), on: 'job', fault: 'fail', times: 1 }],
    });
    const id = await start({
      waves: [{ name: 'all', take: 'rest' }],
      recovery: { failed: { retries: 1, after: '30m' } },
    });
    await until('the failure', async () => {
      const targets = await targetsOf(world, { workflowId: id }).catch(() => []);
      return targets[0]?.attempts.length === 1;
    });

    const paused = await run('pause', id, '--wave', 'all', '--reason', 'lag', '--json');
    const pausedAgain = await run('pause', id, '--wave', 'all', '--reason', 'lag');
    const skipped = await run('skip', id, '--target', idAt(3), '--reason', 'x', '--json');
    const skippedAgain = await run('skip', id, '--target', idAt(3), '--reason', 'x');
    const resumed = await run('resume', id, '--wave', 'all', '--json');
    const retried = await run('retry', id, '--target', idAt(0), '--json');
    const watched = await run('watch', id);

    expect(json<RolloutStatus>(paused).waves).toMatchObject([{ name: 'all', paused: true }]);
    expectRefused(pausedAgain, 'Refused: ');
    expect(json<{ target: TargetState }>(skipped)).toMatchObject({
      rolloutId: id,
      wave: 'all',
      target: { status: 'ended', end: { outcome: 'skipped', reason: 'skippedByPerson' } },
    });
    expectRefused(skippedAgain, 'Refused: ');
    expect(json<RolloutStatus>(resumed).waves).toMatchObject([{ name: 'all', paused: false }]);
    expect(retried).toMatchObject({ code: 0 });
    expect(json(retried)).toMatchObject({ target: { target: { instanceId: idAt(0) } } });
    expect(watched).toMatchObject({ code: 3 });
    expect(await targetOf(id, 0)).toMatchObject({ outcome: 'succeeded' });
    expect((await statusOf(id)).counts).toMatchObject({ succeeded: 3, skipped: 1 });
  });

  test('a budget is not lowered below what is used: 1 failed -> 0 refused, 1 accepted', async () => {
    await world.setFaults({
      rates: {},
      list: [{ target: idAt(0), on: 'job', fault: 'fail', times: 1 }],
    });
    const id = await start({
      waves: [{ name: 'all', take: 'rest', budget: { failed: 3 } }],
      recovery: { failed: { retries: 0 } },
    });
    await until('the failure', async () => (await statusOf(id)).counts.failed === 1);
    await run('pause', id, '--reason', 'nothing shall end meanwhile');

    const wave = await run('budget', id, '--wave', 'all', '--failed', '0');
    const whole = await run('budget', id, '--failed', '0');
    const enough = await run('budget', id, '--wave', 'all', '--failed', '1', '--json');

    expectRefused(wave, 'Refused: ');
    expectRefused(whole, 'Refused: ');
    expect(json<RolloutStatus>(enough).waves).toMatchObject([{ budget: { failed: 1 } }]);
  });
});

describe('no worker running', () => {
  const waves = [{ name: 'all', take: 'rest', gate: { approval: {} } }];

  test.each([
    { command: 'pause', flags: [], then: 'paused' },
    { command: 'abort', flags: ['--yes'], then: 'aborted' },
  ])(
    '$command -> told within ten seconds; when a worker returns the rollout is $then',
    async ({ command, flags, then }) => {
      const id = await start({ waves });
      await worker.kill();
      const begun = Date.now();

      const ordered = await run(command, id, '--reason', 'lag', '--json', ...flags);
      const tookMs = Date.now() - begun;
      await world.startWorker();

      expect(tookMs).toBeLessThan(10_000);
      expect(ordered).toMatchObject({ code: 1 });
      expect(ordered.stderr).toContain('takes effect when a worker returns');
      expect(json(ordered)).toMatchObject({ rolloutId: id, control: command, recorded: true });
      const status = await until(then, async () => {
        const now = await statusOf(id);
        return now.state === then ? now : null;
      });
      // Whether the Update still arrived or not, it is one act.
      expect(status.actions.filter(({ action }) => action === command)).toHaveLength(1);
    },
  );

  test.each([
    ['approve', '--wave', 'all'],
    ['resume'],
    ['concurrency', '3'],
    ['budget', '--failed', '1'],
    ['skip', '--wave', 'all', '--reason', 'x'],
  ])('%s -> told within ten seconds, and no signal is left', async (command, ...flags) => {
    const id = await start({ waves });
    await worker.kill();
    const begun = Date.now();

    const ordered = await run(command, id, ...flags);

    expect(Date.now() - begun).toBeLessThan(10_000);
    expect(ordered).toMatchObject({ code: 1, stdout: '' });
    expect(ordered.stderr).toContain('No worker answers');
    const { events } = await world.client.workflow.getHandle(id).fetchHistory();
    expect(
      events?.map((each) => each.workflowExecutionSignaledEventAttributes?.signalName),
    ).not.toContain(command);
  });
});
