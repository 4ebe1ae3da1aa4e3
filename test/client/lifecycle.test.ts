import { randomUUID } from 'node:crypto';
import { startWorld, type World } from '../support/world';
import { aPlan, planFolder, upwave } from './run-upwave';

jest.setTimeout(120_000);

const folder = planFolder();
let world: World;

beforeEach(async () => {
  world = await startWorld({ size: 8, set: { duration: '1500ms', spread: 0 } });
  await world.startWorker();
});
afterEach(() => world.stop());
afterAll(() => folder.remove());

/** A plan of the emulator's caches: one, then the rest one by one. */
async function writePlan(
  changes: Readonly<Record<string, unknown>> = {},
): Promise<{ name: string; path: string }> {
  const name = `life-${randomUUID().slice(0, 8)}`;
  const caches = (await world.fleet()).filter(({ family }) => family === 'dcs-instance');
  const targets = caches.map(({ instanceId }) => ({ upgrade: 'cache', instanceId }));
  const waves = [
    { name: 'first', take: 1 },
    // A slow machine may take seconds to say "pause": something must be left to be paused.
    { name: 'rest', take: 'rest', gate: { delay: '8s' } },
  ];
  const polling = { min: '200ms', max: '500ms' };
  return {
    name,
    path: folder.write(`${name}.yaml`, aPlan({ name, targets, waves, polling, ...changes })),
  };
}

test('plan, start, pause, resume, watch, report, list; the second time all is up to date', async () => {
  const { env } = world;
  const { name, path } = await writePlan();
  const frozen = folder.path('frozen.json');

  const planned = await upwave(['plan', path, '--out', frozen], { env });
  const started = await upwave(['start', frozen, '--yes', '--json', '--id', 'one'], { env });
  const paused = await upwave(['pause', name, '--reason', 'a test', '--by', 'ada'], { env });
  const pausedAgain = await upwave(['pause', name, '--reason', 'a test'], { env });
  const partial = await upwave(['report', name, '--json'], { env });
  const left = await upwave(['watch', name], { env, interruptAt: 'paused' });
  const resumed = await upwave(['resume', name, '--json'], { env });
  const watched = await upwave(['watch', name], { env });
  const resumedLate = await upwave(['resume', name], { env });
  const report = await upwave(['report', name, '--json'], { env });
  const listed = await upwave(['list', '--json'], { env });
  const second = await upwave(['start', path, '--yes', '--watch', '--json'], { env });

  expect(planned).toMatchObject({ code: 0 });
  expect(planned.stdout).toContain('upgradable');
  expect(started).toMatchObject({ code: 0 });
  const rolloutId = `rollout/${name}/one`;
  expect(JSON.parse(started.stdout)).toMatchObject({ rolloutId, frozen: true });
  expect(paused.code).toBe(0);
  expect(pausedAgain).toMatchObject({ code: 5 });
  expect(pausedAgain.stderr).toContain('Nothing has changed');
  expect(JSON.parse(partial.stdout)).toMatchObject({ rolloutId, partial: true });
  expect(left.code).toBe(130);
  expect(left.stdout).toContain('The rollout goes on');
  expect(JSON.parse(resumed.stdout)).toMatchObject({ rolloutId });
  expect(watched).toMatchObject({ code: 0, stderr: '' });
  expect(watched.stdout).toContain('Finished: ');
  expect(resumedLate.code).toBe(5);
  const told = JSON.parse(report.stdout) as { targets: { outcome: string }[] };
  expect(told).toMatchObject({ partial: false, state: 'finished', actions: [{}, {}] });
  expect(told.targets.map(({ outcome }) => outcome)).toEqual(told.targets.map(() => 'succeeded'));
  expect(JSON.parse(listed.stdout)).toContainEqual(expect.objectContaining({ rolloutId }));
  expect(second.code).toBe(0);
  const { counts } = JSON.parse(second.stdout) as { counts: Record<string, number> };
  expect(counts.upToDate).toBe(counts.total);
});

test('abort: exit code 4', async () => {
  const { env } = world;
  const { name, path } = await writePlan();

  const started = await upwave(['start', path, '--yes'], { env });
  await upwave(['pause', name, '--reason', 'before the abort'], { env });
  const abort = await upwave(['abort', name, '--reason', 'a test', '--yes'], { env });
  const watched = await upwave(['watch', name], { env });

  expect([started.code, abort.code, watched.code]).toEqual([0, 0, 4]);
  expect(watched.stdout).toContain('Aborted: ');
});

test('targets that did not succeed: exit code 3, and the report says why', async () => {
  const { env } = world;
  await world.setFaults({ rates: { '*': { submit: { reject: 1 } } }, list: [] });
  const { name, path } = await writePlan({ recovery: { rejected: { retries: 0 } } });

  const watched = await upwave(['start', path, '--yes', '--watch'], { env });
  const report = await upwave(['report', name], { env });

  expect(watched.code).toBe(3);
  expect(watched.stdout).toContain('targets did not succeed');
  expect(report.stdout).toContain('Why targets did not succeed:');
});

test('wrong credentials: start says so at once, exit code 1, and nothing was submitted', async () => {
  const env = { ...world.env, UPWAVE_TASK_QUEUE: `${world.taskQueue}-wrong` };
  await world.startWorker({ ...env, CLOUD_SDK_SK: 'not-the-secret' });
  const { path } = await writePlan();

  const { code, stderr } = await upwave(['start', path, '--yes'], { env });

  expect(code).toBe(1);
  expect(stderr).toMatch(/nothing was submitted/i);
  expect((await world.fleet()).every(({ upgradesStarted }) => upgradesStarted === 0)).toBe(true);
});
