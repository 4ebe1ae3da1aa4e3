import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { CloudApi } from '../../cloud/api';
import { createCloudApi, pathOf } from '../../cloud/api';
import { BrakedError } from '../../cloud/errors';
import type { Priority, Rate } from '../../cloud/limits';
import { DEFAULT_FORMATS } from '../../cloud/settings';
import { rejection, SCOPE } from './cloud';
import type { MadeUpService, Reply } from './server';
import { startService } from './server';

/** Real calls over HTTP; what is counted are those that arrive. */

const GOOD: Reply = { body: {} };
const LOCKED: Reply = { status: 401, body: { error_code: 'APIGW.0301', error_msg: 'wrong' } };
const FORBIDDEN: Reply = { status: 403, body: { error_code: 'DCS.2003', error_msg: 'no' } };
const THROTTLED: Reply = {
  status: 429,
  body: { error_code: 'APIGW.0308', error_msg: 'over ratelimit,limit:20,time:1 minute' },
};

let service: MadeUpService;
let reply: Reply | null;
let clockMs: number;
let api: CloudApi;

beforeEach(async () => {
  reply = GOOD;
  clockMs = Date.now();
  service = await startService(() => reply);
  start();
});
afterEach(() => service.close());

function start(limits: { readonly dcs?: readonly Rate[] } = {}): void {
  api = createCloudApi(
    {
      ...DEFAULT_FORMATS,
      credentials: { kind: 'aksk', ak: 'AK-of-mine', sk: 'SK-of-mine' },
      endpoints: { dcs: service.url, gaussdb: service.url },
      limits,
    },
    { now: () => clockMs, random: () => 0 },
  );
}

const idOf = (n: number) => `00000000-0000-0000-0000-${String(n).padStart(12, '0')}`;
const read = (n: number, name: 'dcs' | 'gaussdb' = 'dcs') =>
  api.read(
    {
      service: name,
      scope: SCOPE,
      doing: 'reading',
      method: 'GET',
      path: pathOf('v2', SCOPE, 'instances', idOf(n)),
    },
    z.object({}),
  );
const submit = (signal?: AbortSignal) =>
  api.submit(
    {
      service: 'dcs',
      scope: SCOPE,
      doing: 'submitting',
      method: 'POST',
      path: pathOf('v2', SCOPE, 'things'),
      body: {},
    },
    z.object({}),
    { signal },
  );
const many = (count: number) =>
  Promise.allSettled(Array.from({ length: count }, (_each, n) => read(n)));
const calls = () => service.received.length;

test('a wrong key: fifty targets make one call, and fewer than five in five minutes', async () => {
  reply = LOCKED;
  await many(50);
  expect(calls()).toBe(1);

  const startedMs = clockMs;
  for (const second of [2, 10, 55, 62, 100, 182, 250, 296]) {
    clockMs = startedMs + second * 1000;
    await many(50);
  }

  expect(calls()).toBe(4);
});

test('a key that dies in mid-wave: no more than what was under way, then one call at a time', async () => {
  await read(1);
  reply = LOCKED;

  await many(50);

  expect(calls()).toBe(1 + 3);
  clockMs += 2000;
  await many(50);
  expect(calls()).toBe(1 + 4);
});

test('a key that is refused by one service is not tried at another', async () => {
  reply = LOCKED;
  await rejection(read(1));

  const error = await rejection(read(1, 'gaussdb'));

  expect(error).toMatchObject({ brake: 'key', retryAfterMs: 2000 + 500 });
  expect(error.message).toMatch(
    /^gaussdb, reading: not asked, no access since \S+ \(dcs, reading: HTTP 401 APIGW.0301: wrong\)$/,
  );
  expect(calls()).toBe(1);
});

test('all go again after one good call', async () => {
  reply = LOCKED;
  await rejection(read(1));
  reply = GOOD;
  clockMs += 2000;

  const results = await many(20);

  expect(results.every(({ status }) => status === 'fulfilled')).toBe(true);
});

test('429 stops all callers of the service for as long as it says, and no other service', async () => {
  await read(1);
  reply = { ...THROTTLED, headers: { 'retry-after': '7' } };
  await rejection(read(1));
  reply = GOOD;

  clockMs += 6999;
  const results = await many(20);
  expect(results.every(({ status }) => status === 'rejected')).toBe(true);
  expect(calls()).toBe(2);
  await read(1, 'gaussdb');

  clockMs += 1;
  expect((await many(20)).every(({ status }) => status === 'fulfilled')).toBe(true);
});

test('429 without Retry-After: the period of the message is kept in mind', async () => {
  reply = THROTTLED;
  await rejection(read(1));

  const error = await rejection(read(1, 'dcs').then(() => undefined));

  expect(error).toBeInstanceOf(Error);
  clockMs += 2999;
  expect(calls()).toBe(1);
}, 30_000);

test('403 about one instance stops no other; about three in a row, the service', async () => {
  reply = FORBIDDEN;
  await many(1);
  await many(1);
  reply = GOOD;
  await read(2);
  reply = FORBIDDEN;
  for (const n of [1, 2, 3]) await rejection(read(n));
  const before = calls();

  expect(await rejection(read(4))).toMatchObject({ brake: 'permission' });

  expect(calls()).toBe(before);
});

test('nobody there: the first that finds out spares the others', async () => {
  await read(1);
  await service.close();
  await rejection(read(1));
  clockMs -= 10_000;

  expect(await rejection(read(2))).toBeInstanceOf(BrakedError);
});

test('a submit is not sent while its service is ill, and does not try whether it is well', async () => {
  reply = THROTTLED;
  await rejection(read(1));
  reply = GOOD;
  clockMs += 60_000;

  expect(await rejection(submit())).toMatchObject({ brake: 'throttled' });
  expect(calls()).toBe(1);

  await read(1);
  expect(await submit()).toMatchObject({ state: 'answered' });
});

test('no more than so many calls a second, the submit first', async () => {
  start({ dcs: [{ calls: 2, periodMs: 400 }] });
  await read(0);
  const startedMs = Date.now();

  const reads = [1, 2, 3].map((n) => read(n));
  const sent = submit();
  await Promise.all([...reads, sent]);

  const posted = service.received.findIndex(({ method }) => method === 'POST');
  // One read may have been let through before the submit was asked for.
  expect(posted).toBeLessThanOrEqual(3);
  expect(Date.now() - startedMs).toBeGreaterThan(700);
});

test('whoever asked first: submit, then verify, follow, inspect', async () => {
  start({ dcs: [{ calls: 1, periodMs: 100 }] });
  await read(0);
  const of = (priority: Priority) =>
    api.read(
      {
        service: 'dcs',
        scope: SCOPE,
        doing: 'reading',
        method: 'GET',
        path: pathOf('v2', SCOPE, priority),
      },
      z.object({}),
      { priority },
    );

  await Promise.all([...(['inspect', 'follow', 'verify'] as const).map(of), submit()]);

  const asked = service.received.slice(1).map(({ path }) => path.split('/').at(-1));
  // The first of them may have been let through before the others were asked for.
  const queue = asked[0] === 'inspect' ? asked.slice(1) : asked.slice(0, 3);
  expect(queue).toEqual(['things', 'verify', 'follow']);
});

test('429 in a message of the gateway: not one call of anybody until its first try is due', async () => {
  reply = {
    status: 429,
    body: { error_code: 'APIGW.0308', error_msg: 'over ratelimit,limit:5,time:1 second' },
  };
  await read(1).catch(() => undefined);
  reply = GOOD;

  clockMs += 999;
  await many(20);
  expect(calls()).toBe(1);

  clockMs += 1;
  expect((await many(20)).every(({ status }) => status === 'fulfilled')).toBe(true);
}, 30_000);

test('called off while it waits for its turn: nothing is sent', async () => {
  start({ dcs: [{ calls: 1, periodMs: 2000 }] });
  await read(0);
  const controller = new AbortController();
  const sent = rejection(submit(controller.signal));
  await sleep(50);

  controller.abort(new Error('going away'));

  expect((await sent).message).toBe('going away');
  expect(calls()).toBe(1);
});

test('no turn within ten seconds: it fails as not asked, and nothing is sent', async () => {
  start({ dcs: [{ calls: 1, periodMs: 60_000 }] });
  await read(0);

  const error = await rejection(submit());

  expect(error).toMatchObject({ brake: null });
  expect(error.message).toBe(
    'dcs, submitting: not asked, it waited in vain for its turn among the calls of dcs',
  );
  expect(calls()).toBe(1);
}, 30_000);
