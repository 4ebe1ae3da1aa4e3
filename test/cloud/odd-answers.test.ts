import { UnexpectedAnswerError } from '../../cloud/errors';
import { firstStep } from '../../rollout/attempt';
import type { FamilyName, Ticket } from '../../rollout/upgrade';
import { FAMILIES } from '../../rollout/upgrade';
import { PROXY_ID, rejection, requestFor } from './cloud';
import type { Answers } from './made-up-cloud';
import { startMadeUpCloud } from './made-up-cloud';
import type { MadeUpService, Reply } from './server';

let service: MadeUpService;
const warnings: unknown[] = [];

afterEach(async () => {
  warnings.length = 0;
  await service.close();
});

const BASIS = { versionNow: '1.0', wanted: '2.0' };
const SINCE = '2026-01-01T00:00:00.000Z';
const TICKET: Ticket = { id: 'task-1', wanted: '2.0', since: SINCE, versionBefore: '1.0' };
const CREATED = '2026-01-01T00:00:01+0000';

async function cloudThatAnswers(name: FamilyName, answers: Answers) {
  const cloud = await startMadeUpCloud(name, answers, (data) => void warnings.push(data));
  ({ service } = cloud);
  return cloud.family;
}

test.each(FAMILIES)('%s: a read answered by an empty object is unexpected', async (name) => {
  const family = await cloudThatAnswers(name, {});

  expect(await rejection(family.inspect(requestFor(name)))).toBeInstanceOf(UnexpectedAnswerError);
});

test.each(FAMILIES)('%s: a submit answered by an empty object is unknown', async (name) => {
  const family = await cloudThatAnswers(name, {});

  const submission = await family.submit(requestFor(name), BASIS);

  expect(submission).toMatchObject({ state: 'unknown' });
});

test.each([
  ['taurusdb-instance', 'upgrade', { resp: 'partly' }],
  ['gaussdb-hotfix', 'schedule-task', { instance_tasks: [] }],
  ['gaussdb-hotfix', 'schedule-task', { instance_tasks: [{ task_id: 't', instance_id: 'x' }] }],
  ['gaussdb-hotfix', 'schedule-task', { instance_tasks: [{ task_id: 't' }] }],
  ['dcs-instance', 'upgrade', { task_id: '' }],
] as const)('%s: %s answered %j is unknown', async (name, part, body) => {
  const family = await cloudThatAnswers(name, { [part]: { body } });

  expect(await family.submit(requestFor(name), BASIS)).toMatchObject({ state: 'unknown' });
});

test('a task id that two instances share is ours by instance', async () => {
  const { instanceId } = requestFor('gaussdb-hotfix').target;
  const rows = [
    { task_id: 'task-1', status: 'Failed', instance_id: 'other', create_time: CREATED },
    { task_id: 'task-1', status: 'Completed', instance_id: instanceId, create_time: CREATED },
  ];
  const family = await cloudThatAnswers('gaussdb-hotfix', {
    'schedule-tasks': { body: { tasks: rows } },
  });

  const progress = await family.follow(requestFor('gaussdb-hotfix'), TICKET);

  expect(progress).toEqual({ state: 'succeeded' });
});

test('a task that somebody else scheduled since then is not taken for the one of the ticket', async () => {
  const { instanceId } = requestFor('gaussdb-hotfix').target;
  const rows = [
    { task_id: 'theirs', status: 'Failed', instance_id: instanceId, create_time: CREATED },
  ];
  const family = await cloudThatAnswers('gaussdb-hotfix', {
    'schedule-tasks': { body: { tasks: rows } },
    instances: { body: { instances: [{ id: instanceId, status: 'ACTIVE' }] } },
  });
  const ticket = { ...TICKET, versionBefore: '' };

  const progress = await family.follow(requestFor('gaussdb-hotfix'), ticket);

  expect(progress).toMatchObject({ state: 'running', status: 'no trace of it in the job lists' });
});

/** How each family's list shows a job of that status. */
const LISTED: Readonly<Record<FamilyName, (status: string) => Readonly<Record<string, Reply>>>> = {
  'taurusdb-proxy': (status) => ({ jobs: { body: { job: { id: 'task-1', status } } } }),
  'taurusdb-instance': (status) => ({
    'immediate-jobs': {
      body: {
        jobs: [
          {
            instance_id: requestFor('taurusdb-instance').target.instanceId,
            job_id: 'task-1',
            status,
            created_time: CREATED,
          },
        ],
      },
    },
  }),
  'gaussdb-hotfix': (status) => ({
    'schedule-tasks': {
      body: {
        tasks: [
          {
            task_id: 'task-1',
            status,
            instance_id: requestFor('gaussdb-hotfix').target.instanceId,
            create_time: CREATED,
          },
        ],
      },
    },
  }),
  'dcs-instance': (status) => ({
    progress: { status: 400, body: { error_code: 'DCS.4070', error_msg: 'no such task' } },
    tasks: { body: { tasks: [{ id: 'task-1', status, created_at: CREATED }] } },
  }),
};

test.each(FAMILIES)('%s: a job status of no page is running, and said', async (name) => {
  const family = await cloudThatAnswers(name, LISTED[name]('Dreaming'));

  const progress = await family.follow(requestFor(name), TICKET);

  expect(progress).toMatchObject({ state: 'running', status: 'Dreaming' });
  expect(warnings).toMatchObject([{ word: 'Dreaming' }]);
});

test.each([
  ['taurusdb-proxy', 'Unauthorized', 'running'],
  ['taurusdb-instance', 'Unauthorized', 'running'],
  ['taurusdb-instance', 'Canceled', 'failed'],
  ['taurusdb-instance', 'Completed', 'succeeded'],
  ['gaussdb-hotfix', 'Canceled', 'failed'],
  ['dcs-instance', 'CANCELLED', 'failed'],
  ['dcs-instance', 'DELETED', 'failed'],
  ['dcs-instance', 'CREATED', 'running'],
  ['dcs-instance', 'SUCCESS', 'succeeded'],
] as const)('%s: status %s is %s', async (name, status, state) => {
  const family = await cloudThatAnswers(name, LISTED[name](status));

  expect(await family.follow(requestFor(name), TICKET)).toMatchObject({ state });
  expect(warnings).toEqual([]);
});

test('the reason of a failed hot patch cannot be had: failed all the same', async () => {
  const listed = LISTED['gaussdb-hotfix']('Failed');
  const family = await cloudThatAnswers('gaussdb-hotfix', { ...listed, tasks: null });

  const progress = await family.follow(requestFor('gaussdb-hotfix'), TICKET);

  expect(progress).toEqual({
    state: 'failed',
    words: 'the cloud calls it Failed and gives no reason',
  });
});

test('a cache task with a failed step is failed by the list, in the words of the step', async () => {
  const steps = [
    { step_name: 'migrate', step_status: 'FAILED', error_code: 'DCS.4842' },
    { step_name: 'clean', step_status: 'WAITING' },
  ];
  const family = await cloudThatAnswers('dcs-instance', {
    ...LISTED['dcs-instance']('FAILED'),
    progress: { body: { progress: 40, step_details: steps } },
  });

  const progress = await family.follow(requestFor('dcs-instance'), TICKET);

  expect(progress).toEqual({ state: 'failed', words: 'step migrate failed with DCS.4842' });
});

test('an odd row of another instance does not hide the job of ours', async () => {
  const { instanceId } = requestFor('taurusdb-instance').target;
  const odd = { instance_id: 'other', job_id: 'job-0', status: null, process: 40 };
  const ours = { instance_id: instanceId, job_id: 'job-1', status: 'Running', process: '40%' };
  const family = await cloudThatAnswers('taurusdb-instance', {
    'immediate-jobs': { body: { jobs: [odd, { ...ours, created_time: CREATED }] } },
  });

  const progress = await family.follow(requestFor('taurusdb-instance'), { ...TICKET, id: null });

  expect(progress).toMatchObject({ state: 'running', percent: 40 });
});

test('a long list of jobs is read page by page', async () => {
  const { instanceId } = requestFor('taurusdb-instance').target;
  const rows = Array.from({ length: 120 }, (_, i) => ({
    instance_id: i === 119 ? instanceId : `other-${i}`,
    job_id: `job-${i}`,
    status: 'Running',
    process: '40%',
    created_time: CREATED,
  }));
  const family = await cloudThatAnswers('taurusdb-instance', {
    'immediate-jobs': ({ query }) => {
      const from = Number(query.get('offset') ?? 0);
      return { body: { jobs: rows.slice(from, from + Number(query.get('limit'))) } };
    },
  });

  const progress = await family.follow(requestFor('taurusdb-instance'), { ...TICKET, id: null });

  expect(progress).toMatchObject({ state: 'running', percent: 40 });
  expect(service.received.map(({ query }) => query.get('offset'))).toEqual([null, '50', '100']);
});

test.each([
  ['its pool', { status: 'ACTIVE', pool_status: 'ABNORMAL', nodes: [] }, 'bad'],
  ['a node', { status: 'ACTIVE', pool_status: 'ACTIVE', nodes: [{ status: 'FAILED' }] }, 'bad'],
  ['a new node', { status: 'ACTIVE', nodes: [{ status: 'ACTIVE' }, { status: 'BUILD' }] }, 'busy'],
  ['a deleted node', { status: 'ACTIVE', nodes: [{ status: 'DELETED' }] }, 'busy'],
  [
    'work, with a node down',
    { status: 'DISABLING PROXY', nodes: [{ status: 'ABNORMAL' }] },
    'busy',
  ],
  ['nothing', { status: 'ACTIVE' }, 'ready'],
] as const)('a proxy is judged by %s', async (_name, proxy, state) => {
  const family = await cloudThatAnswers('taurusdb-proxy', {
    'proxy-version': { body: { current_version: '1.0' } },
    proxies: { body: { proxy_list: [{ proxy: { pool_id: PROXY_ID, ...proxy } }] } },
    'immediate-jobs': { body: { jobs: [] } },
    'scheduled-jobs': { body: { schedules: [] } },
  });

  expect(await family.inspect(requestFor('taurusdb-proxy'))).toMatchObject({ state });
});

test('of one job id that two instances share each is told its own', async () => {
  const requests = [
    requestFor('taurusdb-proxy'),
    requestFor('taurusdb-proxy', { instanceId: 'b' }),
  ];
  const jobs = requests.map(({ target }, i) => ({
    instance_id: target.instanceId,
    job_id: 'task-1',
    status: ['Failed', 'Completed'][i],
    created_time: CREATED,
  }));
  const family = await cloudThatAnswers('taurusdb-proxy', {
    'immediate-jobs': { body: { jobs, total_count: 2 } },
  });

  const [first, second] = await Promise.all(
    requests.map((request) => family.follow(request, TICKET)),
  );

  expect([first?.state, second?.state]).toEqual(['failed', 'succeeded']);
});

test('a job that the cloud calls another instance’s says nothing about ours', async () => {
  const theirs = { id: 'task-1', status: 'Failed', instance: { id: 'other' } };
  const family = await cloudThatAnswers('taurusdb-proxy', {
    jobs: { body: { job: theirs } },
    'immediate-jobs': { body: { jobs: [] } },
    'proxy-version': { body: { current_version: '1.0' } },
    proxies: { body: { proxy_list: [{ proxy: { pool_id: PROXY_ID, status: 'ACTIVE' } }] } },
  });

  const progress = await family.follow(requestFor('taurusdb-proxy'), TICKET);

  expect(progress).toMatchObject({ state: 'running', status: 'no trace of it in the job lists' });
});

test.each(FAMILIES)('%s: 20 MB of an answer are not read, and are no answer', async (name) => {
  const parts = ['upgrade', 'upgrade-version', 'schedule-task', 'tasks', 'instances', 'version'];
  const lists = ['immediate-jobs', 'schedule-tasks', 'proxies', 'database-version'];
  const huge = { body: `"${'x'.repeat(20_000_000)}"` };
  const family = await cloudThatAnswers(
    name,
    Object.fromEntries([...parts, ...lists].map((part) => [part, huge])),
  );

  expect(await rejection(family.inspect(requestFor(name)))).toBeInstanceOf(UnexpectedAnswerError);
  expect(await family.submit(requestFor(name), BASIS)).toMatchObject({ state: 'unknown' });
  expect(await rejection(family.reconcile(requestFor(name), TICKET))).toBeInstanceOf(
    UnexpectedAnswerError,
  );
});

test.each([
  ['a time of no calendar', '2026-99-99T99:99:99Z'],
  ['a time in words', 'yesterday'],
  ['a time beyond all years', '999999999999999999999'],
])('a job with %s is no job of ours, and nothing breaks', async (_name, created) => {
  const { instanceId } = requestFor('taurusdb-instance').target;
  const row = { instance_id: instanceId, job_id: 'j', status: 'Running', created_time: created };
  const family = await cloudThatAnswers('taurusdb-instance', {
    'immediate-jobs': { body: { jobs: [row] } },
    'scheduled-jobs': { body: { schedules: [] } },
    [instanceId]: { body: { instance: { status: 'MODIFYING' } } },
    'database-version': {
      body: { datastore: { current_kernel_version: '1.0', latest_kernel_version: '2.0' } },
    },
  });

  const found = await family.reconcile(requestFor('taurusdb-instance'), TICKET);
  const seen = await family.inspect(requestFor('taurusdb-instance'));

  expect(found.state).toBe('unknown');
  expect(seen).toMatchObject({ state: 'upgrading', ticket: { id: 'j' } });
});

describe('a delayed kernel upgrade that is to be authorized', () => {
  const delayed = requestFor('taurusdb-instance', { upgrade: { delay: true } });
  const { instanceId } = delayed.target;
  const listed = (status: string): Reply => {
    const schedule = { job_id: 'task-1', instance_id: instanceId, job_status: status };
    return { body: { schedules: [{ ...schedule, create_time: CREATED }] } };
  };
  const around: Answers = {
    'immediate-jobs': { body: { jobs: [] } },
    [instanceId]: { body: { instance: { status: 'ACTIVE' } } },
    'database-version': {
      body: { datastore: { current_kernel_version: '1.0', latest_kernel_version: '2.0' } },
    },
  };

  test('is under way: followed, and no second one is submitted', async () => {
    const answers = { ...around, 'scheduled-jobs': listed('Unauthorized') };
    const family = await cloudThatAnswers('taurusdb-instance', answers);

    const progress = await family.follow(delayed, TICKET);
    const seen = await family.inspect(delayed);

    expect(progress).toMatchObject({ state: 'running', status: 'Unauthorized' });
    expect(seen).toMatchObject({ state: 'upgrading', ticket: { id: 'task-1', wanted: '2.0' } });
  });

  test('that seems older than a lost request leaves that unknown', async () => {
    const job = { instance_id: instanceId, job_id: 'job-0', status: 'Unauthorized' };
    const family = await cloudThatAnswers('taurusdb-instance', {
      ...around,
      'immediate-jobs': { body: { jobs: [{ ...job, created_time: '2025-12-31T23:59:30+0000' }] } },
      'scheduled-jobs': { body: { schedules: [] } },
    });

    const found = await family.reconcile(delayed, { ...TICKET, id: null });

    expect(found).toEqual({ state: 'unknown', words: 'job-0 is listed as Unauthorized' });
  });

  test('has not begun, and can be cancelled', async () => {
    let status = 'Unauthorized';
    const family = await cloudThatAnswers('taurusdb-instance', {
      'scheduled-jobs': ({ method }) => {
        if (method !== 'DELETE') return listed(status);
        status = 'Canceled';
        return { body: { job_ids: ['task-1'] } };
      },
    });

    expect(await family.cancel(delayed, TICKET)).toEqual({ state: 'cancelled' });
    expect(status).toBe('Canceled');
  });
});

describe('a GaussDB instance whose candidate versions cannot be had', () => {
  const hotfix = requestFor('gaussdb-hotfix');
  const { instanceId } = hotfix.target;
  const noNode: Reply = {
    status: 404,
    body: { error_code: 'DBS.200408', error_msg: 'The instance is abnormal: no normal node.' },
  };
  const rowOf = (status: string): Reply => ({
    body: { instances: [{ id: instanceId, status, datastore: { hotfix_versions: '1.0' } }] },
  });

  test.each([
    ['refused, FAILED', noNode, rowOf('FAILED'), undefined, { state: 'bad', status: 'FAILED' }],
    ['refused, FAILED after', noNode, rowOf('FAILED'), '2.0', { state: 'bad', status: 'FAILED' }],
    ['5xx, FAILED', { status: 500, body: {} }, rowOf('FAILED'), undefined, { state: 'bad' }],
    ['refused, DELETED', noNode, rowOf('DELETED'), undefined, { state: 'gone' }],
    ['refused, not listed', noNode, { body: { instances: [] } }, undefined, { state: 'gone' }],
  ] as const)('%s: what its own row shows is told', async (_name, refusal, row, wanted, told) => {
    const answers = { 'candidate-versions': refusal, instances: row };
    const family = await cloudThatAnswers('gaussdb-hotfix', answers);

    expect(await family.inspect(hotfix, { wanted })).toMatchObject(told);
  });

  test('refused, ACTIVE: whether it can be upgraded is not known', async () => {
    const answers = { 'candidate-versions': noNode, instances: rowOf('ACTIVE') };
    const family = await cloudThatAnswers('gaussdb-hotfix', answers);

    await expect(family.inspect(hotfix)).rejects.toThrow('no normal node');
  });
});

test.each<readonly [string, Reply | null]>([
  ['5xx', { status: 500, body: {} }],
  ['a cut connection', null],
])('candidate versions of several, answered by %s: each alone', async (_name, trouble) => {
  const [well, sick] = [
    requestFor('gaussdb-hotfix'),
    requestFor('gaussdb-hotfix', { instanceId: 'sick' }),
  ];
  const rows = [well, sick].map(({ target }) => ({ id: target.instanceId, status: 'ACTIVE' }));
  const offered = { body: { hotfix_upgrade_candidate_versions: ['3.208.0.6', '3.208.0.7'] } };
  const family = await cloudThatAnswers('gaussdb-hotfix', {
    'candidate-versions': ({ method, path }) =>
      method === 'POST' || path.includes('sick') ? trouble : offered,
    instances: { body: { instances: rows, total_count: 2 } },
    'schedule-tasks': { body: { tasks: [] } },
  });

  const [one, other] = await Promise.allSettled([family.inspect(well), family.inspect(sick)]);

  expect(one).toMatchObject({ value: { state: 'ready', upgradable: true } });
  expect(other).toMatchObject({ reason: { name: 'CloudUnavailableError' } });
});

describe('an upgrade of somebody else, to a version that the cloud does not tell', () => {
  const kernel = requestFor('taurusdb-instance').target.instanceId;
  const cache = requestFor('dcs-instance', { upgrade: { engineMinorVersion: 'latest' } });
  const running = { instance_id: kernel, job_id: 'theirs', status: 'Running' };

  test.each([undefined, null, ''])(
    'a kernel, newest %j: waited for, not adopted',
    async (newest) => {
      const datastore = { current_kernel_version: '1.0', latest_kernel_version: newest };
      const family = await cloudThatAnswers('taurusdb-instance', {
        'immediate-jobs': { body: { jobs: [{ ...running, created_time: CREATED }] } },
        'scheduled-jobs': { body: { schedules: [] } },
        [kernel]: { body: { instance: { status: 'MODIFYING' } } },
        'database-version': { body: { datastore } },
      });
      const request = requestFor('taurusdb-instance');

      const seen = await family.inspect(request);

      expect(seen).toMatchObject({ state: 'upgrading', ticket: null });
      const step = firstStep(request.upgrade, seen, null);
      expect(step).toMatchObject({ do: 'end', result: 'notSubmitted', reason: 'busy' });
    },
  );

  test.each([
    ['it names its task', { service_upgrade: true, service_task_id: 'theirs' }],
    ['a list has its task', { task: 'UPGRADING' }],
  ])('a cache, %s: waited for, not adopted', async (_name, shown) => {
    const family = await cloudThatAnswers('dcs-instance', {
      tasks: { body: { tasks: [{ id: 'theirs', status: 'EXECUTING', created_at: CREATED }] } },
      [cache.target.instanceId]: { body: { status: 'RUNNING', ...shown } },
      version: { body: { engine_minor_version: '1.0', latest_engine_minor_version: '' } },
    });

    const seen = await family.inspect(cache);
    const asked = await family.inspect({
      ...cache,
      upgrade: { ...cache.upgrade, engineMinorVersion: '2.0' } as typeof cache.upgrade,
    });

    expect(seen).toMatchObject({ state: 'upgrading', ticket: null });
    expect(asked).toMatchObject({ state: 'upgrading', ticket: { id: 'theirs', wanted: '2.0' } });
  });
});
