import { readUpdateResult } from '../../cloud/taurusdb-proxy-verdict';
import type { UpgradeRow } from '../../cloud/taurusdb-proxy-answers';
import type { Cloud } from './cloud';
import {
  basisOf,
  followToEnd,
  PROXY_ID,
  reconcileFor,
  requestFor,
  startCloud,
  submitAfterLook,
  ticketOf,
} from './cloud';

const NAME = 'taurusdb-proxy';
const request = requestFor(NAME);
let cloud: Cloud | undefined;

afterEach(() => cloud?.close());

async function start(...args: Parameters<typeof startCloud>) {
  cloud = await startCloud(...args);
  return { cloud, family: cloud.families[NAME] };
}

describe('update_result', () => {
  const target = { proxyId: 'p', instanceId: 'i' };
  const ticket = { id: null, wanted: '2', since: '2026-01-01T00:00:00.000Z', versionBefore: '1' };
  const accept = { state: 'ACCEPT', error_message: null, workflow_id: 'w1' };
  const reject = { state: 'REJECT', error_message: 'no subnet ip', workflow_id: 'w2' };
  const accepted = { state: 'accepted', ticket: { ...ticket, id: 'w1' } };
  const rejected = { state: 'rejected', kind: 'forNow', code: null, words: 'no subnet ip' };
  const unknown = { state: 'unknown' };

  test.each<[string, readonly UpgradeRow[], object]>([
    ['one row without an id', [accept], accepted],
    ['one row that refuses', [reject], rejected],
    ['a row with the proxy id', [{ ...accept, instance_id: 'p' }], accepted],
    ['a row with the instance id', [{ ...accept, instance_id: 'i' }], accepted],
    ["one row, but somebody else's", [{ ...accept, instance_id: 'x' }], unknown],
    [
      "ours and somebody else's",
      [
        { ...reject, instance_id: 'x' },
        { ...accept, instance_id: 'p' },
      ],
      accepted,
    ],
    [
      "ours refuses, somebody else's not",
      [
        { ...accept, instance_id: 'x' },
        { ...reject, instance_id: 'p' },
      ],
      rejected,
    ],
    [
      'the proxy before its instance',
      [
        { ...reject, instance_id: 'i' },
        { ...accept, instance_id: 'p' },
      ],
      accepted,
    ],
    ['the example: two rows of nobody that disagree', [accept, reject], unknown],
    [
      'two rows of ours that disagree',
      [
        { ...accept, instance_id: 'p' },
        { ...reject, instance_id: 'p' },
      ],
      unknown,
    ],
    ['two rows of nobody, both accepted', [accept, accept], unknown],
    ['two rows of nobody, both refused', [reject, reject], rejected],
    ['no row', [], unknown],
    ['accepted with an error', [{ ...accept, error_message: 'but' }], unknown],
    ['a state of no page', [{ ...accept, state: 'QUEUED' }], unknown],
    ['no state', [{ workflow_id: 'w1' }], unknown],
    ['accepted without an id', [{ ...accept, workflow_id: '' }], { ...accepted, ticket }],
    [
      'refused without words',
      [{ ...reject, error_message: '' }],
      { ...rejected, words: 'REJECT without words' },
    ],
    [
      'no version to go to',
      [{ ...reject, error_message: 'Parameter error' }],
      { ...rejected, kind: 'forGood', words: 'Parameter error' },
    ],
  ])('%s', (_name, rows, expected) => {
    const submission = readUpdateResult({ update_result: [...rows] }, target, ticket);

    expect(submission).toMatchObject(expected);
  });
});

test('two rows that cannot be told apart: unknown, and then found', async () => {
  const { family } = await start({ set: ['proxyRows=2', 'proxyRowId=none'] });
  const basis = await basisOf(family, request);
  const since = new Date().toISOString();

  const submission = await family.submit(request, basis);
  const lost = { id: null, wanted: basis.wanted, since, versionBefore: basis.versionNow };
  const found = await reconcileFor(family, request, lost, 5000);

  expect(submission.state).toBe('unknown');
  expect(found.state).toBe('adopted');
});

test.each([
  ['proxyRowId=instance', {}, 'accepted'],
  ['proxyRowId=none', {}, 'accepted'],
  ['proxyUpToDate=reject', { version: '2.26.03.000' }, 'rejected'],
  ['proxyUpToDate=error', { version: '2.26.03.000' }, 'rejected'],
])('%s: %j is %s', async (set, target, state) => {
  const { family } = await start({ set: [set], targets: { [NAME]: target } });

  const submission = await submitAfterLook(family, request);

  expect(submission).toMatchObject(state === 'rejected' ? { state, kind: 'forGood' } : { state });
});

test.each(['reject', 'error'])('a second submit, secondSubmit=%s: busy', async (how) => {
  const { family } = await start({ set: [`secondSubmit=${how}`] });
  const basis = await basisOf(family, request);
  await family.submit(request, basis);

  const second = await family.submit(request, basis);

  expect(second).toMatchObject({ state: 'rejected', kind: 'busy' });
});

test.each([
  ['/jobs knows no workflow id', ['workflowIdInJobs=false']],
  ['nor has the task a name we know', ['workflowIdInJobs=false', 'proxyJobName=Mystery']],
  [
    'nor does the status tell',
    ['workflowIdInJobs=false', 'proxyJobName=Mystery', 'proxyBusyStatus=ACTIVE'],
  ],
])('%s: followed to its end', async (_name, set) => {
  const { family } = await start({ set });

  const ticket = ticketOf(await submitAfterLook(family, request));
  const { end, seen } = await followToEnd(family, request, ticket);

  expect(seen[0]).toMatchObject({ state: 'running' });
  expect(end).toEqual({ state: 'succeeded' });
});

test('/jobs knows no workflow id: a failure is found in the instant tasks', async () => {
  const { cloud: on, family } = await start({ set: ['workflowIdInJobs=false'] });
  await on.fault('job', 'fail');

  const ticket = ticketOf(await submitAfterLook(family, request));
  const { end } = await followToEnd(family, request, ticket);

  expect(end).toMatchObject({
    state: 'failed',
    words: expect.stringContaining('did not restart') as string,
  });
});

test('progress has its percent', async () => {
  const { family } = await start({ set: ['jobVisibleAfter=0s'] });
  const ticket = ticketOf(await submitAfterLook(family, request));
  await new Promise((resolve) => setTimeout(resolve, 300));

  const progress = await family.follow(request, ticket);

  expect(progress).toMatchObject({ state: 'running', status: 'Running' });
  expect(progress.state === 'running' && progress.percent).toBeGreaterThan(10);
});

test.each([
  ['ACTIVE', 'ready'],
  ['ADDING PROXY NODE', 'busy'],
  ['CHANGING WEIGHT', 'busy'],
  ['FAILED', 'bad'],
  ['ABNORMAL', 'bad'],
  ['DELETED', 'gone'],
] as const)('status %s is %s', async (status, state) => {
  const { cloud: on, family } = await start({ targets: { [NAME]: { status } } });

  expect(await family.inspect(request)).toMatchObject({ state, status });
  expect(on.warnings).toEqual([]);
});

test('a status word of no page is busy, and said once', async () => {
  const { cloud: on, family } = await start({ targets: { [NAME]: { status: 'WOBBLING' } } });

  await family.inspect(request);
  const seen = await family.inspect(request);

  expect(seen).toMatchObject({ state: 'busy', status: 'WOBBLING' });
  expect(on.warnings).toEqual([
    {
      data: { field: 'proxy status', word: 'WOBBLING' },
      message: 'The cloud used a status word that its documents do not have',
    },
  ]);
});

test('a look at a proxy at rest costs two calls', async () => {
  const { cloud: on, family } = await start();

  await family.inspect(request);

  const paths = (await on.journal()).map(({ path }) => path?.split('/').at(-1));
  expect(paths.sort()).toEqual(['proxies', 'proxy-version']);
});

test('a proxy that its instance does not have is gone', async () => {
  const { family } = await start();
  const target = { ...request.target, proxyId: PROXY_ID.replaceAll('e', '9') };

  expect(await family.inspect({ ...request, target })).toMatchObject({ state: 'gone' });
});
