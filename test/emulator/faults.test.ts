import type { Cloud, FleetRow } from './harness';
import { codeOf, start, stopAll, submission, until } from './harness';

afterEach(stopAll);

const families = ['taurusdb-proxy', 'taurusdb-instance', 'gaussdb-hotfix', 'dcs-instance'] as const;

const once = (target: string, on: string, fault: string) => ({
  list: [{ target, on, fault, times: 1 }],
});

async function withFault(
  family: (typeof families)[number],
  on: string,
  fault: string,
  set: string[] = [],
) {
  const cloud = await start({ set });
  const row = await cloud.target(family);
  await cloud.faults(once(row.proxyId ?? row.instanceId, on, fault));
  return { cloud, row };
}

/** The status, or `cut`. */
async function outcome(cloud: Cloud, row: FleetRow): Promise<number | 'cut'> {
  try {
    return (await cloud.call(...submission(row))).status;
  } catch {
    return 'cut';
  }
}

describe('faults of a submit', () => {
  test.each(families)(
    '%s, lostBefore -> cut, nothing happened; the next one is taken',
    async (family) => {
      const { cloud, row } = await withFault(family, 'submit', 'lostBefore');

      expect([await outcome(cloud, row), await cloud.effects()]).toEqual(['cut', []]);
      expect(await outcome(cloud, row)).toBe(200);
    },
  );

  test.each(families)('%s, lostAfter -> cut, yet the upgrade runs', async (family) => {
    const { cloud, row } = await withFault(family, 'submit', 'lostAfter');

    const got = await outcome(cloud, row);
    const journal = await cloud.journal();
    await until(
      () => cloud.target(family),
      (now) => now.version === row.latest,
    );

    expect(got).toBe('cut');
    const line = journal.find((known) => known.fault === 'lostAfter');
    expect(line).toMatchObject({
      method: 'POST',
      status: null,
      effects: [{ kind: 'upgradeStarted' }],
    });
  });

  test.each([
    ['taurusdb-instance', '400', 400, 'DBS.280001'],
    ['taurusdb-instance', '401', 401, 'APIGW.0301'],
    ['gaussdb-hotfix', '403', 403, 'DBS.200010'],
    ['gaussdb-hotfix', '404', 404, 'DBS.200045'],
    ['taurusdb-proxy', '409', 409, 'DBS.200047'],
    ['dcs-instance', '429', 429, 'APIGW.0308'],
    ['dcs-instance', '500', 500, 'DCS.5006'],
    ['taurusdb-proxy', '503', 503, 'DBS.108000'],
    ['taurusdb-instance', 'reject', 400, 'DBS.200504'],
    ['gaussdb-hotfix', 'reject', 400, 'DBS.200504'],
    ['dcs-instance', 'reject', 400, 'DCS.4062'],
  ] as const)('%s, %s -> %i %s, nothing starts', async (family, fault, status, code) => {
    const { cloud, row } = await withFault(family, 'submit', fault);

    const answered = await cloud.call(...submission(row));

    expect([answered.status, codeOf(answered)]).toEqual([status, code]);
    expect(await cloud.effects()).toEqual([]);
  });

  test('429 -> the words of the gateway, no Retry-After unless set', async () => {
    const plain = await withFault('dcs-instance', 'submit', '429');
    const kind = await withFault('dcs-instance', 'submit', '429', ['retryAfter=7']);

    const first = await plain.cloud.call(...submission(plain.row));
    const second = await kind.cloud.call(...submission(kind.row));

    expect(first.body.error_msg).toContain('policy user over ratelimit,limit:200,time:5 minute');
    expect([first.headers.get('retry-after'), second.headers.get('retry-after')]).toEqual([
      null,
      '7',
    ]);
  });

  test('a proxy, reject -> REJECT in HTTP 200 with a workflow id', async () => {
    const { cloud, row } = await withFault('taurusdb-proxy', 'submit', 'reject');

    const { status, body } = await cloud.call(...submission(row));

    expect(status).toBe(200);
    expect(body.update_result).toMatchObject([
      { state: 'REJECT', error_message: 'Upgrade failed due to insufficient subnet ip' },
    ]);
    expect(body.update_result[0].workflow_id).toEqual(expect.any(String));
    expect(await cloud.effects()).toEqual([]);
  });

  test('html -> 200 with a page, nothing starts', async () => {
    const { cloud, row } = await withFault('dcs-instance', 'submit', 'html');

    const answered = await cloud.call(...submission(row));

    expect(answered.headers.get('content-type')).toContain('text/html');
    expect([answered.status, await cloud.effects()]).toEqual([200, []]);
  });

  test('slow -> the effect at once, the answer late', async () => {
    const { cloud, row } = await withFault('dcs-instance', 'submit', 'slow', [
      'slowFor=300ms',
      'duration=1h',
    ]);

    const sentAt = Date.now();
    const answering = cloud.call(...submission(row));
    await until(
      () => cloud.effects(),
      (effects) => effects.length === 1,
    );
    const seenAfterMs = Date.now() - sentAt;
    await answering;

    expect(seenAfterMs).toBeLessThan(300);
    expect(Date.now() - sentAt).toBeGreaterThanOrEqual(300);
  });
});

describe('faults of a job', () => {
  test.each([
    ['fail', 'Failed', 'failed'],
    ['liar', 'Completed', 'failed'],
  ])(
    '%s -> the job says %s, the version stays, the journal says %s',
    async (fault, status, result) => {
      const { cloud, row } = await withFault('gaussdb-hotfix', 'job', fault);

      await cloud.call(...submission(row));
      const effects = await until(
        () => cloud.effects(),
        (now) => now.length === 2,
      );

      const { body } = await cloud.call('gaussdb', 'GET /v3/{project}/tasks');
      expect(body.tasks[0].status).toBe(status);
      expect(body.tasks[0].fail_reason === '').toBe(status === 'Completed');
      expect(effects[1]).toMatchObject({ kind: 'upgradeEnded', result, version: row.version });
      expect(await cloud.target('gaussdb-hotfix')).toMatchObject({
        version: row.version,
        upgradesCompleted: 0,
      });
    },
  );

  test('stuck -> still running long after; slow -> five times as long', async () => {
    const stuck = await withFault('dcs-instance', 'job', 'stuck', ['duration=20ms']);
    const slow = await withFault('dcs-instance', 'job', 'slow', ['duration=100ms']);
    const begunAt = Date.now();
    await stuck.cloud.call(...submission(stuck.row));
    await slow.cloud.call(...submission(slow.row));

    await until(
      () => slow.cloud.target('dcs-instance'),
      (now) => now.version === slow.row.latest,
    );

    expect(Date.now() - begunAt).toBeGreaterThanOrEqual(500);
    expect((await stuck.cloud.target('dcs-instance')).status).toBe('UPGRADING');
  });
});

describe('by rate', () => {
  const rates = { rates: { '*': { read: { '500': 0.3, '429': 0.2 } } } };

  /** Reads each DCS instance `times` times in the order given and notes each one's story. */
  async function story(order: (ids: readonly string[]) => readonly string[]): Promise<unknown> {
    const cloud = await start({ seed: 'story', size: 24, faults: rates });
    const rows = (await cloud.fleet()).filter((row) => row.family === 'dcs-instance');
    const ids = rows.map((row) => row.instanceId);
    const told = new Map<string, number[]>(ids.map((id) => [id, []]));
    for (const id of order(ids)) {
      const { status } = await cloud.call('dcs', `GET /v2/{project}/instances/${id}`);
      told.get(id)?.push(status);
    }
    return [...told];
  }

  const times = 20;
  const eachInTurn = (ids: readonly string[]) => Array.from({ length: times }, () => ids).flat();
  const oneByOne = (ids: readonly string[]) =>
    [...ids].reverse().flatMap((id) => Array.from({ length: times }, () => id));

  test('the same seed in another order of calls -> the same story for each target', async () => {
    const told = await story(eachInTurn);

    expect(await story(oneByOne)).toEqual(told);
    // The story is worth comparing: it has all three answers in it.
    expect(new Set(JSON.stringify(told).match(/\b(200|429|500)\b/g)).size).toBe(3);
  });

  test('a family’s rate holds for it alone', async () => {
    const faults = { rates: { 'dcs-instance': { submit: { '503': 1 } } } };
    const cloud = await start({ faults });
    const statusOf = async (family: (typeof families)[number]) =>
      (await cloud.call(...submission(await cloud.target(family)))).status;

    expect([await statusOf('dcs-instance'), await statusOf('gaussdb-hotfix')]).toEqual([503, 200]);
  });

  test('auth faults befall the token call, list faults with * a list', async () => {
    const cloud = await start();
    await cloud.faults({
      list: [
        { target: '*', on: 'auth', fault: '500', times: 1 },
        { target: '*', on: 'read', fault: '503', times: 1 },
      ],
    });

    const projects = await cloud.call('iam', 'GET /v3/projects');
    const list = await cloud.call('dcs', 'GET /v2/{project}/instances');
    const again = await cloud.call('dcs', 'GET /v2/{project}/instances');

    expect([projects.status, list.status, again.status]).toEqual([500, 503, 200]);
  });
});

test.each([
  [{ rates: { '*': { submit: { '418': 1 } } } }, 'rates.*.submit.418: no such fault here'],
  [{ rates: { mongodb: {} } }, 'rates: "mongodb" is neither "*" nor a family'],
  [{ rates: { '*': { read: { '500': 2 } } } }, 'rates.*.read.500: must be a probability'],
  [{ list: [{ target: 'x', on: 'job', fault: '500' }] }, 'list[0].fault: not for job'],
  [{ list: [{ target: 'x', on: 'read', fault: 'reject' }] }, 'list[0].fault: not for read'],
])('PUT %j -> 400 that says why', async (faults, words) => {
  const cloud = await start();

  expect(await cloud.faults(faults)).toMatchObject({ status: 400, body: { problems: [words] } });
});
