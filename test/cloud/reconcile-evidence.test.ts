import type { FamilyName, Ticket, UpgradeRequest } from '../../rollout/upgrade';
import { PROXY_ID, requestFor } from './cloud';
import type { Answers } from './made-up-cloud';
import { startMadeUpCloud } from './made-up-cloud';

/** When our request, whose answer was lost, was sent. */
const SINCE = Date.parse('2026-01-01T12:00:00.000Z');
const OLD = '3.1';
const NEW = '3.2';
const LOST: Ticket = {
  id: null,
  wanted: NEW,
  since: new Date(SINCE).toISOString(),
  versionBefore: OLD,
};

interface Listed {
  /** Seconds from our request. */
  readonly created: number;
  readonly ended?: number;
  /** Absent: when ours was asked to begin. Hot patches only. */
  readonly starts?: number;
  readonly elsewhere?: true;
  /** Another than the family's pages and the cloud's habits have. TaurusDB only. */
  readonly name?: string;
  /** Its times are in a form that nobody knows. */
  readonly isTimeless?: true;
}

interface Shown {
  readonly job?: Listed;
  readonly isBusy?: true;
  readonly version?: string;
}

const at = (seconds: number | undefined) =>
  seconds === undefined
    ? ''
    : `${new Date(SINCE + seconds * 1000).toISOString().slice(0, 19)}+0000`;

/** What each family's calls show. */
const SHOWN: Readonly<Record<FamilyName, (shown: Shown) => Answers>> = {
  'taurusdb-proxy': (shown) => ({
    'immediate-jobs': { body: { jobs: jobsOf('taurusdb-proxy', shown) } },
    'scheduled-jobs': { body: { schedules: [] } },
    'proxy-version': { body: { current_version: shown.version ?? OLD } },
    proxies: {
      body: {
        proxy_list: [
          { proxy: { pool_id: PROXY_ID, status: shown.isBusy ? 'UPGRADING PROXY' : 'ACTIVE' } },
        ],
      },
    },
  }),
  'taurusdb-instance': (shown) => ({
    'immediate-jobs': { body: { jobs: jobsOf('taurusdb-instance', shown) } },
    'scheduled-jobs': { body: { schedules: [] } },
    [requestFor('taurusdb-instance').target.instanceId]: {
      body: { instance: { status: shown.isBusy ? 'MODIFYING' : 'ACTIVE' } },
    },
    'database-version': {
      body: { datastore: { current_kernel_version: shown.version ?? OLD } },
    },
  }),
  'gaussdb-hotfix': ({ job, isBusy, version = OLD }) => {
    const id = requestFor('gaussdb-hotfix').target.instanceId;
    const task = job && {
      task_id: 'job-1',
      status: job.ended === undefined ? 'Running' : 'Completed',
      instance_id: job.elsewhere ? 'other' : id,
      create_time: at(job.created),
      start_time: at(job.starts ?? 0),
    };
    const status = isBusy ? 'UPGRADING' : 'ACTIVE';
    const datastore = { hotfix_versions: version };
    return {
      'schedule-tasks': { body: { tasks: task ? [task] : [] } },
      instances: { body: { instances: [{ id, status, datastore }] } },
    };
  },
  'dcs-instance': ({ job, isBusy, version = OLD }) => ({
    tasks: {
      body: {
        tasks: job
          ? [
              {
                id: 'job-1',
                status: job.ended === undefined ? 'EXECUTING' : 'SUCCESS',
                created_at: job.isTimeless ? 'lately' : at(job.created),
                updated_at: at(job.ended),
              },
            ]
          : [],
      },
    },
    [requestFor('dcs-instance').target.instanceId]: {
      body: { status: 'RUNNING', task: isBusy ? 'UPGRADING' : null },
    },
    version: { body: { engine_minor_version: version } },
  }),
};

const JOB_NAMES = {
  'taurusdb-proxy': 'UpgradeGaussDBforMySQLProxyVersion',
  'taurusdb-instance': 'UpgradeGaussDBforMySQLDatabaseVersion',
} as const;

function jobsOf(name: keyof typeof JOB_NAMES, { job }: Shown): readonly object[] {
  if (!job) return [];
  return [
    {
      instance_id: job.elsewhere ? 'other' : requestFor(name).target.instanceId,
      job_id: 'job-1',
      job_name: job.name ?? JOB_NAMES[name],
      status: job.ended === undefined ? 'Running' : 'Completed',
      created_time: job.isTimeless ? 'lately' : at(job.created),
      ended_time: at(job.ended),
    },
  ];
}

const ALL = ['taurusdb-proxy', 'taurusdb-instance', 'gaussdb-hotfix', 'dcs-instance'] as const;
// The list of hot patch tasks has no ends, and that of a cache's tasks no other instances.
const WITH_ENDS = ['taurusdb-proxy', 'taurusdb-instance', 'dcs-instance'] as const;
const OF_PROJECT = ['taurusdb-proxy', 'taurusdb-instance', 'gaussdb-hotfix'] as const;
const OF_TAURUSDB = ['taurusdb-proxy', 'taurusdb-instance'] as const;
const HOTFIX = ['gaussdb-hotfix'] as const;

const CASES: readonly {
  readonly name: string;
  readonly shown: Shown;
  readonly expected: string;
  readonly of?: readonly FamilyName[];
}[] = [
  { name: 'a job begun after it', shown: { job: { created: 3 } }, expected: 'adopted job-1' },
  {
    name: 'a job begun after it, ended already',
    shown: { job: { created: 3, ended: 9 }, version: NEW },
    expected: 'adopted job-1',
  },
  {
    name: 'a job begun just before it by the cloud’s clock',
    shown: { job: { created: -5 } },
    expected: 'adopted job-1',
  },
  {
    name: 'a job begun before it, under way',
    shown: { job: { created: -6 }, isBusy: true },
    expected: 'foreign job-1',
  },
  {
    name: 'a job begun before it, ended after it, and the version is there',
    shown: { job: { created: -600, ended: 30 }, version: NEW },
    expected: 'foreign job-1',
    of: WITH_ENDS,
  },
  {
    name: 'a job ended before it, and the version is there',
    shown: { job: { created: -600, ended: -60 }, version: NEW },
    expected: 'adopted null',
    of: WITH_ENDS,
  },
  {
    name: 'a job begun before it, ended since, nothing shows on the instance',
    shown: { job: { created: -600, ended: 30 } },
    expected: 'absent',
    of: WITH_ENDS,
  },
  {
    name: 'a job begun before it, nothing shows on the instance',
    shown: { job: { created: -600 } },
    expected: 'absent',
    // The look before another submit shows it: their list is part of it.
    of: HOTFIX,
  },
  {
    name: 'a job that seems older, by a clock that is behind, and is under way',
    shown: { job: { created: -20 } },
    expected: 'unknown',
    of: WITH_ENDS,
  },
  {
    name: 'a job under way whose times nobody can read',
    shown: { job: { created: 3, isTimeless: true } },
    expected: 'unknown',
    of: WITH_ENDS,
  },
  {
    name: 'an upgrade under way by another name',
    shown: { job: { created: 3, name: 'BatchUpgradeVersions' } },
    expected: 'unknown',
    of: OF_TAURUSDB,
  },
  {
    name: 'a backup under way',
    shown: { job: { created: 3, name: 'CreateGaussDBforMySQLBackup' } },
    expected: 'absent',
    of: OF_TAURUSDB,
  },
  {
    name: 'a job of another instance',
    shown: { job: { created: 3, elsewhere: true } },
    expected: 'absent',
    of: OF_PROJECT,
  },
  {
    name: 'a task begun after it, for an hour later',
    shown: { job: { created: 3, starts: 3_600 }, isBusy: true },
    expected: 'foreign job-1',
    of: HOTFIX,
  },
  {
    name: 'a task begun after it, three minutes late',
    shown: { job: { created: 3, starts: 180 } },
    expected: 'adopted job-1',
    of: HOTFIX,
  },
  { name: 'nothing', shown: {}, expected: 'absent' },
  { name: 'no job, but a busy instance', shown: { isBusy: true }, expected: 'unknown' },
  { name: 'no job, but the version is there', shown: { version: NEW }, expected: 'adopted null' },
  { name: 'no job, but a newer version', shown: { version: '3.10' }, expected: 'adopted null' },
];

const rows = CASES.flatMap((each) => (each.of ?? ALL).map((family) => ({ ...each, family })));

test.each(rows)('$family: $name -> $expected', async ({ family, shown, expected }) => {
  expect(await reconciled(family, SHOWN[family](shown))).toBe(expected);
});

/** What became of the lost request, with the id of the job by which it is known. */
async function reconciled(
  name: FamilyName,
  answers: Answers,
  request: UpgradeRequest = requestFor(name),
): Promise<string> {
  const { family, service } = await startMadeUpCloud(name, answers);
  try {
    const found = await family.reconcile(request, LOST);
    return 'ticket' in found ? `${found.state} ${found.ticket.id}` : found.state;
  } finally {
    await service.close();
  }
}

test.each(OF_TAURUSDB)('%s: a job list that is not whole proves nothing', async (name) => {
  const cut = { 'immediate-jobs': { body: { jobs: [], total_count: 3 } } };

  await expect(reconciled(name, { ...SHOWN[name]({}), ...cut })).rejects.toThrow(
    '0 of 3 were shown',
  );
});

test.each(OF_TAURUSDB)('%s: a job list that shrinks between pages proves nothing', async (name) => {
  const jobs = Array.from({ length: 60 }, (_, i) => ({
    instance_id: `other-${i}`,
    job_id: `other-${i}`,
    job_name: JOB_NAMES[name],
    status: 'Running',
    created_time: at(3),
  }));
  const shrinking: Answers[string] = ({ query }) => {
    const isFirst = query.get('offset') === null;
    // The first row is gone when the second page is read, and so is the one that moved up.
    return isFirst
      ? { body: { jobs: jobs.slice(0, 50), total_count: 60 } }
      : { body: { jobs: jobs.slice(51), total_count: 59 } };
  };

  await expect(
    reconciled(name, { ...SHOWN[name]({}), 'immediate-jobs': shrinking }),
  ).rejects.toThrow('there were 60, then fewer');
});

test.each(OF_TAURUSDB)('%s: one job id with a row for each instance is whole', async (name) => {
  const of = (instanceId: string) => ({
    instance_id: instanceId,
    job_id: 'job-1',
    job_name: JOB_NAMES[name],
    status: 'Running',
    created_time: at(3),
  });
  const { instanceId } = requestFor(name).target;
  const shared = (...ids: readonly string[]): Answers => ({
    ...SHOWN[name]({}),
    'immediate-jobs': { body: { jobs: ids.map(of), total_count: ids.length } },
  });

  expect(await reconciled(name, shared('other', instanceId, 'third'))).toBe('adopted job-1');
  expect(await reconciled(name, shared('other', 'third'))).toBe('absent');
});

const delayed = (() => {
  const request = requestFor('taurusdb-instance');
  return { ...request, upgrade: { ...request.upgrade, delay: true } } as typeof request;
})();
const waiting = { task_id: 'job-1', task_status: 'WAITING', create_time: SINCE + 3_000 };

test.each<readonly [string, Answers[string], string]>([
  ['one begun after it', { body: { exist: true, scheduled_tasks: [waiting] } }, 'adopted job-1'],
  [
    'one that seems older',
    { body: { exist: true, scheduled_tasks: [{ ...waiting, create_time: SINCE - 60_000 }] } },
    'unknown',
  ],
  ['none', { body: { exist: false, scheduled_tasks: [] } }, 'absent'],
  ['no such call here', { status: 404, body: {} }, 'absent'],
])(
  'a scheduled kernel upgrade that no list shows, by the check for such: %s -> %s',
  async (_name, exist, expected) => {
    const shown = { ...SHOWN['taurusdb-instance']({}), exist };

    expect(await reconciled('taurusdb-instance', shown, delayed)).toBe(expected);
  },
);
