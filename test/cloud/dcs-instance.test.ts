import { versionsOf } from '../../cloud/dcs-instance-reads';
import type { CacheUpgrade } from '../../rollout/upgrade';
import type { Cloud } from './cloud';
import {
  basisOf,
  followToEnd,
  requestFor,
  startCloud,
  submitAfterLook,
  ticketOf,
  UPGRADES,
} from './cloud';

const NAME = 'dcs-instance';
const request = requestFor(NAME);
const WITH_PROXY = { proxyVersion: '5.0.12.1', latestProxyVersion: '5.0.14.1' };
let cloud: Cloud;

afterEach(() => cloud?.close());

async function start(...args: Parameters<typeof startCloud>) {
  cloud = await startCloud(...args);
  return cloud.families[NAME];
}

function asking(engineMinorVersion: string | null, proxyMinorVersion: string | null) {
  const upgrade: Partial<CacheUpgrade> = { engineMinorVersion, proxyMinorVersion };
  return requestFor(NAME, { upgrade });
}

test.each([
  ['latest', null, { engine_minor_version: 'latest' }, '5.0.14.1', '5.0.16.3'],
  [null, 'latest', { proxy_minor_version: 'latest' }, '5.0.12.1', '5.0.14.1'],
  [
    '5.0.16.3',
    'latest',
    { engine_minor_version: '5.0.16.3', proxy_minor_version: 'latest' },
    '5.0.14.1/5.0.12.1',
    '5.0.16.3/5.0.14.1',
  ],
] as const)(
  'engine %s, proxy %s: only what is named is sent and compared',
  async (engine, proxy, body, before, after) => {
    const family = await start({ targets: { [NAME]: WITH_PROXY } });
    const asked = asking(engine, proxy);

    const seen = await family.inspect(asked);
    const ticket = ticketOf(await submitAfterLook(family, asked));
    await followToEnd(family, asked, ticket);

    expect(seen).toMatchObject({ version: before, newestVersion: after, upgradable: true });
    const sent = (await cloud.journal()).filter(({ method }) => method === 'POST');
    expect(sent.map((line) => line.body)).toEqual([body]);
    expect(await family.inspect(asked)).toMatchObject({ version: after, upgradable: false });
  },
);

test('a component that the instance does not have has an empty version', () => {
  const answer = {
    engine_minor_version: '5.0.14.1',
    latest_engine_minor_version: '5.0.16.3',
    engine_minor_version_upgradable: true,
    proxy_minor_version: '',
    latest_proxy_minor_version: null,
  };

  const versions = versionsOf(UPGRADES[NAME], answer);
  const both = versionsOf({ ...UPGRADES[NAME], proxyMinorVersion: 'latest' }, answer);

  expect(versions).toEqual({ version: '5.0.14.1', newestVersion: '5.0.16.3', upgradable: true });
  expect(both).toEqual({ version: '5.0.14.1/', newestVersion: null, upgradable: true });
});

test('progress has percent and remaining time', async () => {
  const family = await start({ set: ['duration=10s'] });
  const ticket = ticketOf(await submitAfterLook(family, request));
  await new Promise((resolve) => setTimeout(resolve, 1200));

  const progress = await family.follow(request, ticket);

  expect(progress).toMatchObject({
    state: 'running',
    status: expect.stringMatching(/^EXECUTING/) as string,
  });
  if (progress.state !== 'running') return;
  expect(progress.percent).toBeGreaterThanOrEqual(10);
  expect(progress.remainingMs).toBeGreaterThan(5000);
  expect(progress.remainingMs).toBeLessThanOrEqual(9000);
});

test.each([
  ['the instance names its task', ['dcsServiceUpgradeFlag=true']],
  ['only its status tells', ['dcsServiceUpgradeFlag=false', 'dcsBusyStatus=UPGRADING']],
  ['only a field of no page tells', ['dcsServiceUpgradeFlag=false', 'dcsTaskField=UPGRADING']],
])('an upgrade of somebody else, %s: found and followed', async (_name, set) => {
  const family = await start({ set });
  const theirs = ticketOf(await submitAfterLook(family, request));

  const seen = await family.inspect(request);

  expect(seen).toMatchObject({
    state: 'upgrading',
    ticket: { id: theirs.id, wanted: '5.0.16.3', versionBefore: null },
  });
  if (seen.ticket === null) throw new Error('no ticket');
  expect((await followToEnd(family, request, seen.ticket)).end).toEqual({ state: 'succeeded' });
});

test('an upgrade of somebody else that fails is seen to fail', async () => {
  const family = await start();
  await cloud.fault('job', 'fail');
  await submitAfterLook(family, request);
  const { ticket } = await family.inspect(request);
  if (ticket === null) throw new Error('no ticket');

  expect((await followToEnd(family, request, ticket)).end).toMatchObject({ state: 'failed' });
});

test('a lost answer is found although nothing on the instance shows the upgrade', async () => {
  const family = await start({ set: ['dcsServiceUpgradeFlag=false'] });
  const basis = await basisOf(family, request);
  await cloud.fault('submit', 'lostAfter');
  const since = new Date().toISOString();
  await family.submit(request, basis);

  const lost = { id: null, wanted: basis.wanted, since, versionBefore: basis.versionNow };
  const found = await family.reconcile(request, lost);

  expect(found).toEqual({
    state: 'adopted',
    ticket: { ...lost, id: expect.any(String) as string },
  });
});

test('a task of a documented other operation is not taken for ours', async () => {
  const family = await start({ set: ['dcsServiceUpgradeFlag=false', 'dcsTaskName=AddReplica'] });
  const basis = await basisOf(family, request);
  const since = new Date().toISOString();
  await family.submit(request, basis);

  const lost = { id: null, wanted: basis.wanted, since, versionBefore: basis.versionNow };
  const found = await family.reconcile(request, lost);

  expect(found).toMatchObject({ state: 'absent' });
});

test('a task count as text is no matter', async () => {
  const family = await start({ set: ['dcsTaskCount=string'] });

  const ticket = ticketOf(await submitAfterLook(family, request));

  expect((await followToEnd(family, request, ticket)).end).toEqual({ state: 'succeeded' });
});

test.each([
  ['RESTARTING', 'busy', 'DCS.4111', 'busy'],
  ['EXTENDING', 'busy', 'DCS.4113', 'busy'],
  ['RESTORING', 'busy', 'DCS.4097', 'busy'],
  ['FLUSHING', 'busy', 'DCS.4026', 'busy'],
  ['CREATING', 'busy', 'DCS.4118', 'busy'],
  ['FROZEN', 'bad', 'DCS.4120', 'busy'],
  ['ERROR', 'bad', 'DCS.4049', 'busy'],
] as const)('status %s is %s, and a submit is refused by %s', async (status, state, code, kind) => {
  const family = await start({ targets: { [NAME]: { status } } });

  expect(await family.inspect(request)).toMatchObject({ state, status });
  expect(await submitAfterLook(family, request)).toMatchObject({ state: 'rejected', kind, code });
  expect(cloud.warnings).toEqual([]);
});

test('a status word of no page is busy, and said', async () => {
  const family = await start({ targets: { [NAME]: { status: 'MEDITATING' } } });

  expect(await family.inspect(request)).toMatchObject({ state: 'busy' });
  expect(cloud.warnings).toMatchObject([{ data: { word: 'MEDITATING' } }]);
});

test('a target equal to the current version is refused as being there', async () => {
  const family = await start({ targets: { [NAME]: { version: '5.0.16.3' } } });

  expect(await submitAfterLook(family, request)).toMatchObject({
    state: 'rejected',
    kind: 'alreadyThere',
    code: 'DCS.4053',
  });
});
