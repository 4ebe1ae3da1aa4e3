import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDevServer } from '../../local/dev-server';
import { freePorts } from '../../local/processes';
import { until } from '../support/rollouts';
import { testTemporalProgram } from '../support/temporal-server';
import { startWorld, type World } from '../support/world';
import { aPlan, planFolder, upwave, upwaveOnTerminal, type Drawn } from './run-upwave';

jest.setTimeout(180_000);

const folder = planFolder();
let world: World | null = null;
let drawn: Drawn;
afterEach(async () => {
  drawn.kill();
  await world?.stop();
});
afterAll(() => folder.remove());

/** Starts a rollout of the emulator's caches in two waves, of which the second waits for a person. */
async function start(given: World): Promise<string> {
  const name = `live-${randomUUID().slice(0, 8)}`;
  const caches = (await given.fleet()).filter(({ family }) => family === 'dcs-instance');
  const targets = caches.map(({ instanceId }, at) => ({
    ...{ upgrade: 'cache', instanceId },
    name: at === 0 ? '缓存\u001b[2J' : `cache-${at}`,
  }));
  const cache = { family: 'dcs-instance', engineMinorVersion: 'latest', expect: '12s' };
  const waves = [
    { name: 'first', take: 2, concurrency: 2 },
    { name: 'rest', take: 'rest', concurrency: 9, gate: { approval: {} } },
  ];
  const polling = { min: '500ms', max: '1s' };
  const plan = aPlan({ name, targets, waves, polling, upgrades: { cache } });
  const path = folder.write(`${name}.yaml`, plan);
  const started = await upwave(['start', path, '--yes'], { env: given.env });
  expect(started).toMatchObject({ code: 0 });
  return name;
}

function watch(
  { env }: World,
  name: string,
  variables: Readonly<Record<string, string>> = {},
): Drawn {
  return upwaveOnTerminal(['watch', name], { env: { ...env, ...variables } });
}

const shows = (drawn: Drawn, words: string | RegExp, withinMs?: number) =>
  until(
    `${String(words)} on the screen`,
    async () => {
      const text = drawn.terminal.text();
      return Promise.resolve(typeof words === 'string' ? text.includes(words) : words.test(text));
    },
    withinMs,
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${drawn.terminal.text()}\n${drawn.stderr()}`);
  });

test('a rollout on a terminal: in flight, resized, waiting, approved, ended', async () => {
  world = await startWorld({ size: 16, set: { duration: '12s', spread: 0 } });
  await world.startWorker();
  const { env } = world;
  const name = await start(world);

  drawn = watch(world, name);
  await shows(drawn, /in flight: 2 +step/);
  await shows(drawn, 'upgrading');
  await shows(drawn, /first {2}▒+ +0\/2 {2}2 in flight/);
  await shows(drawn, /Ends in about \d+ s, at .*, plus the wait for 1 approval/);
  const inFlight = drawn.terminal.text();
  drawn.resize(40, 12);
  await shows(drawn, /^rollout\/live-.*…$/m);
  const narrow = drawn.terminal.lines();
  drawn.resize(120, 40);
  await shows(drawn, "Waiting: wave rest waits for a person's approval");
  await shows(drawn, /Would end .* after it goes on, if all goes well/);
  await upwave(['approve', name, '--wave', 'rest', '--by', 'ann'], { env });
  await shows(drawn, 'approve wave rest by ann');
  const code = await drawn.ended;

  expect(inFlight).toContain('缓存�[2J');
  expect(narrow.length).toBeLessThanOrEqual(12);
  expect(drawn.terminal).toMatchObject({ overflows: [], isAlternate: false, hasCursor: true });
  expect(code).toBe(0);
  expect(drawn.terminal.text()).toContain('Finished: 4 succeeded.');
  expect(drawn.stderr()).toBe('');
});

test('Ctrl-C gives the terminal back and leaves the rollout alone: exit code 130', async () => {
  world = await startWorld({ size: 16, set: { duration: '20s', spread: 0 } });
  await world.startWorker();
  const name = await start(world);

  drawn = watch(world, name);
  await shows(drawn, 'in flight');
  drawn.interrupt();
  const code = await drawn.ended;

  expect(code).toBe(130);
  expect(drawn.terminal).toMatchObject({ isAlternate: false, hasCursor: true, wraps: true });
  expect(drawn.terminal.text()).toContain(`The rollout goes on. Watch it again: upwave watch`);
  const { stdout } = await upwave(['status', name, '--json'], { env: world.env });
  expect(JSON.parse(stdout)).toMatchObject({ state: 'running' });
});

test.each([
  ['NO_COLOR', '1'],
  ['CI', 'true'],
  ['TERM', 'dumb'],
])('%s=%s -> plain lines, also on a terminal', async (variable, value) => {
  world = await startWorld({ size: 16, set: { duration: '500ms', spread: 0 } });
  await world.startWorker();
  const name = await start(world);

  drawn = watch(world, name, { [variable]: value });
  await shows(drawn, "waiting: wave rest waits for a person's approval");
  drawn.interrupt();

  expect(await drawn.ended).toBe(130);
  expect(drawn.terminal.text()).toMatch(/^\d\d:\d\d:\d\d {2}rollout\/live-/);
});

test('a server that is away: said, waited for, and then it goes on', async () => {
  const keep = mkdtempSync(join(tmpdir(), 'upwave-live-'));
  const [port = 0] = await freePorts(1, false);
  const options = { program: await testTemporalProgram(), ui: false, port };
  const dbFile = join(keep, 'temporal.db');
  let server = await startDevServer({ ...options, dbFile });
  try {
    world = await startWorld({
      ...{ size: 16, address: server.address },
      set: { duration: '2s', spread: 0 },
    });
    await world.startWorker();
    const name = await start(world);
    drawn = watch(world, name);
    await shows(drawn, "Waiting: wave rest waits for a person's approval");
    await server.stop();
    await shows(drawn, /The Temporal server .* since \d\d:\d\d:\d\d UTC, trying again/);
    const meanwhile = drawn.terminal.text();
    server = await startDevServer({ ...options, dbFile });
    await until('it goes on', () =>
      Promise.resolve(!drawn.terminal.text().includes('trying again')),
    );
    const after = drawn.terminal.text();
    drawn.interrupt();

    expect(meanwhile).toContain('2 succeeded');
    expect(after).toContain("Waiting: wave rest waits for a person's approval");
    expect(await drawn.ended).toBe(130);
    expect(drawn.terminal.overflows).toEqual([]);
  } finally {
    await world?.stop();
    world = null;
    await server.stop();
    rmSync(keep, { recursive: true, force: true });
  }
});

test('a rollout that does not exist -> words and exit code 1, and no screen', async () => {
  world = await startWorld({ size: 16 });

  drawn = watch(world, 'no-such-plan');

  expect(await drawn.ended).toBe(1);
  expect(drawn.terminal.writes).toBe(0);
  expect(drawn.stderr()).toContain('There is no rollout of a plan named no-such-plan');
  expect(drawn.stderr()).toContain('upwave list');
});
