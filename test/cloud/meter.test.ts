import { z } from 'zod';
import type { CloudApi } from '../../cloud/api';
import { createCloudApi, pathOf } from '../../cloud/api';
import type { Meter } from '../../cloud/meter';
import { freePorts } from '../../local/processes';
import { DEFAULT_FORMATS } from '../../cloud/settings';
import { SCOPE } from './cloud';
import type { MadeUpService, Reply } from './server';
import { startService } from './server';

const GOOD: Reply = { body: {} };
const THROTTLED: Reply = {
  status: 429,
  body: { error_code: 'APIGW.0308', error_msg: 'over ratelimit,limit:20,time:1 minute' },
};
const LOCKED: Reply = { status: 401, body: { error_code: 'APIGW.0301', error_msg: 'wrong' } };

let service: MadeUpService;
let reply: Reply | null;
let clockMs: number;
let api: CloudApi;
let calls: string[];
let stops: string[];
let waitedMs: number[];

beforeEach(async () => {
  reply = GOOD;
  clockMs = Date.now();
  [calls, stops, waitedMs] = [[], [], []];
  service = await startService(() => reply);
  const [closed] = await freePorts(1, true);
  const meter: Meter = {
    called: ({ service, operation, status }) => calls.push(`${service} ${operation} ${status}`),
    waited: (_service, ms) => waitedMs.push(ms),
    stopped: (service, cause) => stops.push(`${service} ${cause ?? 'well'}`),
  };
  api = createCloudApi(
    {
      ...DEFAULT_FORMATS,
      credentials: { kind: 'aksk', ak: 'AK-of-mine', sk: 'SK-of-mine' },
      endpoints: { dcs: service.url, gaussdb: `http://127.0.0.1:${closed}` },
      limits: { dcs: [{ calls: 3, periodMs: 500 }] },
    },
    { now: () => clockMs, random: () => 0, meter },
  );
});
afterEach(() => service.close());

const read = (name: 'dcs' | 'gaussdb' = 'dcs') =>
  api
    .read(
      {
        service: name,
        scope: SCOPE,
        doing: 'reading the instance',
        method: 'GET',
        path: pathOf('v2', SCOPE, 'instances', '00000000-0000-0000-0000-000000000001'),
      },
      z.object({}),
      { patienceMs: 2_000 },
    )
    .catch(() => null);

test('each call is counted, by what came of it', async () => {
  await read();
  reply = { status: 404, body: { error_code: 'DCS.4803', error_msg: 'gone' } };
  await read();
  reply = null;
  await read();
  await read('gaussdb');

  expect(calls).toEqual([
    'dcs reading the instance 200',
    'dcs reading the instance 404',
    'dcs reading the instance lost',
    'gaussdb reading the instance notSent',
  ]);
});

test('a service that throttles is stopped, and well again after the probe', async () => {
  await read();
  reply = THROTTLED;
  await read();
  expect(stops).toEqual(['dcs throttled']);

  reply = GOOD;
  clockMs += 60_000;
  await read();

  expect(stops).toEqual(['dcs throttled', 'dcs well']);
});

test('a key that is refused stops every service that it is for, and IAM not', async () => {
  reply = LOCKED;

  await read();

  expect(stops.sort()).toEqual(['dcs key', 'gaussdb key', 'taurusdb key']);
});

test('a call that is stopped is not counted, but its waiting is', async () => {
  await read();
  reply = LOCKED;
  await read();
  expect([calls.length, waitedMs.length]).toEqual([2, 2]);

  await read();

  expect([calls.length, waitedMs.length]).toEqual([2, 3]);
});

test('each call says once how long it waited for its turn', async () => {
  const timer = setInterval(() => (clockMs += 10), 10);
  await Promise.all(Array.from({ length: 4 }, () => read()));
  clearInterval(timer);

  expect(calls).toHaveLength(4);
  expect(waitedMs).toHaveLength(4);
  expect(Math.max(...waitedMs)).toBeGreaterThan(200);
  expect(Math.min(...waitedMs)).toBeLessThan(200);
});
