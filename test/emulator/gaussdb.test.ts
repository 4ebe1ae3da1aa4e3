import type { Cloud, FleetRow } from './harness';
import { codeOf, hotfix, start, stopAll, submission, until } from './harness';

afterEach(stopAll);

const submit = 'POST /v3/{project}/instances/db-upgrade/schedule-task';
const fleet = [
  { family: 'gaussdb-hotfix', version: '3.208.0.5' },
  { family: 'gaussdb-hotfix', version: '3.208.0.5,3.208.0.6' },
];

async function two(set: readonly string[] = []): Promise<readonly [Cloud, FleetRow, FleetRow]> {
  const cloud = await start({ fleet, set });
  const [one, other] = await cloud.fleet();
  if (one === undefined || other === undefined) throw new Error('the fleet has no two targets');
  return [cloud, one, other];
}

async function statuses(cloud: Cloud, query = ''): Promise<readonly string[]> {
  const { body } = await cloud.call(
    'gaussdb',
    `GET /v3/{project}/instances/schedule-tasks?${query}`,
  );
  return (body.tasks as readonly { status: string }[]).map((task) => task.status);
}

test('two instances in one call -> one task id for both, several patches at once', async () => {
  const [cloud, one, other] = await two();
  const ids = [one.instanceId, other.instanceId];

  const { body } = await cloud.call('gaussdb', submit, hotfix(ids, '3.208.0.7,3.208.0.6'));
  await until(
    () => statuses(cloud),
    (now) => now.join() === 'Completed,Completed',
  );

  const tasks = body.instance_tasks as readonly { task_id: string; task_name: string }[];
  expect(tasks).toHaveLength(2);
  expect(new Set(tasks.map((task) => task.task_id)).size).toBe(1);
  expect(tasks[0]?.task_name).toBe('HOTFIX_VERSION_UPGRADE');
  expect((await cloud.fleet()).map((row) => row.version)).toEqual([one.latest, one.latest]);
  const { body: list } = await cloud.call('gaussdb', `GET /v3.3/{project}/instances?id=${ids[0]}`);
  const installed = list.instances[0].datastore.hotfix_version_infos as { version: string }[];
  expect(installed.map((info) => info.version)).toEqual(['3.208.0.5', '3.208.0.6', '3.208.0.7']);
});

test('start_time ahead -> Pending, the instance free; then UPGRADING, then done', async () => {
  const [cloud, one] = await two(['duration=300ms']);
  const status = async () => {
    const { body } = await cloud.call(
      'gaussdb',
      `GET /v3.3/{project}/instances?id=${one.instanceId}`,
    );
    return body.instances[0].status;
  };
  // The start has whole seconds: the next but one is ahead for sure.
  const startsAtMs = Math.ceil(Date.now() / 1000) * 1000 + 1000;

  await cloud.call('gaussdb', submit, hotfix([one.instanceId], '3.208.0.6', startsAtMs));
  const [before, free] = [await statuses(cloud), await status()];
  await until(status, (now) => now === 'UPGRADING');
  const begunAt = Date.now();
  await until(
    () => statuses(cloud),
    (now) => now.join() === 'Completed',
  );

  expect([before, free]).toEqual([['Pending'], 'ACTIVE']);
  expect(begunAt).toBeGreaterThanOrEqual(startsAtMs);
  expect((await cloud.target('gaussdb-hotfix')).version).toBe('3.208.0.5,3.208.0.6');
});

test('cancel takes all instances of the task; a second cancel finds none pending', async () => {
  const [cloud, one, other] = await two();
  const later = hotfix([one.instanceId, other.instanceId], '3.208.0.7', Date.now() + 3_600_000);
  const { body } = await cloud.call('gaussdb', submit, later);
  const path = `/v3/{project}/instances/schedule-task/${body.instance_tasks[0].task_id}`;

  const cancelled = await cloud.call('gaussdb', `PUT ${path}/cancel`);
  const again = await cloud.call('gaussdb', `PUT ${path}/cancel`);

  expect([cancelled.status, cancelled.body]).toEqual([200, '']);
  expect(await statuses(cloud)).toEqual(['Canceled', 'Canceled']);
  expect([again.status, codeOf(again)]).toEqual([400, 'DBS.06010001']);
  const kinds = (await cloud.effects()).map((effect) => effect.kind);
  expect(kinds).toEqual(['upgradeStarted', 'upgradeStarted', 'cancelled', 'cancelled']);
  expect((await cloud.call('gaussdb', `DELETE ${path}`)).status).toBe(200);
  expect(await statuses(cloud)).toEqual([]);
});

test.each([
  ['409', 409, { error_code: 'DBS.200047' }],
  ['400', 400, { error_code: 'DBS.06020003' }],
  ['errCode', 409, { errCode: 'DBS.200047' }],
])('gaussdbConflict=%s -> a second task is refused in that shape', async (shape, status, body) => {
  const [cloud, one] = await two(['duration=1h', `gaussdbConflict=${shape}`]);
  await cloud.call(...submission(one));

  expect(await cloud.call(...submission(one))).toMatchObject({ status, body });
});

test('gaussdbSecondSubmit=accept -> a second task, which finds nothing to do and fails', async () => {
  const [cloud, one] = await two(['gaussdbSecondSubmit=accept']);
  const later = Math.ceil(Date.now() / 1000) * 1000 + 1000;
  await cloud.call('gaussdb', submit, hotfix([one.instanceId], '3.208.0.6', later));
  await cloud.call('gaussdb', submit, hotfix([one.instanceId], '3.208.0.6'));

  await until(
    () => statuses(cloud),
    (now) => now.join() === 'Completed,Failed',
  );

  expect(await cloud.target('gaussdb-hotfix')).toMatchObject({
    upgradesStarted: 2,
    upgradesCompleted: 1,
  });
});

test.each([
  ['a field the page has not', { delay: true }, 400, 'DBS.280001'],
  ['no start_time', { start_time: undefined }, 400, 'DBS.280001'],
  ['a start_time without offset', { start_time: '2023-06-06T01:47:20' }, 400, 'DBS.280001'],
  ['an upgrade_type in other letters', { upgrade_type: 'Hotfix' }, 400, 'DBS.280001'],
  ['another upgrade_action', { upgrade_action: 'commit' }, 400, 'DBS.280001'],
  ['a patch that is not on offer', { target_version: '3.208.0.9' }, 400, 'DBS.200041'],
  ['an id of TaurusDB', { instance_ids: [`${'a'.repeat(32)}in07`] }, 400, 'DBS.280404'],
  ['an unknown instance', { instance_ids: [`${'a'.repeat(32)}in14`] }, 404, 'DBS.200045'],
])('%s -> %i %s', async (_, change, status, code) => {
  const [cloud, one] = await two();
  const body = { ...hotfix([one.instanceId], '3.208.0.6'), ...change };

  const answered = await cloud.call('gaussdb', submit, body);

  expect([answered.status, codeOf(answered)]).toEqual([status, code]);
  expect(await cloud.effects()).toEqual([]);
});

test('/jobs has progress, /tasks has process; taskIdInJobs=false -> /jobs knows nothing', async () => {
  const ask = async (known: boolean) => {
    const [cloud, one] = await two(['duration=1h', `taskIdInJobs=${known}`]);
    const { body } = await cloud.call(...submission(one));
    const id = body.instance_tasks[0].task_id;
    const job = await cloud.call('gaussdb', `GET /v3/{project}/jobs?id=${id}`);
    const tasks = await cloud.call(
      'gaussdb',
      `GET /v3/{project}/tasks?start_time=${Date.now() - 60_000}`,
    );
    return { job, task: tasks.body.tasks[0] as object };
  };

  const known = await ask(true);
  const unknown = await ask(false);

  expect(known.job.body.job).toMatchObject({ status: 'Running', progress: '0%' });
  expect(known.job.body.job).not.toHaveProperty('process');
  expect(known.task).toMatchObject({ status: 'Running', process: '0%' });
  expect([unknown.job.status, codeOf(unknown.job)]).toEqual([400, 'DBS.200543']);
});

test('candidates: what is not installed; of several instances what is open to all', async () => {
  const [cloud, one, other] = await two();
  const path = 'db-upgrade/candidate-versions';

  const single = await cloud.call(
    'gaussdb',
    `GET /v3.1/{project}/instances/${one.instanceId}/${path}`,
  );
  const common = await cloud.call('gaussdb', `POST /v3.1/{project}/instances/${path}`, {
    instance_ids: [one.instanceId, other.instanceId],
  });

  expect(single.body.hotfix_upgrade_candidate_versions).toEqual(['3.208.0.6', '3.208.0.7']);
  expect(single.body.hotfix_upgrade_infos[0]).toHaveProperty('descripition');
  expect(common.body.hotfix_upgrade_infos).toMatchObject([{ version: '3.208.0.7' }]);
});
