import { randomUUID } from 'node:crypto';
import { until } from '../support/rollouts';
import { startWorld, type World } from '../support/world';
import { aPlan, planFolder, upwave, upwaveOnTerminal, type Drawn } from './run-upwave';

jest.setTimeout(120_000);

const folder = planFolder();
let world: World;
let drawn: Drawn | null = null;

beforeEach(async () => {
  world = await startWorld({ size: 8, set: { duration: '1500ms', spread: 0 } });
});
afterEach(async () => {
  drawn?.kill();
  await world.stop();
});
afterAll(() => folder.remove());

// One call an hour: the targets are not read while a test runs.
const AT_REST = { UPWAVE_LIMIT_DCS: '1/h' };

async function writePlan(): Promise<string> {
  const name = `gone-${randomUUID().slice(0, 8)}`;
  const caches = (await world.fleet()).filter(({ family }) => family === 'dcs-instance');
  const targets = caches.map(({ instanceId }) => ({ upgrade: 'cache', instanceId }));
  const waves = [{ name: 'all', take: 'rest' }];
  return folder.write(`${name}.yaml`, aPlan({ name, targets, waves }));
}

/** The only workflow of this type in this world, once Temporal lists it. */
function listed(type: string) {
  const { client, taskQueue } = world;
  const query = `TaskQueue = '${taskQueue}' AND WorkflowType = '${type}'`;
  return until(`a workflow of type ${type}`, async () => {
    for await (const { workflowId } of client.workflow.list({ query })) {
      return client.workflow.getHandle(workflowId);
    }
    return null;
  });
}

test('plan: told within ten seconds, exit code 1, and the reading is ended', async () => {
  const path = await writePlan();
  const worker = await world.startWorker();
  await worker.kill();
  const begun = Date.now();

  const { code, stdout, stderr } = await upwave(['plan', path], world);

  expect(Date.now() - begun).toBeLessThan(10_000);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(`No worker answers on task queue ${world.taskQueue}`);
  expect(stderr).toContain('Not all targets were read, and nothing was changed.');
  expect((await (await listed('plan')).describe()).status.name).toBe('TERMINATED');
});

test.each([[[]], [['--watch']]])(
  'start %j: told within ten seconds, with the id of the rollout, which goes on',
  async (flags) => {
    const path = await writePlan();
    const worker = await world.startWorker();
    await worker.kill();
    const begun = Date.now();

    const args = ['start', path, '--yes', '--json', '--id', 'one', ...flags];
    const { code, stdout, stderr } = await upwave(args, world);
    const tookMs = Date.now() - begun;
    const handle = await listed('rollout');
    const { status } = await handle.describe();
    await handle.terminate();

    expect(tookMs).toBeLessThan(10_000);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ rolloutId: handle.workflowId });
    expect(stderr).toContain(`No worker answers on task queue ${world.taskQueue}`);
    expect(stderr).toContain(
      `${handle.workflowId} was started, and goes on when a worker is there`,
    );
    expect(status.name).toBe('RUNNING');
  },
);

/** Begins to read a plan on a terminal, and waits until it says so. */
async function beginReading(): Promise<Drawn> {
  const reading = upwaveOnTerminal(['plan', await writePlan()], world);
  drawn = reading;
  await said(reading, 'up to two calls for each');
  return reading;
}

const said = (reading: Drawn, words: string) =>
  until(words, () => Promise.resolve(reading.stderr().includes(words)));

test('a plan that is read for long, and Ctrl-C: exit code 130, and the reading is ended', async () => {
  await world.startWorker(AT_REST);

  const reading = await beginReading();
  const handle = await listed('plan');
  reading.interrupt();
  const code = await reading.ended;

  expect(code).toBe(130);
  expect(reading.stderr()).toContain('24 h at most');
  expect(reading.stderr()).toContain('Stopped. Not all targets were read');
  const { status, raw } = await handle.describe();
  expect(status.name).toBe('TERMINATED');
  expect(Number(raw.executionConfig?.workflowExecutionTimeout?.seconds)).toBe(24 * 3600);
});

test('plan: a worker that dies on the way is told of, and the next one goes on', async () => {
  const worker = await world.startWorker(AT_REST);

  const reading = await beginReading();
  await worker.kill();
  await said(reading, 'No worker answers');
  await world.startWorker();

  expect(await reading.ended).toBe(0);
  expect(reading.stderr()).toContain('what has been read is kept so long');
  expect(reading.terminal.text()).toContain('upgradable');
});
