import { start, stopAll, type Cloud } from './harness';

afterEach(stopAll);

/** The body as lists need it read: which fields are there is the test's claim. */
async function ask(cloud: Cloud, service: 'taurusdb' | 'gaussdb' | 'dcs', path: string) {
  const { status, body } = await cloud.call(service, `GET ${path}`);
  return { status, body: body as unknown as Record<string, Record<string, unknown>[]> };
}

const instances = ['taurusdb-instance', 'gaussdb-hotfix', 'dcs-instance'].flatMap((family) =>
  Array.from({ length: 12 }, (_, i) => ({
    family,
    name: `${i < 5 ? 'shop' : 'stock'}-${i}`,
    tags: { team: i % 2 === 0 ? 'orders' : 'billing', tier: i < 3 ? 'canary' : 'rest' },
    az: 'cn-north-4a,cn-north-4b',
    maintenanceWindow: '22:00-02:00',
  })),
);

const LISTS = [
  { service: 'taurusdb', path: '/v3/{project}/instances', total: 'total_count', most: 100 },
  { service: 'taurusdb', path: '/v3.1/{project}/instances', total: 'total_count', most: 100 },
  { service: 'gaussdb', path: '/v3.3/{project}/instances', total: 'total_count', most: 100 },
  { service: 'dcs', path: '/v2/{project}/instances', total: 'instance_num', most: 1000 },
] as const;

describe.each(LISTS)('$service $path', ({ service, path, total, most }) => {
  const fuzzy = (part: string) => (service === 'dcs' ? part : `*${part}`);

  test('pages, names and tags (all of them); the total is of all pages', async () => {
    const cloud = await start({ fleet: instances });
    const count = async (query: string) => {
      const limit = query.startsWith('limit=') ? '' : `limit=${most}&`;
      const { body } = await ask(cloud, service, `${path}?${limit}${query}`);
      return [body.instances?.length, body[total]];
    };

    expect(await count('offset=10')).toEqual([2, 12]);
    expect(await count('offset=12')).toEqual([0, 12]);
    expect(await count('limit=5')).toEqual([5, 12]);
    expect(await count(`name=${fuzzy('hop')}`)).toEqual([5, 5]);
    expect(await count('tags=team%3Dorders')).toEqual([6, 6]);
    expect(await count('tags=team%3Dorders%2Ctier%3Dcanary')).toEqual([2, 2]);
    expect(await count('tags=team%3Dnobody')).toEqual([0, 0]);
  });

  test.each([`limit=${most + 1}`, 'limit=0', 'offset=-1', 'offset=x'])(
    '%s -> 400',
    async (query) => {
      const cloud = await start({ fleet: instances });

      expect((await ask(cloud, service, `${path}?${query}`)).status).toBe(400);
    },
  );

  test('a row has its tags', async () => {
    const cloud = await start({ fleet: instances });

    const { body } = await ask(cloud, service, `${path}?limit=1`);

    expect(body.instances?.[0]).toMatchObject({
      name: 'shop-0',
      tags: [
        { key: 'team', value: 'orders' },
        { key: 'tier', value: 'canary' },
      ],
    });
  });
});

describe('zones and maintenance windows', () => {
  test('TaurusDB has them in the details, each node its own', async () => {
    const cloud = await start({ fleet: instances });
    const { instanceId } = await cloud.target('taurusdb-instance');

    const list = await ask(cloud, 'taurusdb', '/v3/{project}/instances?limit=1');
    const details = await ask(
      cloud,
      'taurusdb',
      `/v3.1/{project}/instances/details?instance_ids=${instanceId}`,
    );

    expect(list.body.instances?.[0]).not.toHaveProperty('maintenance_window');
    expect(details.body.instances?.[0]).toMatchObject({
      maintenance_window: '22:00-02:00',
      master_az_code: 'cn-north-4a',
      az_mode: 'multi',
      nodes: [{ az_code: 'cn-north-4a' }, { az_code: 'cn-north-4b' }],
    });
  });

  test('GaussDB and DCS have them in the list', async () => {
    const cloud = await start({ fleet: instances });

    const gaussdb = await ask(cloud, 'gaussdb', '/v3.3/{project}/instances?limit=1');
    const dcs = await ask(cloud, 'dcs', '/v2/{project}/instances?limit=1');

    expect(gaussdb.body.instances?.[0]).toMatchObject({
      maintenance_window: '22:00-02:00',
      nodes: [{ availability_zone: 'cn-north-4a' }, { availability_zone: 'cn-north-4b' }],
    });
    expect(dcs.body.instances?.[0]).toMatchObject({
      maintain_begin: '22:00:00',
      maintain_end: '02:00:00',
      az_codes: ['cn-north-4a', 'cn-north-4b'],
    });
  });

  test('a window that is not of whole hours is refused at the start', async () => {
    const fleet = [{ family: 'dcs-instance', maintenanceWindow: '22:30-02:00' }];

    await expect(start({ fleet })).rejects.toThrow('fleet[0]: maintenanceWindow must be');
  });
});

test('the proxies of an instance page', async () => {
  const instanceId = `${'a'.repeat(32)}in07`;
  const fleet = ['b', 'c', 'd'].map((letter) => ({
    family: 'taurusdb-proxy',
    instanceId,
    proxyId: `${letter.repeat(32)}po01`,
  }));
  const cloud = await start({ fleet });
  const path = `/v3/{project}/instances/${instanceId}/proxies`;

  const first = await ask(cloud, 'taurusdb', `${path}?limit=2`);
  const last = await ask(cloud, 'taurusdb', `${path}?limit=2&offset=2`);
  const detail = await ask(cloud, 'taurusdb', `/v3.1/{project}/instances/${instanceId}`);
  const tooMany = await ask(cloud, 'taurusdb', `${path}?limit=101`);

  expect([first, last].map(({ body }) => body.proxy_list?.length)).toEqual([2, 1]);
  expect(detail.body.instance).toMatchObject({
    proxies: fleet.map(({ proxyId: pool_id }) => ({ pool_id })),
  });
  expect(tooMany.status).toBe(400);
});
