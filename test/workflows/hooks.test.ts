import { attemptId } from '../../rollout/ids';
import type { Received, Reply } from '../cloud/server';
import { startService, type MadeUpService } from '../cloud/server';
import { violations } from '../support/judge';
import { openedByEach } from '../support/opened';
import { planFor } from '../support/plans';
import { endsOf, targetsOf, until } from '../support/rollouts';
import type { FleetRow, World } from '../support/world';

const opened = openedByEach();
const { worldOf } = opened;

/** A load balancer that obeys, or not. */
async function balancer(
  reply: (
    path: string,
    request: Received,
    nth: number,
  ) => Reply | null | Promise<Reply | null> = () => ({}),
): Promise<MadeUpService & { readonly paths: () => string[] }> {
  const service = await startService((request, nth) => reply(request.path, request, nth));
  opened.add({ stop: () => service.close() });
  return { ...service, paths: () => service.received.map(({ path }) => path) };
}

interface Told {
  readonly event: string;
  readonly target: { readonly instanceId: string };
  readonly attemptId: string;
  readonly wanted: string;
  readonly outcome: { readonly result: string; readonly reason: string } | null;
}

const toldTo = (service: MadeUpService) => service.received.map(({ body }) => body as Told);
const keysOf = (service: MadeUpService) =>
  service.received.map(({ headers }) => String(headers['idempotency-key']));

const drained = (url: string, more: object = {}) => ({
  before: [
    { webhook: `${url}/drain`, undo: `${url}/undrain`, timeout: '2s', retries: 1, ...more },
    { webhook: `${url}/silence`, undo: `${url}/unsilence`, timeout: '2s', retries: 0 },
  ],
  after: [{ webhook: `${url}/done`, timeout: '2s', retries: 0 }],
});

async function first(world: World, family: string): Promise<FleetRow> {
  const row = (await world.fleet()).find((one) => one.family === family);
  if (!row) throw new Error(`no ${family} in the fleet`);
  return row;
}

async function submits(world: World): Promise<number> {
  const journal = await world.journal();
  return journal.filter(({ method, path }) => method === 'POST' && !path?.includes('auth')).length;
}

/** An attempt whose first hook is being called, and not answered until it is let go. */
async function hangingInHook() {
  let letGo = () => {};
  const isHanging = new Promise<void>((resolve) => (letGo = resolve));
  const service = await balancer(async (_path, _request, nth) => {
    if (nth === 1) await isHanging;
    return {};
  });
  const world = await worldOf({ size: 4, set: { duration: '500ms' } });
  await world.startWorker();
  const row = await first(world, 'dcs-instance');
  const hooks = drained(service.url, { timeout: '60s' });
  const handle = await world.start(planFor([row], { hooks }));
  await until('the first hook is called', () => Promise.resolve(service.received.length === 1));
  const attempt = world.client.workflow.getHandle(attemptId(world.access, row));
  return { world, service, handle, attempt, letGo };
}

test('before and after: in order around the submit, signed, once per attempt', async () => {
  const world = await worldOf({ size: 4, set: { duration: '500ms' } });
  const submitsAt: number[] = [];
  const service = await balancer(async () => {
    submitsAt.push(await submits(world));
    return {};
  });
  await world.startWorker({
    UPWAVE_SECRET_WEBHOOK_SIGNING: 'a-signing-key',
    UPWAVE_SECRET_LB: service.url,
  });
  const row = await first(world, 'dcs-instance');
  const handle = await world.start(planFor([row], { hooks: drained('${secret:LB}') }));

  await handle.result();

  expect(await endsOf(world, handle)).toEqual(['succeeded/upgraded']);
  expect(service.paths()).toEqual(['/drain', '/silence', '/done']);
  expect(submitsAt).toEqual([0, 0, 1]);
  const told = toldTo(service);
  expect(told.map(({ event, outcome }) => [event, outcome])).toEqual([
    ['before', null],
    ['before', null],
    ['after', { result: 'succeeded', reason: 'upgraded' }],
  ]);
  expect(told[0]).toMatchObject({
    rolloutId: handle.workflowId,
    wave: 'all',
    target: { family: row.family, instanceId: row.instanceId, proxyId: null },
    wanted: row.latest,
  });
  const run = told[0]?.attemptId;
  expect(keysOf(service)).toEqual(['before-0', 'before-1', 'after-0'].map((k) => `${run}-${k}`));
  expect(service.received[0]?.headers['x-upwave-signature']).toMatch(/^sha256=[0-9a-f]{64}$/);
  const attempt = (await targetsOf(world, handle))[0]?.attempts[0];
  expect(attempt?.compensation).toBeNull();
  expect(attempt?.hooks?.map(({ event, nth, problem }) => [event, nth, problem])).toEqual([
    ['before', 1, null],
    ['before', 2, null],
    ['after', 1, null],
  ]);
});

test('nothing to do: no hook is called', async () => {
  const service = await balancer();
  const world = await worldOf({ size: 4, set: { duration: '500ms' } });
  await world.startWorker();
  const rows = await world.fleet();
  await (await world.start(planFor(rows))).result();

  const handle = await world.start(planFor(rows, { hooks: drained(service.url) }));
  await handle.result();

  expect(await endsOf(world, handle)).toEqual(Array(4).fill('upToDate/alreadyThere'));
  expect(service.received).toEqual([]);
});

test('the second before hook fails: nothing is submitted, both are undone, the last first', async () => {
  const service = await balancer((path) => ({ status: path === '/silence' ? 500 : 200 }));
  const world = await worldOf({ size: 4, set: { duration: '500ms' } });
  await world.startWorker();
  const row = await first(world, 'taurusdb-instance');
  const handle = await world.start(planFor([row], { hooks: drained(service.url) }));

  await handle.result();

  expect(await endsOf(world, handle)).toEqual(['rejected/hookFailed']);
  expect(service.paths()).toEqual(['/drain', '/silence', '/unsilence', '/undrain']);
  expect(await submits(world)).toBe(0);
  const [target] = await targetsOf(world, handle);
  expect(target?.end?.reasonText).toBe(
    `before hook 2 failed: ${service.url} answered 500; nothing was submitted`,
  );
  expect(
    target?.attempts[0]?.hooks?.map(({ event, nth, problem }) => [event, nth, problem]),
  ).toEqual([
    ['before', 1, null],
    ['before', 2, `before hook 2 failed: ${service.url} answered 500`],
    ['undo', 2, null],
    ['undo', 1, null],
  ]);
  expect(target?.attempts).toMatchObject([
    { submittedAt: null, compensation: { words: '2 hooks undone', complete: true } },
  ]);
  expect(toldTo(service).at(-1)?.outcome).toEqual({ result: 'rejected', reason: 'hookFailed' });
});

test('a REJECT: undone, and the retry has hooks of its own', async () => {
  const service = await balancer();
  const world = await worldOf({ size: 4, set: { duration: '500ms' } });
  await world.startWorker();
  const row = await first(world, 'taurusdb-proxy');
  const target = row.proxyId ?? '';
  await world.setFaults({ list: [{ target, on: 'submit', fault: 'reject', times: 1 }] });
  const handle = await world.start(planFor([row], { hooks: drained(service.url) }));

  await handle.result();

  expect(await endsOf(world, handle)).toEqual(['succeeded/upgraded']);
  expect(service.paths()).toEqual([
    ...['/drain', '/silence', '/unsilence', '/undrain'],
    ...['/drain', '/silence', '/done'],
  ]);
  expect(new Set(toldTo(service).map((each) => each.attemptId)).size).toBe(2);
  expect(new Set(keysOf(service)).size).toBe(7);
});

test('a hook that fails once is called again with the same key', async () => {
  const service = await balancer((_path, _request, nth) => ({ status: nth === 1 ? 503 : 200 }));
  const world = await worldOf({ size: 4, set: { duration: '500ms' } });
  await world.startWorker();
  const row = await first(world, 'dcs-instance');
  const handle = await world.start(planFor([row], { hooks: drained(service.url) }));

  await handle.result();

  expect(await endsOf(world, handle)).toEqual(['succeeded/upgraded']);
  expect(service.paths()).toEqual(['/drain', '/drain', '/silence', '/done']);
  expect(keysOf(service)[0]).toBe(keysOf(service)[1]);
});

test('an after hook fails: the upgrade succeeded, and the record says what was not done', async () => {
  const service = await balancer((path) => ({ status: path === '/done' ? 404 : 200 }));
  const world = await worldOf({ size: 4, set: { duration: '500ms' } });
  await world.startWorker();
  const row = await first(world, 'dcs-instance');
  const handle = await world.start(planFor([row], { hooks: drained(service.url) }));

  await handle.result();

  expect(await endsOf(world, handle)).toEqual(['succeeded/upgraded']);
  expect(service.paths()).toEqual(['/drain', '/silence', '/done']);
  expect((await targetsOf(world, handle))[0]?.attempts[0]?.compensation).toEqual({
    words: `the upgrade is done, but after hook 1 failed: ${service.url} answered 404`,
    complete: false,
  });
});

test('a failed upgrade whose undo fails as well: the others are undone, and words say which not', async () => {
  const service = await balancer((path) => ({ status: path === '/unsilence' ? 500 : 200 }));
  const world = await worldOf({ size: 4, set: { duration: '500ms' } });
  await world.startWorker();
  const row = await first(world, 'dcs-instance');
  const list = [{ target: row.instanceId, on: 'job', fault: 'fail', times: 1 }];
  await world.setFaults({ list });
  const recovery = { failed: { retries: 0 } };
  const handle = await world.start(planFor([row], { hooks: drained(service.url), recovery }));

  await handle.result();

  expect(await endsOf(world, handle)).toEqual(['failed/jobFailed']);
  expect(service.paths()).toEqual([
    ...['/drain', '/silence'],
    ...Array<string>(8).fill('/unsilence'),
    '/undrain',
  ]);
  expect((await targetsOf(world, handle))[0]?.attempts[0]?.compensation).toEqual({
    words: `1 hook undone; NOT undone: undo of before hook 2 failed: ${service.url} answered 500`,
    complete: false,
  });
}, 120_000);

test('paused while a before hook is called: held back, undone, and hooks again after resume', async () => {
  const { world, service, handle, attempt, letGo } = await hangingInHook();

  await handle.executeUpdate('pause', { args: [{ by: 'ada', reason: 'lunch' }] });
  await until('the attempt was told', async () => {
    const { events } = await attempt.fetchHistory();
    return events?.some((each) => each.workflowExecutionSignaledEventAttributes);
  });
  letGo();
  await until('it is undone', () => Promise.resolve(service.paths().includes('/undrain')));
  await handle.executeUpdate('resume', { args: [{ by: 'ada', reason: null }] });
  await handle.result();

  expect(await endsOf(world, handle)).toEqual(['succeeded/upgraded']);
  // The second hook of the held attempt was not called any more.
  expect(service.paths()).toEqual(['/drain', '/undrain', '/drain', '/silence', '/done']);
  const [target] = await targetsOf(world, handle);
  expect(target?.attempts.map(({ reason }) => reason)).toEqual(['heldBack', 'upgraded']);
});

test('unknown: undone all the same, and the receiver is told', async () => {
  const service = await balancer();
  const world = await worldOf({ size: 4, set: { duration: '500ms' } });
  await world.startWorker();
  const row = await first(world, 'dcs-instance');
  await world.setFaults({
    list: [{ target: row.instanceId, on: 'job', fault: 'stuck', times: 1 }],
  });
  const upgrade = { family: row.family, engineMinorVersion: 'latest', followFor: '3s' };
  const [name = ''] = Object.keys(planFor([row]).upgrades);
  const changes = { hooks: drained(service.url), upgrades: { [name]: upgrade } };
  const handle = await world.start(planFor([row], changes));

  await handle.result();

  expect(await endsOf(world, handle)).toEqual(['unknown/stillRunning']);
  expect(service.paths()).toEqual(['/drain', '/silence', '/unsilence', '/undrain']);
  expect(toldTo(service).at(-1)?.outcome).toEqual({ result: 'unknown', reason: 'stillRunning' });
});

test('cancelled in Temporal during a before hook: nothing is submitted, undone', async () => {
  const { world, service, handle, attempt, letGo } = await hangingInHook();

  await attempt.cancel();
  await until('it knows', async () => {
    const { events } = await attempt.fetchHistory();
    return events?.some((each) => each.workflowExecutionCancelRequestedEventAttributes);
  });
  letGo();
  await handle.result();

  expect(service.paths().slice(0, 2)).toEqual(['/drain', '/undrain']);
  const [target] = await targetsOf(world, handle);
  expect(target?.attempts[0]).toMatchObject({
    ...{ result: 'notSubmitted', reason: 'heldBack', submittedAt: null },
    compensation: { words: '1 hook undone', complete: true },
  });
});

test('the worker is killed in a before hook: called again with the same key, one upgrade', async () => {
  const world = await worldOf({ size: 4, set: { duration: '500ms' } });
  const service = await balancer((_path, _request, nth) =>
    nth === 1 ? new Promise(() => undefined) : {},
  );
  const worker = await world.startWorker();
  const row = await first(world, 'dcs-instance');
  const handle = await world.start(planFor([row], { hooks: drained(service.url) }));
  await until('the first hook is called', () => Promise.resolve(service.received.length === 1));

  await worker.kill();
  await world.startWorker();
  await handle.result();

  expect(await endsOf(world, handle)).toEqual(['succeeded/upgraded']);
  expect(service.paths()).toEqual(['/drain', '/drain', '/silence', '/done']);
  expect(keysOf(service)[0]).toBe(keysOf(service)[1]);
  expect((await first(world, 'dcs-instance')).upgradesStarted).toBe(1);
  expect(violations(await world.journal())).toEqual([]);
}, 120_000);
