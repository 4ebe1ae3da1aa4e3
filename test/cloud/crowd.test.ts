import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { clockMs } from '../../cloud/snapshots';
import type { FamilyName, Inspection, Ticket, UpgradeRequest } from '../../rollout/upgrade';
import type { Cloud } from './cloud';
import { requestFor, startCloud, ticketOf } from './cloud';

/** Many targets of one family at the same instant, on the emulator; its journal counts the calls. */

const CROWD = 20;
const HEX = () => randomUUID().replaceAll('-', '');
const OLD = {
  'taurusdb-proxy': '2.24.03.000',
  'taurusdb-instance': '2.0.48.231200',
  'gaussdb-hotfix': '3.208.0.5',
  'dcs-instance': '5.0.14.1',
} as const;

let cloud: Cloud;
afterEach(() => cloud?.close());

function idOf(family: FamilyName): string {
  switch (family) {
    case 'taurusdb-proxy':
    case 'taurusdb-instance':
      return `${HEX()}in07`;
    case 'gaussdb-hotfix':
      return `${HEX()}in14`;
    case 'dcs-instance':
      return randomUUID();
  }
}

/** A cloud with a crowd of the family's targets, and the requests for them. */
async function crowdOf(name: FamilyName, set: readonly string[] = []) {
  const more = Array.from({ length: CROWD }, () => ({
    family: name,
    instanceId: idOf(name),
    ...(name === 'taurusdb-proxy' ? { proxyId: `${HEX()}po01` } : {}),
    version: OLD[name],
  }));
  cloud = await startCloud({ more, set: ['jobVisibleAfter=0s', ...set] });
  const requests = more.map((row): UpgradeRequest => {
    const request = requestFor(name, { instanceId: row.instanceId });
    return { ...request, target: { ...request.target, proxyId: row.proxyId ?? null } };
  });
  const family = cloud.families[name];
  const inspectAll = (freshSinceMs = clockMs()) =>
    Promise.all(requests.map((request) => family.inspect(request, { freshSinceMs })));
  return { family, requests, inspectAll };
}

type Crowd = Awaited<ReturnType<typeof crowdOf>>;

async function submitAll({ family, requests }: Crowd, seen: readonly Inspection[]) {
  const tickets: Ticket[] = [];
  for (const [i, request] of requests.entries()) {
    const { version, newestVersion } = seen[i] ?? { version: '', newestVersion: null };
    // What a crowd of hot patches has in common is not all that one of them is offered.
    const { upgrade } = request;
    const asked = upgrade.family === 'gaussdb-hotfix' ? upgrade.targetVersions.join(',') : '';
    const basis = { versionNow: version, wanted: newestVersion ?? asked };
    tickets.push(ticketOf(await family.submit(request, basis)));
  }
  return tickets;
}

/** How often each path was asked since a line of the journal, ids left out. */
async function callsSince(line: number): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const { path } of (await cloud.journal()).slice(line)) {
    if (path === null) continue;
    const kind = path
      .split('/')
      .filter((part) => !/[0-9a-f]{12}/.test(part))
      .join('/');
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

const lines = async () => (await cloud.journal()).length;

test.each([
  {
    name: 'taurusdb-proxy',
    inspected: {
      '/v3/instances/proxies': CROWD,
      '/v3/instances/proxy/taurusproxy/proxy-version': CROWD,
    },
    followed: { '/v3/immediate-jobs': 1 },
    verified: {
      '/v3/instances/proxies': CROWD,
      '/v3/instances/proxy/taurusproxy/proxy-version': CROWD,
    },
  },
  {
    name: 'taurusdb-instance',
    inspected: { '/v3/instances': 1, '/v3/instances/database-version': CROWD },
    followed: { '/v3/immediate-jobs': 1 },
    verified: { '/v3/instances': 1 },
  },
  {
    name: 'gaussdb-hotfix',
    inspected: {
      '/v3.3/instances': 1,
      '/v3/instances/schedule-tasks': 1,
      '/v3.1/instances/db-upgrade/candidate-versions': 1,
    },
    followed: { '/v3/instances/schedule-tasks': 1 },
    verified: { '/v3.3/instances': 1 },
  },
  {
    name: 'dcs-instance',
    inspected: { '/v2/instances': 1, '/v2/instances/version': CROWD },
    followed: { '/v2/tasks': 1 },
    verified: { '/v2/instances': 1, '/v2/instances/version': CROWD },
  },
] as const)('$name: what a crowd costs', async ({ name, inspected, followed, verified }) => {
  const crowd = await crowdOf(name, ['duration=1s']);
  const { family, requests } = crowd;
  let line = await lines();
  const seen = await crowd.inspectAll();
  expect(await callsSince(line)).toEqual(inspected);
  expect(new Set(seen.map(({ state, version }) => `${state} ${version}`))).toEqual(
    new Set([`ready ${OLD[name]}`]),
  );

  const tickets = await submitAll(crowd, seen);
  const followAll = () =>
    Promise.all(tickets.map((ticket, i) => family.follow(requests[i] as UpgradeRequest, ticket)));
  line = await lines();
  await followAll();
  expect(await callsSince(line)).toEqual(followed);

  // A hot patch begins at a whole second.
  await sleep(2_500);
  expect(new Set((await followAll()).map(({ state }) => state))).toEqual(new Set(['succeeded']));
  line = await lines();
  const freshSinceMs = clockMs();
  const after = await Promise.all(
    requests.map((request, i) =>
      family.inspect(request, { freshSinceMs, wanted: tickets[i]?.wanted ?? '' }),
    ),
  );
  expect(await callsSince(line)).toEqual(verified);
  expect(after.map(({ state, version }) => `${state} ${version}`)).toEqual(
    tickets.map(({ wanted }) =>
      name === 'gaussdb-hotfix' ? `ready ${OLD[name]},${wanted}` : `ready ${wanted}`,
    ),
  );
});

test.each(['taurusdb-instance', 'gaussdb-hotfix', 'dcs-instance'] as const)(
  '%s: a read that began before an instant is no answer to who asks since then',
  async (name) => {
    const crowd = await crowdOf(name, ['duration=30s', 'dcsBusyStatus=RESTARTING']);
    const seen = await crowd.inspectAll();
    const beganMs = clockMs();
    await submitAll({ ...crowd, requests: crowd.requests.slice(0, 1) }, seen);

    const [first] = await crowd.inspectAll(clockMs());
    const line = await lines();
    const [shared] = await crowd.inspectAll(beganMs);

    // Long before the two seconds are over: only the instant says that the first look is too old.
    expect(first?.state).toBe('upgrading');
    expect(shared?.state).toBe('upgrading');
    const lists = ['/v3/instances', '/v3.3/instances', '/v2/instances'];
    expect(Object.keys(await callsSince(line)).filter((path) => lists.includes(path))).toEqual([]);
  },
);

test('a version that is not there yet: what is offered is read as well', async () => {
  const { family, requests } = await crowdOf('taurusdb-instance');
  const [request] = requests;

  const seen = await family.inspect(request as UpgradeRequest, { wanted: '2.0.99.999999' });

  expect(seen).toMatchObject({ version: OLD['taurusdb-instance'], upgradable: true });
});

test('a list that the key may not read: each is read alone', async () => {
  const { inspectAll } = await crowdOf('dcs-instance');
  await cloud.fault('read', '403', 1);

  const seen = await inspectAll();

  expect(new Set(seen.map(({ state }) => state))).toEqual(new Set(['ready']));
});

test('429 on a list: all who wait for it hear of it, and nobody asks again meanwhile', async () => {
  const { inspectAll, requests, family } = await crowdOf('gaussdb-hotfix', ['retryAfter=20']);
  await inspectAll();
  await cloud.fault('read', '429', 1);
  const line = await lines();

  const all = await Promise.allSettled(
    requests.map((request) => family.inspect(request, { freshSinceMs: clockMs() })),
  );

  expect(new Set(all.map(({ status }) => status))).toEqual(new Set(['rejected']));
  const after = (await cloud.journal()).slice(line);
  const refusedAt = after.findIndex(({ status }) => status === 429);
  expect(refusedAt).toBeGreaterThanOrEqual(0);
  // What was under way together with the refused one: three signed calls go at a time.
  expect(after.length - 1 - refusedAt).toBeLessThanOrEqual(2);
});
