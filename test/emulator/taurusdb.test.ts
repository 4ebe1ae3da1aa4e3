import { codeOf, start, stopAll, submission, until } from './harness';
import type { Cloud, FleetRow } from './harness';

afterEach(stopAll);

const batch = 'POST /v3/{project}/instances/database-version/upgrade';
const infoOf = (row: FleetRow) => ({ current_version: row.version, instance_id: row.instanceId });
const proxyPath = (row: FleetRow) =>
  `/v3/{project}/instances/${row.instanceId}/proxy/${row.proxyId}`;

async function kernel(cloud: Cloud, row: FleetRow): Promise<string> {
  const path = `/v3/{project}/instances/${row.instanceId}/database-version`;
  const { body } = await cloud.call('taurusdb', `GET ${path}`);
  return body.datastore.current_kernel_version;
}

describe('proxy upgrade', () => {
  test('accepted -> a row of that proxy, the proxy busy, then at the new version', async () => {
    const cloud = await start({ set: ['duration=150ms'] });
    const row = await cloud.target('taurusdb-proxy');
    const proxies = () =>
      cloud.call('taurusdb', `GET /v3/{project}/instances/${row.instanceId}/proxies`);

    const { body } = await cloud.call(...submission(row));
    const during = await proxies();
    await until(proxies, (now) => now.body.proxy_list[0].proxy.status === 'ACTIVE');

    expect(body.update_result).toEqual([
      {
        instance_id: row.proxyId,
        workflow_id: expect.any(String) as string,
        state: 'ACCEPT',
        error_message: null,
      },
    ]);
    expect(during.body.proxy_list[0].proxy).toMatchObject({
      pool_id: row.proxyId,
      status: 'UPGRADING PROXY',
    });
    const version = await cloud.call('taurusdb', `GET ${proxyPath(row)}/taurusproxy/proxy-version`);
    expect(version.body).toEqual({
      current_version: row.latest,
      latest_version: row.latest,
      can_upgrade: false,
    });
  });

  test('a second submit while it runs -> REJECT inside 200, or 409, as set', async () => {
    const asked = async (secondSubmit: string) => {
      const cloud = await start({ set: ['duration=1h', `secondSubmit=${secondSubmit}`] });
      const row = await cloud.target('taurusdb-proxy');
      await cloud.call(...submission(row));
      return cloud.call(...submission(row));
    };

    const rejected = await asked('reject');
    const refused = await asked('error');

    expect(rejected).toMatchObject({ status: 200, body: { update_result: [{ state: 'REJECT' }] } });
    expect(rejected.body.update_result[0].workflow_id).toEqual(expect.any(String));
    expect([refused.status, codeOf(refused)]).toEqual([409, 'DBS.200047']);
  });

  test('proxyRows=2 and proxyRowId=none -> the page’s example: two rows, no ids', async () => {
    const cloud = await start({ set: ['proxyRows=2', 'proxyRowId=none'] });

    const { body } = await cloud.call(...submission(await cloud.target('taurusdb-proxy')));

    expect(body.update_result.map((row: object) => Object.keys(row))).toEqual([
      ['workflow_id', 'state', 'error_message'],
      ['workflow_id', 'state', 'error_message'],
    ]);
    expect(body.update_result.map((row: { state: string }) => row.state)).toEqual([
      'ACCEPT',
      'REJECT',
    ]);
  });

  test.each([
    ['a field the page has not', { force: true }, 'DBS.280001'],
    ['no source_version', { source_version: undefined }, 'DBS.280001'],
    ['a stale source_version', { source_version: '2.1.0.0' }, 'DBS.280001'],
    ['a target before the source', { target_version: '2.01.00.000' }, 'DBS.280001'],
    ['a target that is not on offer', { target_version: '9.99.00.000' }, 'DBS.200041'],
  ])('%s -> 400 %s', async (_, change, code) => {
    const cloud = await start();
    const [service, request, body] = submission(await cloud.target('taurusdb-proxy'));

    const answered = await cloud.call(service, request, { ...(body as object), ...change });

    expect([answered.status, codeOf(answered)]).toEqual([400, code]);
    expect(Object.keys(answered.body as object)).toEqual(['error_code', 'error_msg']);
    expect(await cloud.effects()).toEqual([]);
  });

  test.each([
    ['an instance id of another service', 'in14', 'po01', 400, 'DBS.280404'],
    ['a proxy id of another kind', 'in07', 'no01', 400, 'DBS.280001'],
    ['an unknown proxy', 'in07', 'po01', 400, 'DBS.270024'],
  ])('%s -> %s', async (_, instanceSuffix, proxySuffix, status, code) => {
    const cloud = await start();
    const row = await cloud.target('taurusdb-proxy');
    const ids = {
      instanceId: row.instanceId.replace(/in07$/, instanceSuffix),
      proxyId: '0'.repeat(32) + proxySuffix,
    };

    const answered = await cloud.call(...submission({ ...row, ...ids }));

    expect([answered.status, codeOf(answered)]).toEqual([status, code]);
  });

  test('its parent instance is in the lists but no target', async () => {
    const cloud = await start();
    const row = await cloud.target('taurusdb-proxy');

    const list = await cloud.call('taurusdb', `GET /v3/{project}/instances?id=${row.instanceId}`);
    const detail = await cloud.call('taurusdb', `GET /v3/{project}/instances/${row.instanceId}`);

    expect(list.body).toMatchObject({ total_count: 1, instances: [{ id: row.instanceId }] });
    expect(detail.body.instance.proxies).toMatchObject([{ pool_id: row.proxyId }]);
    const fleet = await cloud.fleet();
    expect(fleet.filter((known) => known.instanceId === row.instanceId)).toHaveLength(1);
  });
});

describe('kernel upgrade', () => {
  test('batch -> success without ids; the job list, the status and the version tell', async () => {
    const cloud = await start({ set: ['duration=200ms'] });
    const row = await cloud.target('taurusdb-instance');
    const detail = (edition: string) =>
      cloud.call('taurusdb', `GET /${edition}/{project}/instances/${row.instanceId}`);

    const submitted = await cloud.call(...submission(row));
    const jobs = await cloud.call(
      'taurusdb',
      'GET /v3/{project}/immediate-jobs?job_name=UpgradeGaussDBforMySQLDatabaseVersion&limit=50',
    );
    const [fine, coarse] = [await detail('v3'), await detail('v3.1')];
    await until(
      () => kernel(cloud, row),
      (version) => version === row.latest,
    );

    expect(submitted.body).toEqual({ resp: 'success' });
    expect(jobs.body.jobs).toMatchObject([{ instance_id: row.instanceId, status: 'Running' }]);
    expect(jobs.body.jobs[0].process).toMatch(/^\d+%$/);
    expect([fine.body.instance.status, coarse.body.instance.status]).toEqual([
      'MODIFYING',
      'normal',
    ]);
    const id = jobs.body.jobs[0].job_id;
    const ended = await cloud.call('taurusdb', `GET /v3/{project}/jobs?id=${id}`);
    expect(ended.body.job).toMatchObject({ status: 'Completed', process: '', fail_reason: '' });
    expect(ended.body.job.ended).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0000$/);
  });

  test.each([
    ['any', 'true', 200],
    ['any', true, 200],
    ['string', true, 400],
    ['boolean', 'true', 400],
    ['any', 'yes', 400],
  ])('delayFormat=%s, delay %j -> %i', async (format, delay, status) => {
    const cloud = await start({ set: [`delayFormat=${format}`] });
    const row = await cloud.target('taurusdb-instance');

    const answered = await cloud.call('taurusdb', batch, {
      databases_instance_infos: [infoOf(row)],
      delay,
    });

    expect(answered.status).toBe(status);
  });

  test('delay -> a scheduled job that starts in the window', async () => {
    const cloud = await start({ set: ['maintenanceDelay=150ms'] });
    const row = await cloud.target('taurusdb-instance');
    const scheduled = async () => {
      const query = `instance_id=${row.instanceId}&job_name=VERSION_UPGRADE`;
      const { body } = await cloud.call('taurusdb', `GET /v3/{project}/scheduled-jobs?${query}`);
      return body.schedules[0].job_status;
    };

    await cloud.call('taurusdb', batch, { databases_instance_infos: [infoOf(row)], delay: true });
    const exists = await cloud.call(
      'taurusdb',
      `POST /v3/{project}/instances/${row.instanceId}/schedule-tasks/exist`,
      { schedule_type: 'VERSION_UPGRADE' },
    );
    const before = await scheduled();
    await until(scheduled, (status) => status === 'Completed');

    expect(before).toBe('Pending');
    expect(exists.body).toMatchObject({
      exist: true,
      scheduled_tasks: [{ task_status: 'WAITING' }],
    });
    expect(exists.body.scheduled_tasks[0].start_time).toEqual(expect.any(Number));
    expect(await kernel(cloud, row)).toBe(row.latest);
  });

  test('a scheduled job cancelled, with one that is not there -> only the first comes back', async () => {
    const cloud = await start({ set: ['maintenanceDelay=150ms'] });
    const row = await cloud.target('taurusdb-instance');
    const path = `/v3/{project}/instances/${row.instanceId}/db-upgrade`;
    const { body } = await cloud.call('taurusdb', `POST ${path}`, { delay: true });

    const ids = [body.job_id, 'ffffffffffffffffffffffffffffffff'];
    const cancelled = await cloud.call('taurusdb', 'DELETE /v3/{project}/scheduled-jobs', {
      job_ids: ids,
    });
    await new Promise((done) => setTimeout(done, 250));

    expect(cancelled.body).toEqual({ job_ids: [body.job_id] });
    expect(await kernel(cloud, row)).toBe(row.version);
    const kinds = (await cloud.effects()).map((effect) => effect.kind);
    expect(kinds).toEqual(['upgradeStarted', 'cancelled']);
  });

  test.each([
    ['refuse', 400, 0],
    ['skip', 200, 1],
  ])('batchPartial=%s, one of two at a wrong version -> %i', async (mode, status, begun) => {
    const cloud = await start({ set: [`batchPartial=${mode}`] });
    const rows = (await cloud.fleet())
      .filter((row) => row.family === 'taurusdb-instance')
      .slice(0, 2);
    const infos = rows.map((row, i) => ({
      ...infoOf(row),
      ...(i === 0 ? { current_version: '1.0' } : {}),
    }));

    const answered = await cloud.call('taurusdb', batch, {
      databases_instance_infos: infos,
      delay: 'false',
    });

    const started = (await cloud.effects()).filter((effect) => effect.kind === 'upgradeStarted');
    expect([answered.status, started.length]).toEqual([status, begun]);
  });

  test('multiStep -> the first success is not the latest version', async () => {
    const cloud = await start({ set: ['multiStep=true'] });
    const row = await cloud.target('taurusdb-instance');

    await cloud.call(...submission(row));
    const first = await until(
      () => kernel(cloud, row),
      (version) => version !== row.version,
    );
    await cloud.call(...submission({ ...row, version: first }));
    const second = await until(
      () => kernel(cloud, row),
      (version) => version !== first,
    );

    expect([first, second]).toEqual(['2.0.51.240311', row.latest]);
  });

  test('pre-check -> "true", and "false" for an instance that would fail it', async () => {
    const fleet = [
      { family: 'taurusdb-instance', version: '2.0.48.231200' },
      { family: 'taurusdb-instance', version: '2.0.48.231200', preCheck: 'failed' },
    ];
    const cloud = await start({ fleet });
    const check = async (row: FleetRow | undefined) => {
      const body = { databases_instance_infos: row === undefined ? [] : [infoOf(row)] };
      await cloud.call('taurusdb', `${batch}/pre-check`, body);
      const { body: result } = await cloud.call('taurusdb', `${batch}/pre-check-result`, body);
      return result.upgrade_precheck_result;
    };
    const [good, bad] = await cloud.fleet();

    expect([await check(good), await check(bad)]).toEqual(['true', 'false']);
  });

  test('a new job is not found at first -> 400 DBS.200543, later it is', async () => {
    const cloud = await start({ set: ['duration=1h', 'jobVisibleAfter=200ms'] });
    const row = await cloud.target('taurusdb-instance');
    const path = `/v3/{project}/instances/${row.instanceId}/db-upgrade`;
    const { body } = await cloud.call('taurusdb', `POST ${path}`, {});
    const job = () => cloud.call('taurusdb', `GET /v3/{project}/jobs?id=${body.job_id}`);

    const first = await job();

    expect([first.status, codeOf(first)]).toEqual([400, 'DBS.200543']);
    expect((await until(job, (now) => now.status === 200)).body.job.status).toBe('Running');
  });
});

describe('instances', () => {
  test.each([
    ['BACKING UP', 409, 'DBS.201205'],
    ['FROZEN', 400, 'DBS.280449'],
    ['STORAGE FULL', 409, 'DBS.200316'],
    ['RESTORING', 409, 'DBS.200047'],
  ])('in status %s -> a submit is refused with %i %s', async (status, http, code) => {
    const cloud = await start({ fleet: [{ family: 'taurusdb-instance', status }] });

    const answered = await cloud.call(...submission(await cloud.target('taurusdb-instance')));

    expect([answered.status, codeOf(answered)]).toEqual([http, code]);
  });

  test('a status with statusFor goes by, then the submit is taken', async () => {
    const fleet = [{ family: 'taurusdb-instance', status: 'BACKING UP', statusFor: '200ms' }];
    const cloud = await start({ fleet });
    const row = await cloud.target('taurusdb-instance');

    const answered = await until(
      () => cloud.call(...submission(row)),
      (now) => now.status === 200,
    );

    expect(row.status).toBe('BACKING UP');
    expect(answered.body).toEqual({ resp: 'success' });
  });

  test('lists page, and filter by tags and fuzzy names', async () => {
    const cloud = await start();
    const count = async (query: string) => {
      const { body } = await cloud.call('taurusdb', `GET /v3.1/{project}/instances?${query}`);
      return [body.instances.length, body.total_count] as readonly number[];
    };

    expect(await count('offset=2&limit=3')).toEqual([3, 12]);
    expect(await count('name=*proxied')).toEqual([6, 6]);
    expect((await count('tags=team%3Dorders'))[1]).toBeLessThan(12);
    expect((await cloud.call('taurusdb', 'GET /v3/{project}/instances?limit=101')).status).toBe(
      400,
    );
  });

  test('details of several at once: at most 20', async () => {
    const cloud = await start();
    const rows = (await cloud.fleet()).filter((row) => row.family === 'taurusdb-instance');
    const details = (ids: readonly string[]) =>
      cloud.call('taurusdb', `GET /v3.1/{project}/instances/details?instance_ids=${ids.join()}`);
    const ids = rows.map((row) => row.instanceId);

    const answered = await details(ids);
    const tooMany = await details(Array.from({ length: 21 }, () => ids[0] ?? ''));

    expect(answered.body.instances.map((one: { id: string }) => one.id)).toEqual(ids);
    expect([tooMany.status, codeOf(tooMany)]).toEqual([400, 'DBS.280001']);
  });

  test('an unknown instance -> 404 DBS.201028', async () => {
    const cloud = await start();

    const answered = await cloud.call(
      'taurusdb',
      `GET /v3/{project}/instances/${'0'.repeat(32)}in07`,
    );

    expect([answered.status, codeOf(answered)]).toEqual([404, 'DBS.201028']);
  });
});
