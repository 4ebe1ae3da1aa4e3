import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Cloud } from './harness';
import { cloudAt, quick, start, stopAll, submission, tokenRequest, post, until } from './harness';

const program = path.resolve(__dirname, '../../dist/emulator/main.js');
const children: ChildProcess[] = [];
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'upwave-emulator-'));
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await stopAll();
  rmSync(folder, { recursive: true });
});

/** The first of four ports that were free just now. */
async function freePorts(): Promise<number> {
  const servers = Array.from({ length: 4 }, () => createServer());
  const listen = async (server: (typeof servers)[number], port: number): Promise<number> => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  };
  try {
    const [first, ...rest] = servers;
    const port = first === undefined ? 0 : await listen(first, 0);
    for (const [i, server] of rest.entries()) await listen(server, port + 1 + i);
    return port;
  } catch {
    return await freePorts();
  } finally {
    for (const server of servers) server.close();
  }
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function run(args: readonly string[]): {
  child: ChildProcess;
  ended: Promise<Ended>;
  ready: Promise<void>;
} {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let [out, err] = ['', ''];
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, out, err }));
  const ready = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (out.startsWith('ready') && out.includes('\n')) resolve();
    });
    void ended.then(({ code }) => reject(new Error(`ended with ${code}: ${err}`)));
  });
  // Whoever waits for the end does not look at this one.
  ready.catch(() => undefined);
  return { child, ended, ready };
}

const setting = (words: readonly string[]) => words.flatMap((word) => ['--set', word]);

async function launch(port: number, state: string, set: readonly string[]) {
  const started = run([
    '--port',
    String(port),
    '--state',
    state,
    '--seed',
    'kill',
    ...setting([...quick, ...set]),
  ]);
  await started.ready;
  const cloud = await cloudAt(`http://127.0.0.1:${port}`);
  const kill = async () => {
    started.child.kill('SIGKILL');
    await started.ended;
  };
  return { cloud, kill, child: started.child, ended: started.ended };
}

const facts = async (cloud: Cloud) => ({
  fleet: await cloud.fleet(),
  journal: await cloud.journal(),
});

describe('killed and started again with --state', () => {
  test('fleet, jobs, journal, access and faults are kept; what ended meanwhile ends at the start', async () => {
    const state = path.join(folder, 'state.jsonl');
    const port = await freePorts();
    const first = await launch(port, state, ['duration=1500ms']);
    const rows = (await first.cloud.fleet()).slice(0, 8);
    const hurt = rows[7]?.instanceId ?? '';
    await first.cloud.faults({ list: [{ target: hurt, on: 'read', fault: '500', times: 1 }] });
    for (const row of rows) await first.cloud.call(...submission(row));
    const before = await facts(first.cloud);
    await first.kill();
    await new Promise((done) => setTimeout(done, 1600));

    const second = await launch(port, state, ['duration=1500ms']);
    const after = await facts(second.cloud);

    expect(second.cloud.access).toEqual(first.cloud.access);
    expect(after.journal.slice(0, before.journal.length)).toEqual(before.journal);
    expect(after.fleet.slice(0, 8).map((row) => [row.version, row.upgradesCompleted])).toEqual(
      rows.map((row) => [row.latest, 1]),
    );
    expect(after.fleet.slice(8)).toEqual(before.fleet.slice(8));
    const ends = after.journal
      .flatMap((line) => line.effects)
      .filter((e) => e.kind === 'upgradeEnded');
    expect(ends).toHaveLength(8);
    expect(after.journal.map((line) => line.seq)).toEqual(after.journal.map((_, i) => i + 1));
    const faulty = await second.cloud.call('dcs', `GET /v2/{project}/instances/${hurt}`);
    expect(faulty.status).toBe(500);
  });

  test('a job that runs goes on over the kill and ends at its instant', async () => {
    const state = path.join(folder, 'state.jsonl');
    const port = await freePorts();
    const first = await launch(port, state, ['duration=2500ms']);
    const row = await first.cloud.target('dcs-instance');
    const begunAt = Date.now();
    await first.cloud.call(...submission(row));
    await first.kill();

    const second = await launch(port, state, []);
    const during = await second.cloud.target('dcs-instance');
    const line = await until(
      async () => (await second.cloud.journal()).find((known) => known.method === null),
      (found) => found !== undefined,
    );

    expect(during.status).toBe('UPGRADING');
    const tookMs = Date.parse(line?.at ?? '') - begunAt;
    expect(tookMs).toBeGreaterThanOrEqual(2500);
    expect(tookMs).toBeLessThan(3300);
  });

  test('killed while calls pour in -> every answered submit is known, none twice', async () => {
    const state = path.join(folder, 'state.jsonl');
    const port = await freePorts();
    const first = await launch(port, state, ['duration=1h']);
    const rows = await first.cloud.fleet();
    const accepted: string[] = [];
    const pouring = Promise.allSettled(
      rows.map(async (row) => {
        await first.cloud.call(...submission(row));
        accepted.push(row.proxyId ?? row.instanceId);
        if (accepted.length === 5) first.child.kill('SIGKILL');
      }),
    );
    await pouring;
    await first.ended;

    const second = await launch(port, state, ['duration=1h']);
    const started = (await second.cloud.fleet())
      .filter((row) => row.upgradesStarted === 1)
      .map((row) => row.proxyId ?? row.instanceId);

    expect(accepted.length).toBeGreaterThanOrEqual(5);
    expect(accepted.filter((id) => !started.includes(id))).toEqual([]);
    const starts = (await second.cloud.effects()).filter(
      (effect) => effect.kind === 'upgradeStarted',
    );
    expect(starts).toHaveLength(started.length);
  });
});

test('half a line at the end of the state file -> that call never was', async () => {
  const state = path.join(folder, 'state.jsonl');
  const first = await start({ state });
  await first.call('dcs', 'GET /v2/{project}/tasks');
  const journal = await first.journal();
  await stopAll();
  appendFileSync(state, '{"entry":{"at":"2026-');

  const second = await start({ state });
  const kept = (await second.journal()).slice(0, journal.length);
  await second.call('dcs', 'GET /v2/{project}/tasks');
  await stopAll();

  expect(kept).toEqual(journal);
  const lines = readFileSync(state, 'utf8').trimEnd().split('\n');
  expect(lines.every((line) => typeof JSON.parse(line) === 'object')).toBe(true);
});

describe('journal', () => {
  test('a call -> its whole line', async () => {
    const cloud = await start({ set: ['duration=1h'] });
    const row = await cloud.target('dcs-instance');
    const path = `/v2/{project}/instances/${row.instanceId}/minor-version/upgrade`;
    const { body } = await cloud.call('dcs', `POST ${path}?x=1`, {
      engine_minor_version: 'latest',
    });

    const line = (await cloud.journal()).at(-1);

    expect(line).toEqual({
      seq: 2,
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
      service: 'dcs',
      method: 'POST',
      path: path.replace('{project}', cloud.access.projectId),
      query: { x: '1' },
      body: { engine_minor_version: 'latest' },
      status: 200,
      fault: null,
      effects: [
        {
          kind: 'upgradeStarted',
          family: 'dcs-instance',
          instanceId: row.instanceId,
          proxyId: null,
          jobId: body.task_id,
          version: row.latest,
          result: null,
        },
      ],
    });
  });

  test('an upgrade that ends -> a line of its own, at its instant, though nobody calls', async () => {
    const cloud = await start({ set: ['duration=250ms'] });
    await cloud.call(...submission(await cloud.target('taurusdb-proxy')));
    await new Promise((done) => setTimeout(done, 600));

    const [, started, ended] = await cloud.journal();

    expect(ended).toMatchObject({
      method: null,
      path: null,
      status: null,
      effects: [{ kind: 'upgradeEnded', result: 'succeeded' }],
    });
    const tookMs = Date.parse(ended?.at ?? '') - Date.parse(started?.at ?? '');
    expect(tookMs).toBeGreaterThanOrEqual(250);
    expect(tookMs).toBeLessThan(500);
  });

  test('never a credential, in memory or in the file', async () => {
    const state = path.join(folder, 'state.jsonl');
    const cloud = await start({ state });
    const { headers } = await post(
      `${cloud.access.endpoints.iam}/v3/auth/tokens`,
      tokenRequest(cloud.access, { password: 'pass-word-of-someone' }),
    );
    await cloud.call('dcs', 'GET /v2/{project}/instances?password=pass-word-of-someone');

    const all = JSON.stringify(await cloud.journal()) + readFileSync(state, 'utf8');

    expect(headers.get('x-subject-token')).toBeNull();
    for (const secret of ['pass-word-of-someone', cloud.access.password, cloud.access.sk, 'MII']) {
      expect(all).not.toContain(secret);
    }
    expect((await cloud.journal()).filter((line) => line.service === 'iam')).toMatchObject([
      { body: '[redacted]', status: 201 },
      { body: '[redacted]', status: 401 },
    ]);
  });
});

describe('the command line', () => {
  test('prints ready with the addresses; SIGTERM ends it with 0', async () => {
    const port = await freePorts();
    const { child, ready, ended } = run(['--port', String(port)]);
    await ready;
    child.kill('SIGTERM');

    const { code, out } = await ended;

    expect(code).toBe(0);
    expect(out.split('\n')[0]).toContain(`iam http://127.0.0.1:${port + 3}`);
  });

  test('a port in use -> one line, exit 1', async () => {
    const port = await freePorts();
    const first = run(['--port', String(port)]);
    await first.ready;

    const { code, err } = await run(['--port', String(port)]).ended;

    expect(code).toBe(1);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toContain('in use');
  });

  test.each([
    ['no port', [], '--port is missing'],
    ['an unknown option', ['--port', '1', '--speed', '3'], '--speed'],
    ['an unknown setting', ['--port', '1', '--set', 'colour=red'], 'unknown setting "colour"'],
    [
      'a setting of the wrong kind',
      ['--port', '1', '--set', 'duration=fast'],
      'duration=fast: must be',
    ],
    ['both size and fleet', ['--port', '1', '--size', '4', '--fleet', 'f'], 'exclude each other'],
    [
      'a fleet file that is not there',
      ['--port', '1', '--fleet', '/nowhere.json'],
      '/nowhere.json',
    ],
  ])('%s -> exit 2 with words', async (_, args, words) => {
    const { code, err } = await run(args).ended;

    expect([code, err]).toEqual([2, expect.stringContaining(words)]);
  });

  test('an unknown setting -> the valid ones are listed', async () => {
    const { err } = await run(['--port', '1', '--set', 'colour=red']).ended;

    expect(err).toContain('dcsServiceUpgradeFlag=true (true | false)');
  });

  test('a fleet file with a wrong id -> exit 2 and which row', async () => {
    const file = path.join(folder, 'fleet.json');
    writeFileSync(
      file,
      JSON.stringify([{ family: 'dcs-instance' }, { family: 'dcs-instance', instanceId: 'x' }]),
    );

    const { code, err } = await run(['--port', '1', '--fleet', file]).ended;

    expect([code, err]).toEqual([2, expect.stringContaining('fleet[1]: instanceId')]);
  });
});

describe('the generated fleet', () => {
  test('same seed, same fleet; another seed, another one; ids in their documented forms', async () => {
    const ids = async (seed: string) =>
      (await (await start({ seed, size: 8 })).fleet()).map((row) => row.proxyId ?? row.instanceId);

    const fleet = await ids('a');

    expect(await ids('a')).toEqual(fleet);
    expect(await ids('b')).not.toEqual(fleet);
    expect(fleet[0]).toMatch(/^[0-9a-f]{32}po01$/);
    expect(fleet[1]).toMatch(/^[0-9a-f]{32}in07$/);
    expect(fleet[2]).toMatch(/^[0-9a-f]{32}in14$/);
    expect(fleet[3]).toMatch(/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/);
  });
});
