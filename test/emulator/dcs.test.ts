import type { Answered, Body, Cloud, FleetRow } from './harness';
import { codeOf, start, stopAll, submission, until } from './harness';

afterEach(stopAll);

const fleet = [
  { family: 'dcs-instance', version: '5.0.10.2', latest: '5.0.16.3', proxyVersion: null },
  { family: 'dcs-instance', proxyVersion: '5.0.12.1', latestProxyVersion: '5.0.14.1' },
];

async function first(set: readonly string[] = []): Promise<readonly [Cloud, FleetRow]> {
  const cloud = await start({ fleet, set });
  return [cloud, await cloud.target('dcs-instance')];
}

const upgrade = (cloud: Cloud, row: FleetRow, body: unknown): Promise<Answered> =>
  cloud.call('dcs', `POST /v2/{project}/instances/${row.instanceId}/minor-version/upgrade`, body);

async function version(cloud: Cloud, row: FleetRow): Promise<Body> {
  const { body } = await cloud.call('dcs', `GET /v2/{project}/instances/${row.instanceId}/version`);
  return body;
}

test('accepted -> task id of 32 hex digits, the flag on the instance, progress, SUCCESS', async () => {
  const [cloud, row] = await first(['duration=200ms']);
  const read = (path: string) =>
    cloud.call('dcs', `GET /v2/{project}/instances/${row.instanceId}${path}`);

  const { body } = await cloud.call(...submission(row));
  const [detail, progress, list] = [
    await read(''),
    await read(`/tasks/${body.task_id}/progress`),
    await cloud.call('dcs', 'GET /v2/{project}/tasks'),
  ];
  await until(
    () => read('/tasks'),
    (now) => now.body.tasks[0].status === 'SUCCESS',
  );

  expect(body.task_id).toMatch(/^[0-9a-f]{32}$/);
  expect(detail.body).toMatchObject({
    status: 'RUNNING',
    service_upgrade: true,
    service_task_id: body.task_id,
  });
  expect(progress.body.step_details).toMatchObject([{ step_status: 'EXECUTING' }]);
  expect(progress.body).not.toHaveProperty('status');
  expect(list.body).toMatchObject({
    task_count: 1,
    tasks: [{ id: body.task_id, status: 'EXECUTING' }],
  });
  expect((await read('')).body).toMatchObject({ service_upgrade: false, service_task_id: '' });
  expect(await version(cloud, row)).toMatchObject({
    engine_minor_version: '5.0.16.3',
    engine_minor_version_upgradable: false,
  });
});

test('dcsServiceUpgradeFlag=false, dcsTaskField, dcsBusyStatus -> the other reading', async () => {
  const set = ['dcsServiceUpgradeFlag=false', 'dcsTaskField=UPGRADING', 'dcsBusyStatus=EXTENDING'];
  const [cloud, row] = await first(['duration=1h', 'dcsTaskCount=string', ...set]);
  await cloud.call(...submission(row));

  const detail = await cloud.call('dcs', `GET /v2/{project}/instances/${row.instanceId}`);
  const tasks = await cloud.call('dcs', `GET /v2/{project}/instances/${row.instanceId}/tasks`);

  expect(detail.body).toMatchObject({
    service_upgrade: false,
    task: 'UPGRADING',
    status: 'EXTENDING',
  });
  expect(tasks.body.task_count).toBe('1');
});

test('engine and proxy nodes together -> both at their goals', async () => {
  const cloud = await start({ fleet });
  const row = (await cloud.fleet())[1] as FleetRow;

  await upgrade(cloud, row, { engine_minor_version: 'latest', proxy_minor_version: '5.0.14.1' });
  const after = await until(
    () => version(cloud, row),
    (now) => now.engine_minor_version === row.latest,
  );

  expect(after).toMatchObject({
    proxy_minor_version: '5.0.14.1',
    proxy_minor_version_upgradable: false,
  });
});

test.each([
  ['honoured', 200, '5.0.12.1'],
  ['latest', 200, '5.0.16.3'],
  ['refused', 400, '5.0.10.2'],
])('dcsChosenVersion=%s, a version between -> %i, then %s', async (reading, status, reached) => {
  const [cloud, row] = await first([`dcsChosenVersion=${reading}`]);

  const answered = await upgrade(cloud, row, { engine_minor_version: '5.0.12.1' });
  await until(
    () => version(cloud, row),
    (now) => now.engine_minor_version === reached,
  );

  expect(answered.status).toBe(status);
});

test.each([
  ['an empty body', {}],
  ['a field the page has not', { engine_minor_version: 'latest', force: true }],
  ['a version that is none', { engine_minor_version: 'newest' }],
  ['a version beyond the latest', { engine_minor_version: '9.0.0.0' }],
  ['a proxy version for an instance without proxy nodes', { proxy_minor_version: '5.0.14.1' }],
])('%s -> 400 DCS.4062 with three fields', async (_, body) => {
  const [cloud, row] = await first();

  const answered = await upgrade(cloud, row, body);

  expect([answered.status, codeOf(answered)]).toEqual([400, 'DCS.4062']);
  expect(answered.body).toHaveProperty('error_ext_msg', null);
  expect(await cloud.effects()).toEqual([]);
});

test.each([
  ['no UUID', 'abc', 400, 'DCS.4062'],
  ['an unknown UUID', '00000000-0000-0000-0000-000000000000', 404, 'DCS.3022'],
])('%s as instance id -> %s', async (_, instanceId, status, code) => {
  const [cloud, row] = await first();

  const answered = await cloud.call(...submission({ ...row, instanceId }));

  expect([answered.status, codeOf(answered)]).toEqual([status, code]);
});

test.each([
  ['RESTARTING', 'DCS.4111'],
  ['EXTENDING', 'DCS.4113'],
  ['RESTORING', 'DCS.4097'],
  ['ERROR', 'DCS.4049'],
])('in status %s -> 400 %s', async (status, code) => {
  const cloud = await start({ fleet: [{ family: 'dcs-instance', status }] });

  const answered = await cloud.call(...submission(await cloud.target('dcs-instance')));

  expect([answered.status, codeOf(answered)]).toEqual([400, code]);
});

test('an unknown task -> 400 DCS.4070; tasks before start_time are left out', async () => {
  const [cloud, row] = await first();
  await cloud.call(...submission(row));
  const path = `/v2/{project}/instances/${row.instanceId}/tasks`;

  const unknown = await cloud.call('dcs', `GET ${path}/${'0'.repeat(32)}/progress`);
  const later = await cloud.call('dcs', `GET ${path}?start_time=20990101000000`);

  expect([unknown.status, codeOf(unknown)]).toEqual([400, 'DCS.4070']);
  expect(later.body.tasks).toEqual([]);
});

test('the list pages by 10 and finds by name and status', async () => {
  const cloud = await start({
    fleet: Array.from({ length: 12 }, () => ({ family: 'dcs-instance' })),
  });
  const list = async (query: string) => {
    const { body } = await cloud.call('dcs', `GET /v2/{project}/instances?${query}`);
    return [body.instances.length, body.instance_num] as readonly number[];
  };

  expect(await list('')).toEqual([10, 12]);
  expect(await list('limit=1000')).toEqual([12, 12]);
  expect(await list('name=0011')).toEqual([1, 1]);
  expect(await list('name=0011&name_equal=true')).toEqual([0, 0]);
  expect(await list('status=ERROR')).toEqual([0, 0]);
});
