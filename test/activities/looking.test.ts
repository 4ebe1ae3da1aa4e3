import { setTimeout as sleep } from 'node:timers/promises';
import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { createFollow } from '../../activities/follow';
import { createInspect } from '../../activities/inspect';
import { createReconcile } from '../../activities/reconcile';
import {
  AuthenticationError,
  CloudUnavailableError,
  RequestRefusedError,
  UnexpectedAnswerError,
} from '../../cloud/errors';
import type { CallOptions, Families } from '../../cloud/family';
import { clockMs } from '../../cloud/snapshots';
import type { Reconciliation, Ticket, UpgradeRequest } from '../../rollout/upgrade';

const request = { upgrade: { family: 'dcs-instance' } } as UpgradeRequest;

/** What an activity leaves when it is tried again, and how it ended. */
async function run<T>(
  activity: () => Promise<T>,
  details: unknown,
): Promise<{ readonly value?: T; readonly error?: Failure; readonly details: unknown }> {
  let left = details;
  const context = {
    cancellationSignal: new AbortController().signal,
    info: { heartbeatDetails: details, scheduledTimestampMs: Date.now() },
    heartbeat: (given: unknown) => (left = given),
  };
  const within = asyncLocalStorage.run(context as unknown as Context, activity);
  return within.then(
    (value) => ({ value, details: left }),
    (error: unknown) => ({ error: error as Failure, details: left }),
  );
}

interface Failure {
  readonly type?: string;
  readonly nonRetryable?: boolean;
  readonly message: string;
}

const refused = () => new RequestRefusedError('refused', 'forGood');
const busy = () => new RequestRefusedError('busy', 'busy');
const odd = () => new UnexpectedAnswerError('odd');
const away = () => new CloudUnavailableError('away');
const denied = () => new AuthenticationError('denied');
const endpoint = () => new RequestRefusedError('no such API', 'endpoint');

test.each([
  { name: 'refused three times', tries: [refused, refused, refused], believed: false },
  { name: 'refused four times', tries: [refused, refused, refused, refused], believed: true },
  { name: 'odd four times', tries: [odd, odd, odd, odd], believed: true },
  { name: 'meant in different words', tries: [busy, odd, refused, busy], believed: true },
  {
    name: 'four refusals, an outage between them',
    tries: [refused, refused, refused, away, refused],
    believed: false,
  },
  {
    name: 'an outage, then four refusals',
    tries: [away, away, away, refused, refused, refused, refused],
    believed: true,
  },
  { name: 'denied for ever', tries: [denied, denied, denied, denied, denied], believed: false },
  { name: 'a wrong endpoint', tries: [endpoint, endpoint, endpoint, endpoint], believed: false },
])('inspect: $name -> believed: $believed', async ({ tries, believed }) => {
  let details: unknown;
  let last: Failure | undefined;
  for (const answer of tries) {
    const inspect = () => Promise.reject(answer());
    const families = { 'dcs-instance': { inspect } } as unknown as Families;
    const tried = await run(() => createInspect(families)(request), details);
    details = tried.details;
    last = tried.error;
  }

  expect(last?.nonRetryable).toBe(believed);
});

test('inspect: an instance that is missing four times in a row is gone', async () => {
  const inspect = () => Promise.resolve({ state: 'gone', status: 'DCS.3022' });
  const families = { 'dcs-instance': { inspect } } as unknown as Families;
  const told: unknown[] = [];
  let details: unknown;
  for (let tries = 1; tries <= 4; tries += 1) {
    const tried = await run(() => createInspect(families)(request), details);
    details = tried.details;
    told.push(tried.value?.state ?? [tried.error?.type, tried.error?.nonRetryable]);
  }

  expect(told).toEqual([['Refused', false], ['Refused', false], ['Refused', false], 'gone']);
});

const missing = () => new RequestRefusedError('no such instance', 'notFound');
const gone = { state: 'gone', status: 'DCS.3022', version: '' };
const there = { state: 'ready', status: 'RUNNING', version: '2.0' };

test.each([
  { name: 'gone, seen for the first time', seen: gone, looks: 0, expected: 'StillRunning' },
  { name: 'gone, seen for the third time', seen: gone, looks: 2, expected: 'failed' },
  { name: 'there: the list alone was wrong', seen: there, looks: 0, expected: 'Refused' },
])('follow: the lists know no such instance, it is $name -> $expected', async (row) => {
  const follow = () => Promise.reject(missing());
  const inspect = () => Promise.resolve(row.seen);
  const families = { 'dcs-instance': { follow, inspect } } as unknown as Families;
  const upgrade = { family: 'dcs-instance', followForMs: 60_000 };
  const input = {
    request: { upgrade } as UpgradeRequest,
    ticket: { ...lost, since: new Date().toISOString() },
    polling: { minMs: 1_000, maxMs: 10_000 },
    expectedMs: null,
  };

  const { value, error } = await run(() => createFollow(families)(input), {
    verifyLooks: row.looks,
  });

  expect(value?.state ?? error?.type).toBe(row.expected);
});

describe('how fresh a read must be', () => {
  const polling = { minMs: 10_000, maxMs: 60_000 };
  const since = new Date(Date.now() - polling.minMs).toISOString();
  const ticket = { id: 't', wanted: '2.0', since, versionBefore: '1.0' };
  const upgrade = { family: 'dcs-instance', followForMs: 60_000 };
  const input = { request: { upgrade } as UpgradeRequest, ticket, polling, expectedMs: null };

  test('before a submit: one that began after the attempt asked', async () => {
    let options: CallOptions = {};
    const inspect = (_request: unknown, given: CallOptions) => {
      options = given;
      return Promise.resolve(there);
    };
    const families = { 'dcs-instance': { inspect } } as unknown as Families;

    const askedAtMs = clockMs();
    await run(() => createInspect(families)(request), undefined);

    expect(options.freshSinceMs).toBeGreaterThanOrEqual(askedAtMs);
  });

  test('verify: one that began after the end was seen', async () => {
    let seenAtMs = NaN;
    let asked: CallOptions = {};
    const follow = async () => {
      await sleep(20);
      seenAtMs = clockMs();
      return { state: 'succeeded' };
    };
    const inspect = (_request: unknown, given: CallOptions) => {
      asked = given;
      return Promise.resolve(there);
    };
    const families = { 'dcs-instance': { follow, inspect } } as unknown as Families;

    await run(() => createFollow(families)(input), undefined);

    expect(asked).toMatchObject({ priority: 'verify', wanted: '2.0' });
    expect(asked.freshSinceMs).toBeGreaterThanOrEqual(seenAtMs);
  });

  test('follow: none right after the submit', async () => {
    const families = { 'dcs-instance': {} } as unknown as Families;
    const begun = { ...input, ticket: { ...ticket, since: new Date().toISOString() } };

    const { error } = await run(() => createFollow(families)(begun), undefined);

    expect(error).toMatchObject({ type: 'StillRunning', message: 'just begun' });
  });

  test('follow: one of this beat, and of the last two seconds', async () => {
    let askedSinceMs = NaN;
    const follow = (_request: unknown, _ticket: unknown, given: CallOptions) => {
      askedSinceMs = clockMs() - (given.freshSinceMs ?? NaN);
      return Promise.resolve({ state: 'running', percent: null, remainingMs: null, status: 'on' });
    };
    const families = { 'dcs-instance': { follow } } as unknown as Families;

    const sinceBeatMs = Date.now() % polling.minMs;
    const { error } = await run(() => createFollow(families)(input), undefined);

    expect(error?.type).toBe('StillRunning');
    expect(askedSinceMs).toBeGreaterThanOrEqual(0);
    expect(askedSinceMs).toBeLessThanOrEqual(Math.min(sinceBeatMs, 2_000) + 500);
  });
});

const lost: Ticket = { id: null, wanted: '2.0', since: 'then', versionBefore: '1.0' };
const words = 'as it looks';

test.each<{ name: string; found: Reconciliation; silentMs: number; expected: string }>([
  {
    name: 'found',
    found: { state: 'adopted', ticket: lost },
    silentMs: 0,
    expected: 'adopted',
  },
  {
    name: 'no trace, too soon',
    found: { state: 'absent', words },
    silentMs: 55_000,
    expected: 'StillRunning',
  },
  {
    name: 'no trace for long enough',
    found: { state: 'absent', words },
    silentMs: 60_000,
    expected: 'notSubmitted',
  },
  {
    name: 'somebody else’s, too soon: ours may not be listed yet',
    found: { state: 'foreign', ticket: lost, words },
    silentMs: 55_000,
    expected: 'StillRunning',
  },
  {
    name: 'somebody else’s, and no trace of ours for long enough',
    found: { state: 'foreign', ticket: lost, words },
    silentMs: 60_000,
    expected: 'foreign',
  },
  {
    name: 'not to be told, however long',
    found: { state: 'unknown', words },
    silentMs: 6_000_000,
    expected: 'StillRunning',
  },
])('reconcile: $name -> $expected', async ({ found, silentMs, expected }) => {
  const reconcile = () => Promise.resolve(found);
  const families = { 'dcs-instance': { reconcile } } as unknown as Families;
  const input = {
    request,
    lost,
    lostAt: new Date(Date.now() - silentMs).toISOString(),
    policy: { reconcileForMs: 1_800_000, settleForMs: 60_000 },
    polling: { minMs: 1_000, maxMs: 10_000 },
  };

  const { value, error } = await run(() => createReconcile(families)(input), undefined);

  expect(value?.state ?? error?.type).toBe(expected);
});
