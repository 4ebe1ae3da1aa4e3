import {
  AuthenticationError,
  RequestRefusedError,
  UnexpectedAnswerError,
} from '../../cloud/errors';
import type { Fleet } from '../../cloud/fleet';
import { createFleets } from '../../cloud/fleets';
import type { FleetRow, FleetSearch } from '../../rollout/fleet';
import type { FamilyName } from '../../rollout/upgrade';
import { PROXY_ID, rejection, requestFor, SCOPE, startCloud, type Cloud } from './cloud';

function searchFor(family: FamilyName, change: Partial<FleetSearch> = {}): FleetSearch {
  return {
    ...{ scope: SCOPE, family, name: null, tags: {}, upgradable: false, versions: true },
    components: { engine: true, proxy: true },
    ...change,
  };
}

/** Every page, complete. */
async function all(fleet: Fleet, search: FleetSearch, atMost = 100): Promise<readonly FleetRow[]> {
  const rows: FleetRow[] = [];
  for (let from: number | null = 0; from !== null;) {
    const page: Awaited<ReturnType<Fleet['list']>> = await fleet.list(search, { from, atMost });
    for (const row of page.rows) rows.push(...(await fleet.complete(search, [row])));
    from = page.next;
  }
  return rows;
}

let cloud: Cloud;
afterEach(() => cloud.close());

async function fleetOf(family: FamilyName, options: Parameters<typeof startCloud>[0] = {}) {
  cloud = await startCloud(options);
  return createFleets(cloud.api)[family];
}

/** As this cloud has them, but for the instances that one of its calls answers with. */
function changedFleet(
  doing: string,
  change: (instances: readonly { readonly id: string }[]) => readonly object[],
): Fleet {
  const { api } = cloud;
  return createFleets({
    ...api,
    read: async (call, schema, options) => {
      const answer = await api.read(call, schema, options);
      if (!call.doing.startsWith(doing)) return answer;
      const { instances } = answer as { instances: { id: string }[] };
      return { instances: change(instances) } as typeof answer;
    },
  })['taurusdb-instance'];
}

async function paths(): Promise<readonly string[]> {
  return (await cloud.journal()).flatMap(({ path }) => path ?? []);
}

const at = {
  az: 'cn-north-4b,cn-north-4a',
  tags: { team: 'billing', tier: 'canary' },
  maintenanceWindow: '22:00-02:00',
};

test.each([
  {
    family: 'taurusdb-instance',
    name: 'orders-db',
    expected: { version: '2.0.48.231200', newestVersion: '2.0.60.241200', status: 'ACTIVE' },
  },
  {
    family: 'gaussdb-hotfix',
    name: 'orders-db',
    expected: {
      version: '3.208.0.5',
      newestVersion: '3.208.0.5,3.208.0.6,3.208.0.7',
      status: 'ACTIVE',
    },
  },
  {
    family: 'dcs-instance',
    name: 'orders-cache',
    expected: { version: '5.0.14.1', newestVersion: '5.0.16.3', status: 'RUNNING' },
  },
] as const)(
  '$family: all that the cloud says of an instance',
  async ({ family, name, expected }) => {
    const given = { name, ...at, proxyVersion: null };
    const fleet = await fleetOf(family, { targets: { [family]: given } });

    const rows = await all(fleet, searchFor(family, { name }));

    expect(rows).toEqual([
      {
        instanceId: requestFor(family).target.instanceId,
        proxyId: null,
        name,
        ...expected,
        upgradable: true,
        az: 'cn-north-4a+cn-north-4b',
        maintenanceWindow: '22:00-02:00',
        tags: at.tags,
        problem: null,
      },
    ]);
  },
);

test('taurusdb-proxy: the proxy is described, the tags and the window are those of its instance', async () => {
  const instance = { ...at, name: 'orders-db' };
  const more = [
    { ...instance, family: 'taurusdb-instance', instanceId: `${'a'.repeat(32)}in07` },
  ] as const;
  const proxy = { name: 'orders-proxy', az: 'cn-north-4c', status: 'CHANGING WEIGHTS' };
  const fleet = await fleetOf('taurusdb-proxy', { targets: { 'taurusdb-proxy': proxy }, more });

  const rows = await all(fleet, searchFor('taurusdb-proxy'));

  expect(rows).toEqual([
    {
      instanceId: `${'a'.repeat(32)}in07`,
      proxyId: PROXY_ID,
      name: 'orders-proxy',
      version: '2.24.03.000',
      newestVersion: '2.26.03.000',
      upgradable: true,
      status: 'CHANGING WEIGHTS',
      az: 'cn-north-4c',
      maintenanceWindow: '22:00-02:00',
      tags: at.tags,
      problem: null,
    },
  ]);
});

test.each([
  { name: "the instance's name", given: { name: 'orders-db' }, found: 1 },
  { name: 'a part of the proxy name', given: { name: '*proxy' }, found: 1 },
  { name: 'a part of the name without *', given: { name: 'proxy' }, found: 0 },
  { name: "the instance's tag", given: { tags: { team: 'billing' } }, found: 1 },
  { name: 'another tag', given: { tags: { team: 'orders' } }, found: 0 },
])('taurusdb-proxy, looked for by $name -> $found', async ({ given, found }) => {
  const instanceId = `${'a'.repeat(32)}in07`;
  const more = [{ family: 'taurusdb-instance', instanceId, ...at, name: 'orders-db' }];
  const targets = { 'taurusdb-proxy': { name: 'orders-proxy', tags: { team: 'orders' } } };
  const fleet = await fleetOf('taurusdb-proxy', { targets, more });

  expect(await all(fleet, searchFor('taurusdb-proxy', given))).toHaveLength(found);
});

test.each([
  { family: 'taurusdb-instance', versions: '2.0.48.231200', calls: 2 },
  { family: 'gaussdb-hotfix', versions: '3.208.0.5', calls: 1 },
  { family: 'dcs-instance', versions: null, calls: 1 },
  { family: 'taurusdb-proxy', versions: null, calls: 3 },
] as const)('$family without versions -> $calls calls', async ({ family, versions, calls }) => {
  const fleet = await fleetOf(family);

  const rows = await all(fleet, searchFor(family, { versions: false }));

  const [row] = rows.filter(
    ({ instanceId }) => instanceId === requestFor(family).target.instanceId,
  );
  expect(row).toMatchObject({ version: versions, newestVersion: null, upgradable: null });
  expect(await paths()).toHaveLength(calls);
});

test('pages: no larger than the service allows, each instance once, details twenty at a time', async () => {
  const more = Array.from({ length: 119 }, (_, i) => ({
    family: 'taurusdb-instance',
    name: `more-${i}`,
  }));
  const fleet = await fleetOf('taurusdb-instance', { more });
  const search = searchFor('taurusdb-instance', { versions: false });

  const first = await fleet.list(search, { from: 0, atMost: 500 });
  const second = await fleet.list(search, { from: 100, atMost: 500 });

  // One more carries the proxy of the fleet.
  expect(first).toMatchObject({ listed: 100, total: 121, next: 100 });
  expect(second).toMatchObject({ listed: 21, total: 121, next: null });
  const ids = [...first.rows, ...second.rows].map(({ instanceId }) => instanceId);
  expect(new Set(ids).size).toBe(121);
  expect((await paths()).filter((path) => path.endsWith('/details'))).toHaveLength(7);
});

test.each(['taurusdb-instance', 'gaussdb-hotfix', 'dcs-instance'] as const)(
  '%s: the cloud itself is asked for name and tags',
  async (family) => {
    const more = Array.from({ length: 30 }, (_, i) => ({
      family,
      name: i < 2 ? 'shop' : 'stock',
      tags: { team: i === 0 ? 'billing' : 'orders' },
    }));
    const fleet = await fleetOf(family, { more });
    const search = searchFor(family, { name: '*sho', tags: { team: 'billing' }, versions: false });

    const page = await fleet.list(search, { from: 0, atMost: 100 });

    expect(page).toMatchObject({ listed: 1, total: 1, next: null });
    expect(page.rows).toHaveLength(1);
  },
);

test.each([
  { name: 'engine alone', components: { engine: true, proxy: false }, version: '5.0.14.1' },
  { name: 'proxy alone', components: { engine: false, proxy: true }, version: '5.0.12.1' },
  { name: 'both', components: { engine: true, proxy: true }, version: '5.0.14.1/5.0.12.1' },
])('a cache with proxy nodes, $name -> $version', async ({ components, version }) => {
  const fleet = await fleetOf('dcs-instance', {
    targets: { 'dcs-instance': { proxyVersion: '5.0.12.1' } },
  });

  const [row] = await all(fleet, searchFor('dcs-instance', { components }));

  expect(row).toMatchObject({ version, upgradable: true });
});

test('a cache without proxy nodes, whose proxy version is asked for -> nothing to upgrade', async () => {
  const fleet = await fleetOf('dcs-instance', {
    targets: { 'dcs-instance': { proxyVersion: null } },
  });
  const components = { engine: false, proxy: true };

  const [row] = await all(fleet, searchFor('dcs-instance', { components }));

  expect(row).toMatchObject({ version: null, upgradable: false });
});

describe.each(['taurusdb-instance', 'gaussdb-hotfix', 'dcs-instance', 'taurusdb-proxy'] as const)(
  '%s',
  (family) => {
    test('an instance that is gone when it is looked at is left out', async () => {
      const fleet = await fleetOf(family);
      const search = searchFor(family);
      const { rows } = await fleet.list(search, { from: 0, atMost: 100 });
      const ours = rows.filter(
        ({ instanceId }) => instanceId === requestFor(family).target.instanceId,
      );
      await cloud.fault('read', '404', 9);

      expect(ours).toHaveLength(1);
      expect(await fleet.complete(search, ours)).toEqual([]);
    });

    test.each([
      ['401', AuthenticationError],
      ['400', RequestRefusedError],
      ['html', UnexpectedAnswerError],
    ])('%s from the list is no empty fleet', async (fault, kind) => {
      const fleet = await fleetOf(family);
      await cloud.fault('read', fault, 9);

      const error = await rejection(fleet.list(searchFor(family), { from: 0, atMost: 100 }));

      expect(error).toBeInstanceOf(kind);
    });
  },
);

test('one of twenty is left out of the details without a word: it is read alone', async () => {
  const fleet = await fleetOf('taurusdb-instance');
  const silent = changedFleet('reading details of instances', (instances) => instances.slice(1));
  const search = searchFor('taurusdb-instance', { versions: false });

  const all = await fleet.list(search, { from: 0, atMost: 100 });

  expect(all.rows.length).toBeGreaterThan(1);
  expect((await silent.list(search, { from: 0, atMost: 100 })).rows).toEqual(all.rows);
});

test('one of twenty is gone: the others are read one by one', async () => {
  const gone = `${'f'.repeat(32)}in07`;
  const fleet = await fleetOf('taurusdb-instance');
  // The list still has it, the details have not.
  const listing = changedFleet('listing', (instances) => [
    ...instances,
    { ...instances[0], id: gone },
  ]);
  const search = searchFor('taurusdb-instance', { versions: false });

  const [before, after] = [
    await fleet.list(search, { from: 0, atMost: 100 }),
    await listing.list(search, { from: 0, atMost: 100 }),
  ];

  expect(after.rows).toEqual(before.rows);
  expect(after.listed).toBe(before.listed + 1);
});
