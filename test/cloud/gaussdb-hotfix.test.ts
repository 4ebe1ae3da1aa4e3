import { signRequest } from '../../cloud/signing';
import type { Cloud } from './cloud';
import {
  basisOf,
  followToEnd,
  requestFor,
  SCOPE,
  startCloud,
  submitAfterLook,
  ticketOf,
} from './cloud';

const NAME = 'gaussdb-hotfix';
const request = requestFor(NAME);
const later = requestFor(NAME, { upgrade: { startAfterMs: 3_600_000 } });
let cloud: Cloud;

afterEach(() => cloud.close());

async function start(...args: Parameters<typeof startCloud>) {
  cloud = await startCloud(...args);
  return cloud.families[NAME];
}

async function bodySent(): Promise<Record<string, unknown>> {
  const line = (await cloud.journal()).find(({ method }) => method === 'POST');
  return line?.body as Record<string, unknown>;
}

test.each([
  ['offset', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$/],
  ['colon', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/],
  ['utc', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/],
] as const)('the body is as the page says, its start time as %s', async (startTimeFormat, form) => {
  const family = await start({ settings: { startTimeFormat } });
  const before = Date.now();

  await submitAfterLook(family, later);

  const { start_time: startTime, ...rest } = await bodySent();
  expect(rest).toEqual({
    instance_ids: [request.target.instanceId],
    upgrade_type: 'hotfix',
    upgrade_action: 'upgradeAutoCommit',
    target_version: '3.208.0.6,3.208.0.7',
  });
  expect(startTime).toMatch(form);
  const leadMs = Date.parse(String(startTime).replace(/\+0000$/, 'Z')) - before;
  expect(leadMs).toBeGreaterThanOrEqual(3_600_000);
  expect(leadMs).toBeLessThan(3_602_500);
});

test('what is installed is not asked for again', async () => {
  const family = await start({ targets: { [NAME]: { version: '3.208.0.5,3.208.0.6' } } });

  const submission = await submitAfterLook(family, request);

  expect(submission.state).toBe('accepted');
  expect(await bodySent()).toMatchObject({ target_version: '3.208.0.7' });
});

test('installed and offered patches in one ascending list', async () => {
  const latest = '3.208.0.10,3.208.0.9,3.208.0.5';
  const family = await start({ targets: { [NAME]: { latest } } });

  expect(await family.inspect(request)).toMatchObject({
    version: '3.208.0.5',
    newestVersion: '3.208.0.5,3.208.0.9,3.208.0.10',
    upgradable: true,
  });
});

test('no patch installed is the empty version', async () => {
  const family = await start({ targets: { [NAME]: { version: '' } } });

  expect((await family.inspect(request)).version).toBe('');
});

test('a task that waits counts as upgrading, so that no second one is scheduled', async () => {
  const family = await start({ set: ['gaussdbSecondSubmit=accept'] });
  const ticket = ticketOf(await submitAfterLook(family, later));

  const seen = await family.inspect(later);
  const progress = await family.follow(later, ticket);

  expect(seen).toMatchObject({
    state: 'upgrading',
    status: 'ACTIVE',
    ticket: { id: ticket.id, wanted: '3.208.0.6,3.208.0.7', versionBefore: null },
  });
  expect(progress).toMatchObject({ state: 'running', status: 'Pending' });
});

test('a task that was cancelled is failed', async () => {
  const family = await start();
  const ticket = ticketOf(await submitAfterLook(family, later));
  await cancel(ticket.id);

  expect(await family.follow(later, ticket)).toMatchObject({
    state: 'failed',
    words: 'the cloud calls it Canceled and gives no reason',
  });
});

async function cancel(id: string | null): Promise<void> {
  const { credentials, endpoints } = cloud.settings;
  if (credentials.kind !== 'aksk') throw new Error('needs keys');
  const path = `/v3/${SCOPE.projectId}/instances/schedule-task/${id}/cancel`;
  const url = new URL(`${endpoints?.gaussdb}${path}`);
  const request = { method: 'PUT', url, query: {}, headers: {}, body: null };
  const answer = await fetch(url, {
    method: 'PUT',
    headers: signRequest(request, credentials),
  });
  expect(answer.status).toBe(200);
}

test('why a task failed is taken from the list of tasks', async () => {
  const family = await start();
  await cloud.fault('job', 'fail');

  const ticket = ticketOf(await submitAfterLook(family, request));
  const { end } = await followToEnd(family, request, ticket);

  expect(end).toEqual({ state: 'failed', words: 'Upgrade failed: the node did not restart.' });
});

test.each(['409', '400', 'errCode'])('a conflict as %s is busy', async (form) => {
  const family = await start({
    set: [`gaussdbConflict=${form}`],
    targets: { [NAME]: { status: 'BACKING UP' } },
  });

  expect(await submitAfterLook(family, request)).toMatchObject({ state: 'rejected', kind: 'busy' });
});

test.each([
  ['UPGRADE TO BE OBSERVED', 'busy'],
  ['UPGRADING', 'upgrading'],
  ['REPAIRING', 'busy'],
  ['FROZEN', 'bad'],
  ['FAILED', 'bad'],
] as const)('status %s is %s', async (status, state) => {
  const family = await start({ targets: { [NAME]: { status } } });

  expect(await family.inspect(request)).toMatchObject({ state, status, ticket: null });
  expect(cloud.warnings).toEqual([]);
});

test('a status word of no page is busy, and said', async () => {
  const family = await start({ targets: { [NAME]: { status: 'PONDERING' } } });

  expect(await family.inspect(request)).toMatchObject({ state: 'busy' });
  expect(cloud.warnings).toMatchObject([{ data: { word: 'PONDERING' } }]);
});

test('a patch that is not offered is refused for good', async () => {
  const family = await start();
  const { versionNow } = await basisOf(family, request);

  const submission = await family.submit(request, { versionNow, wanted: '9.9.9.9' });

  expect(submission).toMatchObject({ state: 'rejected', kind: 'forGood', code: 'DBS.200041' });
});
