import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import * as messages from '../../workflows/messages';
import { planFor } from '../support/plans';
import { untilStatus } from '../support/rollouts';
import type { JournalEffect, World } from '../support/world';
import { startWorld } from '../support/world';

const TOKEN = 'a-token-of-a-test';

/** A health page whose status a test changes. */
interface Health {
  readonly url: string;
  status: number;
  /** When it was asked. */
  readonly asked: number[];
  close(): void;
}

let world: World;
let health: Health;

beforeEach(async () => {
  health = await startHealth();
  world = await startWorld({ size: 4, set: { duration: '500ms', spread: 0 } });
  await world.startWorker({ UPWAVE_SECRET_HEALTH_URL: `${health.url}/${TOKEN}` });
});
afterEach(async () => {
  health.close();
  await world.stop();
});

async function startHealth(): Promise<Health> {
  const server = createServer((_request, response) => {
    page.asked.push(Date.now());
    response.writeHead(page.status, { 'content-type': 'application/json' }).end('{"lag": 3}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const page: Health = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    status: 200,
    asked: [],
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return page;
}

/** Two targets, one in each wave; health is watched after the first. */
async function startWith(bake: object) {
  const fleet = (await world.fleet()).slice(0, 2);
  const waves = [
    { name: 'first', take: 1, bake: { for: '2s', every: '500ms', ...bake } },
    { name: 'second', take: 'rest' },
  ];
  const handle = await world.start(planFor(fleet, { waves }));
  const [first = '', second = ''] = fleet.map(({ instanceId }) => instanceId);
  return { handle, first, second };
}

/** When each effect on an instance came, by the cloud's own journal. */
async function effectsOn(instance: string, kind: JournalEffect['kind']): Promise<number[]> {
  return (await world.journal()).flatMap(({ at, effects }) =>
    effects
      .filter((effect) => effect.kind === kind && effect.instanceId === instance)
      .map(() => Date.parse(at)),
  );
}

/** Every call about an instance that was to change something. */
async function submitsOf(instance: string): Promise<string[]> {
  return (await world.journal()).flatMap(({ method, path, body }) => {
    const words = `${method} ${path} ${JSON.stringify(body)}`;
    return method === 'POST' && words.includes(instance) ? [words] : [];
  });
}

const CHECKS = [
  { http: '${secret:HEALTH_URL}' },
  { http: '${secret:HEALTH_URL}', json: 'lag', below: 5 },
];

test('healthy for as long as the plan says -> the next wave begins, not sooner', async () => {
  const { handle, first, second } = await startWith({ checks: CHECKS });

  const { state, counts, waves } = await handle.result();

  expect({ state, succeeded: counts.succeeded }).toEqual({ state: 'finished', succeeded: 2 });
  expect(waves.map(({ bake }) => bake?.state ?? null)).toEqual(['healthy', null]);
  const [ended = Infinity] = await effectsOn(first, 'upgradeEnded');
  const [began = 0] = await effectsOn(second, 'upgradeStarted');
  expect(began - ended).toBeGreaterThanOrEqual(2_000);
  // Two checks a look; five looks, or three where the server's timers are half a second late. None
  // of them while the first wave or the second was at it.
  expect(health.asked.length % 2).toBe(0);
  expect(health.asked.length).toBeGreaterThanOrEqual(6);
  expect(health.asked.length).toBeLessThanOrEqual(10);
  expect(Math.min(...health.asked)).toBeGreaterThanOrEqual(ended);
  expect(Math.max(...health.asked)).toBeLessThanOrEqual(began);
});

test('unhealthy -> paused before the next wave, nothing of it submitted; resume -> goes on', async () => {
  health.status = 503;
  const { handle, second } = await startWith({ checks: CHECKS });

  const stopped = await untilStatus(
    handle,
    ({ waves, state }) => waves[0]?.bake?.state === 'unhealthy' && state !== 'running',
  );
  await sleep(2_500);

  expect(stopped.waitingFor?.words).toContain(`${health.url} answered 503, not 200`);
  expect(stopped.counts).toMatchObject({ succeeded: 1, pending: 1 });
  expect(await submitsOf(second)).toEqual([]);
  // The first bad look is one too many: there is no second.
  expect(health.asked).toHaveLength(2);

  const why = { by: 'ada', reason: 'known, not ours' };
  await handle.executeUpdate(messages.resume, { args: [why] });
  const { state, counts, waves, actions } = await handle.result();

  expect({ state, succeeded: counts.succeeded }).toEqual({ state: 'finished', succeeded: 2 });
  expect(waves[0]?.bake?.state).toBe('unhealthy');
  expect(actions).toContainEqual(expect.objectContaining({ action: 'resume', by: 'ada' }));
  expect(await submitsOf(second)).toHaveLength(1);
});

test('unhealthy, and the plan says abort -> aborted, nothing of the next wave submitted', async () => {
  health.status = 503;
  const { handle, second } = await startWith({
    checks: CHECKS,
    unhealthy: { limit: 0, then: 'abort' },
  });

  const { state, counts, waves } = await handle.result();

  expect(state).toBe('aborted');
  expect(counts).toMatchObject({ succeeded: 1, skipped: 1 });
  expect(waves[0]?.bake?.state).toBe('unhealthy');
  expect(await submitsOf(second)).toEqual([]);
});

test('unhealthy looks that are borne, then healthy -> goes on', async () => {
  health.status = 503;
  const { handle } = await startWith({ checks: CHECKS, unhealthy: { limit: 4, then: 'abort' } });
  await untilStatus(handle, () => health.asked.length >= 2);
  health.status = 200;

  const { state, waves } = await handle.result();

  expect(state).toBe('finished');
  expect(waves[0]?.bake).toMatchObject({
    state: 'healthy',
    words: expect.stringContaining('unhealthy') as string,
  });
});

test('checks that cannot be made -> inconclusive, paused', async () => {
  const { handle, second } = await startWith({
    checks: [{ http: '${secret:NOBODY_SET}' }],
    inconclusive: { limit: 1, then: 'pause' },
  });

  const stopped = await untilStatus(
    handle,
    ({ waves }) => waves[0]?.bake?.state === 'inconclusive',
  );

  expect(stopped.waitingFor?.words).toContain('UPWAVE_SECRET_NOBODY_SET not set');
  expect(await submitsOf(second)).toEqual([]);
  await handle.executeUpdate(messages.abort, { args: [{ by: 'ada', reason: 'a test' }] });
  expect(await handle.result()).toMatchObject({ state: 'aborted' });
});

test('an abort while health is watched ends it at once', async () => {
  const { handle } = await startWith({ for: '10m', every: '10m', checks: CHECKS });
  await untilStatus(handle, ({ waves }) => waves[0]?.bake?.state === 'watching');

  await handle.executeUpdate(messages.abort, { args: [{ by: 'ada', reason: 'a test' }] });

  expect(await handle.result()).toMatchObject({ state: 'aborted', counts: { skipped: 1 } });
});

test('time alone: the next wave waits for it', async () => {
  const { handle, first, second } = await startWith({});

  expect(await handle.result()).toMatchObject({ state: 'finished' });

  const [ended = Infinity] = await effectsOn(first, 'upgradeEnded');
  const [began = 0] = await effectsOn(second, 'upgradeStarted');
  expect(began - ended).toBeGreaterThanOrEqual(2_000);
  expect(health.asked).toEqual([]);
});

test('what the placeholder stands for is in no history', async () => {
  health.status = 503;
  const { handle } = await startWith({ checks: CHECKS, unhealthy: { limit: 0, then: 'abort' } });
  await handle.result();

  const raw = historyToJSON(await handle.fetchHistory());

  const decoded = raw.replace(/"data":\s*"([A-Za-z0-9+/=]+)"/g, (_all, data: string) =>
    Buffer.from(data, 'base64').toString(),
  );
  // Proof that payloads were decoded, and that the checks are in it.
  expect(decoded).toContain('${secret:HEALTH_URL}');
  expect(decoded).toContain('answered 503');
  expect(decoded).not.toContain(TOKEN);
});
