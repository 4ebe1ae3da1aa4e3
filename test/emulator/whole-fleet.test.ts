import type { Answered, Cloud, FleetRow } from './harness';
import { start, stopAll, submission, until } from './harness';

afterEach(stopAll);

/** Follows an upgrade by the handle that the submit gave, as the family's documents have it. */
async function isOver(cloud: Cloud, row: FleetRow, submitted: Answered): Promise<boolean> {
  switch (row.family) {
    case 'taurusdb-proxy': {
      const id = submitted.body.update_result[0].workflow_id;
      const { body } = await cloud.call('taurusdb', `GET /v3/{project}/jobs?id=${id}`);
      return body.job.status === 'Completed';
    }
    case 'taurusdb-instance': {
      const path = `/v3/{project}/instances/${row.instanceId}/database-version`;
      const { body } = await cloud.call('taurusdb', `GET ${path}`);
      return body.upgrade_flag === false;
    }
    case 'gaussdb-hotfix': {
      const path = `/v3/{project}/instances/schedule-tasks?instance_id=${row.instanceId}`;
      const { body } = await cloud.call('gaussdb', `GET ${path}`);
      return body.tasks[0].status === 'Completed';
    }
    case 'dcs-instance': {
      const path = `/v2/{project}/instances/${row.instanceId}/tasks`;
      const { body } = await cloud.call('dcs', `GET ${path}`);
      return body.tasks[0].id === submitted.body.task_id && body.tasks[0].status === 'SUCCESS';
    }
  }
}

test('24 targets of four families, each submitted once -> each at its latest version', async () => {
  const cloud = await start({ size: 24, set: ['spread=0.3'] });
  const before = await cloud.fleet();

  await Promise.all(
    before.map(async (row) => {
      const submitted = await cloud.call(...submission(row));
      expect(submitted.status).toBe(200);
      await until(() => isOver(cloud, row, submitted), Boolean);
    }),
  );

  const after = await cloud.fleet();
  expect(before).toHaveLength(24);
  expect(before.filter((row) => row.version === row.latest)).toEqual([]);
  expect(after.map((row) => row.version)).toEqual(before.map((row) => row.latest));
  expect(after.map((row) => [row.upgradesStarted, row.upgradesCompleted])).toEqual(
    before.map(() => [1, 1]),
  );
  const ends = (await cloud.effects()).filter((effect) => effect.kind === 'upgradeEnded');
  expect(ends.map((effect) => effect.result)).toEqual(before.map(() => 'succeeded'));
});

test.each([
  ['taurusdb-proxy', 'DBS.280001'],
  ['taurusdb-instance', 'DBS.280001'],
  ['gaussdb-hotfix', 'DBS.200041'],
  ['dcs-instance', 'DCS.4053'],
] as const)('%s that is at its version already -> %s, nothing starts', async (family, code) => {
  const cloud = await start();
  const row = await cloud.target(family);
  await cloud.call(...submission(row));
  await until(
    () => cloud.target(family),
    (now) => now.version === row.latest,
  );

  const again = await cloud.call(...submission({ ...row, version: row.latest }));

  expect(again).toMatchObject({ status: 400, body: { error_code: code } });
  expect((await cloud.target(family)).upgradesStarted).toBe(1);
});

test.each([
  ['taurusdb-instance', 409, 'DBS.200047'],
  ['gaussdb-hotfix', 409, 'DBS.200047'],
  ['dcs-instance', 400, 'DCS.4116'],
] as const)('%s that is being upgraded, submitted again -> %i %s', async (family, status, code) => {
  const cloud = await start({ set: ['duration=1h'] });
  const row = await cloud.target(family);
  await cloud.call(...submission(row));

  const again = await cloud.call(...submission(row));

  expect(again).toMatchObject({ status, body: { error_code: code } });
  expect((await cloud.target(family)).upgradesStarted).toBe(1);
});
