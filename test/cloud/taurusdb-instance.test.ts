import type { Cloud } from './cloud';
import {
  basisOf,
  followToEnd,
  reconcileFor,
  requestFor,
  startCloud,
  submitAfterLook,
  ticketOf,
} from './cloud';

const NAME = 'taurusdb-instance';
const request = requestFor(NAME);
const delayed = requestFor(NAME, { upgrade: { delay: true } });
let cloud: Cloud;

afterEach(() => cloud.close());

async function start(...args: Parameters<typeof startCloud>) {
  cloud = await startCloud(...args);
  return cloud.families[NAME];
}

async function bodySent(): Promise<unknown> {
  return (await cloud.journal()).find(({ method }) => method === 'POST')?.body;
}

test.each([
  ['string', 'false', request],
  ['string', 'true', delayed],
  ['boolean', false, request],
  ['boolean', true, delayed],
] as const)('delay as %s is sent as %j', async (delayFormat, delay, asked) => {
  const family = await start({ set: [`delayFormat=${delayFormat}`], settings: { delayFormat } });

  const submission = await submitAfterLook(family, asked);

  expect(submission).toMatchObject({ state: 'accepted', ticket: { id: null } });
  expect(await bodySent()).toEqual({
    databases_instance_infos: [
      { current_version: '2.0.48.231200', instance_id: request.target.instanceId },
    ],
    delay,
  });
});

test('the wrong form of delay is refused for good', async () => {
  const family = await start({ set: ['delayFormat=boolean'] });

  expect(await submitAfterLook(family, request)).toMatchObject({
    state: 'rejected',
    kind: 'forGood',
  });
});

test('a delayed upgrade waits, counts as upgrading, and is followed to its end', async () => {
  const family = await start();
  const ticket = ticketOf(await submitAfterLook(family, delayed));

  const seen = await family.inspect(delayed);
  const first = await family.follow(delayed, ticket);
  const { end } = await followToEnd(family, delayed, ticket);

  expect(seen).toMatchObject({ state: 'upgrading', ticket: { id: expect.any(String) as string } });
  expect(first).toMatchObject({ state: 'running', status: 'Pending' });
  expect(end).toEqual({ state: 'succeeded' });
});

test('a delayed upgrade whose answer was lost is found in the scheduled jobs', async () => {
  const family = await start({ set: ['maintenanceDelay=1h'] });
  const basis = await basisOf(family, delayed);
  await cloud.fault('submit', 'lostAfter');
  const since = new Date().toISOString();
  const lost = { id: null, wanted: basis.wanted, since, versionBefore: basis.versionNow };

  await family.submit(delayed, basis);
  const found = await family.reconcile(delayed, lost);

  expect(found).toEqual({
    state: 'adopted',
    ticket: { ...lost, id: expect.any(String) as string },
  });
});

describe('the batch call makes no jobs that a list shows', () => {
  test('followed to its end by its version', async () => {
    const family = await start({ set: ['batchJobs=none', 'duration=5s'] });

    const ticket = ticketOf(await submitAfterLook(family, request));
    const { end, seen } = await followToEnd(family, request, ticket);

    expect(seen[0]).toMatchObject({ state: 'running', status: 'not listed yet' });
    expect(seen.at(-2)).toMatchObject({ state: 'running', status: 'MODIFYING' });
    expect(end).toEqual({ state: 'succeeded' });
  });

  test('while it runs a lost answer cannot be told, afterwards the version tells', async () => {
    const family = await start({ set: ['batchJobs=none'] });
    const basis = await basisOf(family, request);
    const since = new Date().toISOString();
    const lost = { id: null, wanted: basis.wanted, since, versionBefore: basis.versionNow };
    await family.submit(request, basis);

    const during = await family.reconcile(request, lost);
    const after = await reconcileFor(family, request, lost, 5000);

    expect(during).toMatchObject({ state: 'unknown' });
    expect(after).toEqual({ state: 'adopted', ticket: lost });
  });
});

test('an older failure of the same instance is not this attempt', async () => {
  const family = await start({ set: ['jobVisibleAfter=0s'] });
  const basis = await basisOf(family, request);
  await cloud.fault('job', 'fail');
  const first = ticketOf(await family.submit(request, basis));
  await followToEnd(family, request, first);
  await new Promise((resolve) => setTimeout(resolve, 2000));

  const ticket = ticketOf(await family.submit(request, basis));
  const { end } = await followToEnd(family, request, ticket);

  expect(end).toEqual({ state: 'succeeded' });
});

test('a failure that had ended before the request is not what became of it', async () => {
  const family = await start({ set: ['jobVisibleAfter=0s'] });
  const basis = await basisOf(family, request);
  await cloud.fault('job', 'fail');
  await followToEnd(family, request, ticketOf(await family.submit(request, basis)));
  await new Promise((resolve) => setTimeout(resolve, 1100));
  await cloud.fault('submit', 'lostBefore');
  const since = new Date().toISOString();
  const lost = { id: null, wanted: basis.wanted, since, versionBefore: basis.versionNow };
  await family.submit(request, basis);

  const found = await family.reconcile(request, lost);

  expect(found).toMatchObject({ state: 'absent' });
});

test('an upgrade of several steps ends well, and more is still offered', async () => {
  const family = await start({ set: ['multiStep=true'] });

  const ticket = ticketOf(await submitAfterLook(family, request));
  const { end } = await followToEnd(family, request, ticket);
  const after = await family.inspect(request);

  expect(end).toEqual({ state: 'succeeded' });
  expect(after).toMatchObject({ version: '2.0.51.240311', upgradable: true });
});

test('a list whose first offset is 1 is read all the same', async () => {
  const family = await start({ set: ['offsetBase=1'] });

  const ticket = ticketOf(await submitAfterLook(family, request));
  const { end } = await followToEnd(family, request, ticket);

  expect(end).toEqual({ state: 'succeeded' });
  const calls = (await cloud.journal()).filter(({ path }) => path?.endsWith('/immediate-jobs'));
  expect(calls.length).toBeGreaterThan(0);
  expect(new Set(calls.map(({ status }) => status))).toEqual(new Set([200]));
});

test('what many follow at once is read once', async () => {
  const family = await start({ set: ['jobVisibleAfter=0s', 'duration=30s'] });
  const ticket = ticketOf(await submitAfterLook(family, request));

  const all = await Promise.all(Array.from({ length: 20 }, () => family.follow(request, ticket)));

  expect(new Set(all.map(({ state }) => state))).toEqual(new Set(['running']));
  const lists = (await cloud.journal()).filter(({ path }) => path?.endsWith('/immediate-jobs'));
  expect(lists).toHaveLength(1);
});

test.each([
  ['BACKING UP', 'busy', 'busy'],
  ['MODIFYING', 'busy', 'busy'],
  ['FROZEN', 'bad', 'forGood'],
  ['STORAGE FULL', 'bad', 'forNow'],
  ['FAILED', 'bad', 'busy'],
] as const)('status %s is %s, and its refusal %s', async (status, state, kind) => {
  const family = await start({ targets: { [NAME]: { status } } });

  expect(await family.inspect(request)).toMatchObject({ state, status });
  expect(await submitAfterLook(family, request)).toMatchObject({ state: 'rejected', kind });
  expect(cloud.warnings).toEqual([]);
});

test('a status word of no page is busy, and said', async () => {
  const family = await start({ targets: { [NAME]: { status: 'MINOR UPGRADING' } } });

  expect(await family.inspect(request)).toMatchObject({ state: 'busy' });
  expect(cloud.warnings).toMatchObject([{ data: { word: 'MINOR UPGRADING' } }]);
});

test('a kernel that is not the one we read is refused for good', async () => {
  const family = await start();

  const submission = await family.submit(request, {
    versionNow: '2.0.1.1',
    wanted: '2.0.60.241200',
  });

  expect(submission).toMatchObject({ state: 'rejected', kind: 'forGood', code: 'DBS.200041' });
});
