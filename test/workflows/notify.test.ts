import { createHmac } from 'node:crypto';
import { startDevServer } from '../../local/dev-server';
import { notificationId } from '../../rollout/ids';
import type { Notification } from '../../rollout/notify';
import { approve } from '../../workflows/messages';
import type { MadeUpService, Received, Reply } from '../cloud/server';
import { startService } from '../cloud/server';
import { openedByEach } from '../support/opened';
import { planFor } from '../support/plans';
import { until, untilStatus } from '../support/rollouts';
import { testTemporalProgram } from '../support/temporal-server';

const opened = openedByEach();
const { worldOf } = opened;

async function receiver(
  reply: (request: Received, nth: number) => Reply | null | Promise<Reply | null> = () => ({}),
): Promise<MadeUpService> {
  const service = await startService(reply);
  opened.add({ stop: () => service.close() });
  return service;
}

const toldTo = (service: MadeUpService) => service.received.map(({ body }) => body as Notification);
const eventsAt = (service: MadeUpService) => toldTo(service).map(({ event }) => event);
const keysOf = (service: MadeUpService) =>
  service.received.map(({ headers }) => String(headers['idempotency-key']));

/** What happened, in its order: notifications are on their way at the same time. */
const inOrder = (service: MadeUpService) => toldTo(service).toSorted((a, b) => a.number - b.number);

test('a rollout tells its story: signed, with a Slack text and with the fields of the contract', async () => {
  const world = await worldOf({ size: 4, set: { duration: '500ms' } });
  const slack = await receiver();
  await world.startWorker({
    UPWAVE_SECRET_WEBHOOK_SIGNING: 'a-signing-key',
    UPWAVE_SECRET_SLACK_URL: `${slack.url}/services/T0/s3cret-path`,
  });
  const plan = planFor(await world.fleet(), {
    waves: [
      { name: 'canary', take: 1 },
      { name: 'rest', take: 'rest', concurrency: 3, gate: { approval: {} } },
    ],
    notify: [{ webhook: '${secret:SLACK_URL}' }],
  });
  const handle = await world.start(plan);
  await untilStatus(handle, ({ state }) => state === 'waiting');
  await until('the gate is told', () => Promise.resolve(eventsAt(slack).includes('gateWaiting')));

  await handle.executeUpdate(approve, { args: [{ by: 'kim', reason: null, wave: 'rest' }] });
  await handle.result();
  await until('the end is told', () => Promise.resolve(eventsAt(slack).includes('finished')));

  const told = inOrder(slack);
  expect(told.map(({ event, number, wave }) => [number, event, wave])).toEqual([
    [1, 'started', null],
    [2, 'waveDone', 'canary'],
    [3, 'gateWaiting', 'rest'],
    [4, 'waveDone', 'rest'],
    [5, 'finished', null],
  ]);
  expect(told[2]?.text).toBe(
    `*${plan.name}* wave rest waits for a person's approval\n` +
      `upwave approve ${handle.workflowId} --wave rest`,
  );
  expect(told[4]).toMatchObject({
    rolloutId: handle.workflowId,
    plan: plan.name,
    state: 'finished',
    counts: { total: 4, succeeded: 4 },
    words: 'finished: 4 of 4 ended, 4 succeeded',
  });
  expect(slack.received.map(({ path }) => path)).toEqual(Array(5).fill('/services/T0/s3cret-path'));
  expect(new Set(keysOf(slack)).size).toBe(5);
  for (const { headers, body } of slack.received) {
    const signed = `${String(headers['x-upwave-timestamp'])}.${JSON.stringify(body)}`;
    const hmac = createHmac('sha256', 'a-signing-key').update(signed).digest('hex');
    expect(headers['x-upwave-signature']).toBe(`sha256=${hmac}`);
  }
});

test('a receiver that fails: a bounded number of tries with one key, a line in the log, and no harm', async () => {
  const world = await worldOf({ size: 4, set: { duration: '500ms' } });
  const broken = await receiver(() => ({ status: 500 }));
  const well = await receiver();
  const worker = await world.startWorker();
  const handle = await world.start(
    planFor(await world.fleet(), {
      notify: [
        { webhook: `${broken.url}/s3cret-path`, on: ['finished'], retries: 1 },
        { webhook: well.url, on: ['finished'] },
      ],
    }),
  );

  const { state } = await handle.result();
  const telling = world.client.workflow.getHandle(notificationId(handle.workflowId, 3));
  await expect(telling.result()).rejects.toMatchObject({
    cause: { message: `receiver 1: ${broken.url} answered 500` },
  });

  expect(state).toBe('finished');
  expect(broken.received).toHaveLength(2);
  expect(new Set(keysOf(broken)).size).toBe(1);
  expect(eventsAt(well)).toEqual(['finished']);
  expect(keysOf(well)[0]).not.toBe(keysOf(broken)[0]);
  // The SDK keeps log lines for a moment, to sort them.
  const logged = await until('it is logged', () =>
    Promise.resolve(worker.lines.find((line) => line.includes('was not delivered'))),
  );
  expect(logged).toContain(`${broken.url} answered 500`);
  expect(worker.lines.join('\n')).not.toContain('s3cret-path');
});

test('a receiver that hangs holds nothing up, and hears of the end after it', async () => {
  let letGo = () => {};
  const isHanging = new Promise<void>((resolve) => (letGo = resolve));
  const slow = await receiver(async () => {
    await isHanging;
    return {};
  });
  const world = await worldOf({ size: 4, set: { duration: '500ms' } });
  await world.startWorker();
  const handle = await world.start(
    planFor(await world.fleet(), { notify: [{ webhook: slow.url, timeout: '1m' }] }),
  );

  const { state } = await handle.result();

  expect(state).toBe('finished');
  const telling = world.client.workflow.getHandle(notificationId(handle.workflowId, 3));
  expect((await telling.describe()).status.name).toBe('RUNNING');
  letGo();
  await telling.result();
  expect(inOrder(slow).map(({ event }) => event)).toEqual(['started', 'waveDone', 'finished']);
});

test('a worker that stops in the middle of a try: another one tells it, with the same key', async () => {
  let letGo = () => {};
  const isHanging = new Promise<void>((resolve) => (letGo = resolve));
  const slow = await receiver(async (_request, nth) => {
    if (nth === 1) await isHanging;
    return {};
  });
  const world = await worldOf({ size: 4, set: { duration: '500ms' } });
  const worker = await world.startWorker();
  const handle = await world.start(
    planFor(await world.fleet(), {
      notify: [{ webhook: slow.url, on: ['started'], timeout: '2s' }],
    }),
  );
  await until('it is being told', () => Promise.resolve(slow.received.length === 1));

  await worker.kill();
  await world.startWorker();
  await handle.result();
  await until('it is told again', () => Promise.resolve(slow.received.length === 2));
  letGo();

  expect(eventsAt(slow)).toEqual(['started', 'started']);
  expect(new Set(keysOf(slow)).size).toBe(1);
});

test('a plan that cannot be frozen: told, although the rollout fails', async () => {
  const world = await worldOf({ size: 4 });
  const slack = await receiver();
  await world.startWorker();
  const [row] = await world.fleet();
  if (!row) throw new Error('an empty fleet');
  const handle = await world.start(
    planFor([row], {
      targets: [{ upgrade: 'cache', discover: { name: 'nobody' } }],
      upgrades: { cache: { family: 'dcs-instance', engineMinorVersion: 'latest' } },
      notify: [{ webhook: slack.url, on: ['notFrozen', 'finished'] }],
    }),
  );

  await expect(handle.result()).rejects.toThrow();
  await until('it is told', () => Promise.resolve(slack.received.length > 0));

  expect(toldTo(slack)).toMatchObject([
    {
      event: 'notFrozen',
      state: null,
      words: expect.stringContaining('nothing was submitted') as string,
      counts: { total: 0 },
    },
  ]);
});

test('a rollout that continues as new tells each thing once', async () => {
  const server = await startDevServer({
    program: await testTemporalProgram(),
    ui: false,
    dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': 20 },
  });
  opened.add(server);
  const world = await worldOf({ size: 4, address: server.address, set: { duration: '500ms' } });
  const slack = await receiver();
  await world.startWorker();
  const waves = ['a', 'b', 'c', 'd'].map((name) => ({ name, take: 1 }));
  const handle = await world.start(
    planFor(await world.fleet(), { waves, notify: [{ webhook: slack.url }] }),
  );

  const first = await handle.describe();
  await handle.result();
  await until('the end is told', () => Promise.resolve(eventsAt(slack).includes('finished')));

  const { runId } = await world.client.workflow.getHandle(handle.workflowId).describe();
  expect(runId).not.toBe(first.runId);
  expect(inOrder(slack).map(({ number, event, wave }) => [number, event, wave])).toEqual([
    [1, 'started', null],
    [2, 'waveDone', 'a'],
    [3, 'waveDone', 'b'],
    [4, 'waveDone', 'c'],
    [5, 'waveDone', 'd'],
    [6, 'finished', null],
  ]);
});
