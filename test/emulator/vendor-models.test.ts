import type { Cloud, FleetRow } from './harness';
import { start, stopAll, submission } from './harness';

/**
 * Where the emulator and the vendor's own clients once told different stories (test/outside runs the
 * clients themselves, where there is Python): which edition of an answer has which fields.
 */

afterEach(stopAll);

const fleet = [
  { family: 'taurusdb-instance', tags: { team: 'orders' } },
  { family: 'gaussdb-hotfix', version: '3.208.0.5', tags: { team: 'orders', tier: 'canary' } },
  { family: 'gaussdb-hotfix', version: '3.208.0.5', tags: { team: 'billing', tier: 'canary' } },
  { family: 'dcs-instance' },
];

type Row = Readonly<Record<string, unknown>>;

async function rowOf(cloud: Cloud, service: 'taurusdb' | 'gaussdb' | 'dcs', path: string) {
  const { body } = await cloud.call(service, `GET ${path}`);
  const [first] = (body as unknown as { readonly instances?: readonly Row[] }).instances ?? [];
  return first ?? (body as unknown as { readonly instance?: Row }).instance ?? (body as object);
}

async function firstOf(family: FleetRow['family']): Promise<readonly [Cloud, string]> {
  const cloud = await start({ fleet, set: ['duration=10s'] });
  return [cloud, (await cloud.target(family)).instanceId];
}

test.each([
  { edition: 'v3', has: 'hotfix_versions', hasNot: 'hotfix_version_infos' },
  { edition: 'v3.1', has: 'hotfix_versions', hasNot: 'complete_kernel_version' },
  { edition: 'v3.2', has: 'hotfix_version_infos', hasNot: 'hotfix_versions' },
  { edition: 'v3.3', has: 'hotfix_version_infos', hasNot: 'hotfix_versions' },
])('GaussDB list $edition -> $has, no $hasNot', async ({ edition, has, hasNot }) => {
  const [cloud] = await firstOf('gaussdb-hotfix');

  const row = await rowOf(cloud, 'gaussdb', `/${edition}/{project}/instances`);

  expect(row).toHaveProperty(['datastore', has]);
  expect(row).not.toHaveProperty(['datastore', hasNot]);
});

test.each([
  { query: 'tags=team=orders,tier=canary', found: 1 },
  { query: 'tags=team%3Dorders&tags=tier%3Dcanary', found: 1 },
  { query: 'tags=tier%3Dcanary&tags=team%3Dorders', found: 1 },
  { query: 'tags=tier=canary', found: 2 },
])('GaussDB list by $query -> $found', async ({ query, found }) => {
  const [cloud] = await firstOf('gaussdb-hotfix');

  const { body } = await cloud.call('gaussdb', `GET /v3.3/{project}/instances?${query}`);

  expect(body.total_count).toBe(found);
});

test('a TaurusDB instance -> its region in the list, not in its detail', async () => {
  const [cloud, id] = await firstOf('taurusdb-instance');

  const listed = await rowOf(cloud, 'taurusdb', '/v3/{project}/instances');
  const shown = await rowOf(cloud, 'taurusdb', `/v3/{project}/instances/${id}`);

  expect(listed).toMatchObject({ region: cloud.access.region });
  expect(shown).toMatchObject({ id });
  expect(shown).not.toHaveProperty('region');
});

test('a cache -> its mode in its detail, not in the list', async () => {
  const [cloud, id] = await firstOf('dcs-instance');

  const listed = await rowOf(cloud, 'dcs', '/v2/{project}/instances');
  const shown = await rowOf(cloud, 'dcs', `/v2/{project}/instances/${id}`);

  expect(shown).toMatchObject({ instance_id: id, cache_mode: 'proxy' });
  expect(listed).toMatchObject({ instance_id: id });
  expect(listed).not.toHaveProperty('cache_mode');
});

test.each(['/v2/{project}/tasks', '/v2/{project}/instances/{id}/tasks'])(
  'DCS tasks of %s -> named by their id alone, with no instance in them',
  async (path) => {
    const [cloud, id] = await firstOf('dcs-instance');
    const { body } = await cloud.call(...submission(await cloud.target('dcs-instance')));

    const listed = await cloud.call('dcs', `GET ${path.replace('{id}', id)}`);

    expect(listed.body.tasks).toMatchObject([{ id: body.task_id, details: {} }]);
    expect(listed.body.tasks[0]).not.toHaveProperty('instance_id');
  },
);

test.each([400, 403, 404, 409, 500, 503])(
  'IAM fault %i -> the status in the body',
  async (code) => {
    const [cloud] = await firstOf('dcs-instance');
    await cloud.faults({ rates: { '*': { auth: { [code]: 1 } } }, list: [] });

    const { status, body } = await cloud.call('iam', 'GET /v3/projects');

    expect({ status, body }).toMatchObject({ status: code, body: { error: { code } } });
  },
);
