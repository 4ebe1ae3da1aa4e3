import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startDevServer, type DevServer } from '../../local/dev-server';
import { freePorts, startProgram, type StartedProgram } from '../../local/processes';
import { attemptId } from '../../rollout/ids';
import { violations } from '../support/judge';
import { openedByEach } from '../support/opened';
import { planFor } from '../support/plans';
import { targetsOf, until } from '../support/rollouts';
import { testTemporalProgram } from '../support/temporal-server';

const MAIN = join(__dirname, '..', '..', 'dist', 'worker', 'main.js');
const KEYS = { CLOUD_SDK_AK: 'ak', CLOUD_SDK_SK: 'sk' };
// What the documents promise: 45 s for calls under way, ten more for what was cancelled then.
const STOPPED_WITHIN_MS = 60_000;
// temporal.api.enums.v1.PendingActivityState
const STARTED = 2;

const opened = openedByEach();
const { worldOf } = opened;

async function serverOf(options: { readonly port?: number } = {}): Promise<DevServer> {
  const program = await testTemporalProgram();
  const server = await startDevServer({ program, ui: false, ...options });
  opened.add(server);
  return server;
}

async function freeAddress(): Promise<string> {
  const [port] = await freePorts(1, true);
  return `127.0.0.1:${port}`;
}

async function ask(address: string, path: string): Promise<string> {
  const response = await fetch(`http://${address}${path}`);
  return `${response.status} ${(await response.text()).trim()}`;
}

const untilAnswer = (address: string, path: string, answer: string) =>
  until(`${path} answers ${answer}`, async () => {
    const now = await ask(address, path).catch((error: unknown) => String(error));
    return now === answer;
  });

/** A worker without a server to talk to. */
async function lonely(env: Readonly<Record<string, string>>): Promise<StartedProgram> {
  const [port] = await freePorts(1, true);
  const program = await startProgram({
    file: MAIN,
    args: [],
    env: { ...KEYS, TEMPORAL_ADDRESS: `127.0.0.1:${port}`, ...env },
    name: 'the worker',
  });
  opened.add({ stop: () => program.kill() });
  return program;
}

test('alive and ready; other pages are told where to look', async () => {
  const world = await worldOf({ size: 4 });
  const address = await freeAddress();

  await world.startWorker({ UPWAVE_HEALTH_ADDRESS: address });

  await untilAnswer(address, '/readyz', '200 ready');
  expect(await ask(address, '/healthz')).toBe('200 alive');
  expect(await ask(address, '/')).toBe('404 there is /healthz and /readyz');
});

test('the server goes away and comes back: alive all the while, ready again', async () => {
  const first = await serverOf();
  const world = await worldOf({ size: 4, address: first.address });
  const address = await freeAddress();
  await world.startWorker({ UPWAVE_HEALTH_ADDRESS: address });
  await untilAnswer(address, '/readyz', '200 ready');

  await first.kill();

  await untilAnswer(address, '/readyz', '503 Temporal does not answer');
  expect(await ask(address, '/healthz')).toBe('200 alive');
  await serverOf({ port: first.port });
  await untilAnswer(address, '/readyz', '200 ready');
});

test('no server yet: alive, not ready; told to stop it ends at once, with 0', async () => {
  const address = await freeAddress();
  const worker = await lonely({ UPWAVE_HEALTH_ADDRESS: address });
  await untilAnswer(address, '/healthz', '200 alive');
  expect(await ask(address, '/readyz')).toBe('503 starting: no Temporal server yet');

  expect(await worker.stop(5_000)).toEqual({ code: 0, signal: null });
});

test('told to stop while it submits: the call is finished, nothing is half done, exit code 0', async () => {
  const world = await worldOf({ size: 4, set: { duration: '1s', slowFor: '6s' } });
  const row = (await world.fleet()).find(({ family }) => family === 'dcs-instance');
  if (!row) throw new Error('no cache in the fleet');
  const { instanceId } = row;
  await world.setFaults({ list: [{ target: instanceId, on: 'submit', fault: 'slow', times: 1 }] });
  const address = await freeAddress();
  const worker = await world.startWorker({ UPWAVE_HEALTH_ADDRESS: address });
  const handle = await world.start(planFor([row]));
  const attempt = world.client.workflow.getHandle(attemptId(world.access, row));
  await until('the request is being sent', async () => {
    const { raw } = await attempt.describe().catch(() => ({ raw: null }));
    return raw?.pendingActivities?.some(
      ({ activityType, state }) => activityType?.name === 'submit' && Number(state) === STARTED,
    );
  });

  const stopping = worker.stop(STOPPED_WITHIN_MS);
  await untilAnswer(address, '/readyz', '503 stopping');
  expect(await ask(address, '/healthz')).toBe('200 alive');

  expect(await stopping).toEqual({ code: 0, signal: null });
  const sent = (await world.journal()).filter(({ effects }) =>
    effects.some(({ kind }) => kind === 'upgradeStarted'),
  );
  expect(sent.map(({ status, fault }) => [status, fault])).toEqual([[200, 'slow']]);
  await world.startWorker();
  await handle.result();
  const [target] = await targetsOf(world, handle);
  // Its answer was not lost: an upgrade that had to be looked for would be `reconciled`.
  expect(target?.end).toMatchObject({ outcome: 'succeeded', reason: 'upgraded' });
  expect(target?.attempts).toHaveLength(1);
  expect(violations(await world.journal())).toEqual([]);
});

test('told to stop while the server is away: it ends, in the time that the documents state', async () => {
  const server = await serverOf();
  const world = await worldOf({ size: 4, address: server.address });
  const worker = await world.startWorker();
  await server.kill();

  expect(await worker.stop(STOPPED_WITHIN_MS)).toEqual({ code: 0, signal: null });
});

test.each(['UPWAVE_HEALTH_ADDRESS', 'UPWAVE_METRICS_ADDRESS'])(
  '%s is taken -> said at once, and the worker does not start',
  async (variable) => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    opened.add({ stop: () => Promise.resolve(taken.close()) });
    const address = `127.0.0.1:${(taken.address() as AddressInfo).port}`;

    const worker = await lonely({ [variable]: address });

    expect(await worker.exited).toEqual({ code: 1, signal: null });
    const words = worker.lines.join('\n');
    expect(words).toContain(address);
    expect(words).toContain(variable);
    expect(words).toContain('The worker was not started.');
  },
);
