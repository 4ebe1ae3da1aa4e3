import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { createCloudApi, pathOf } from '../../cloud/api';
import {
  AuthenticationError,
  CloudUnavailableError,
  RateLimitedError,
  RequestRefusedError,
  TooLateError,
  UnexpectedAnswerError,
} from '../../cloud/errors';
import { DEFAULT_FORMATS } from '../../cloud/settings';
import { rejection, SCOPE } from './cloud';
import type { MadeUpService, Reply } from './server';
import { startService } from './server';

const Answer = z.object({ value: z.number() });
const GOOD = { body: { value: 1 } };
const CALL = {
  service: 'dcs',
  scope: SCOPE,
  doing: 'testing',
  method: 'POST',
  path: pathOf('v2', SCOPE, 'things'),
  query: { secretQuery: 'x y+z:ü' },
  body: { a: 1 },
} as const;

let service: MadeUpService;

afterEach(() => service.close());

async function apiThatAnswers(...replies: readonly (Reply | null)[]) {
  service = await startService((_call, nth) => replies[Math.min(nth, replies.length) - 1] ?? null);
  return newApi();
}

/** Of a process that has not met any trouble yet. */
function newApi() {
  return createCloudApi({
    ...DEFAULT_FORMATS,
    credentials: { kind: 'aksk', ak: 'AK-of-mine', sk: 'SK-of-mine' },
    endpoints: { dcs: `${service.url}/base/` },
  });
}

test('a good answer, parsed; the request complete', async () => {
  const api = await apiThatAnswers(GOOD);

  expect(await api.read(CALL, Answer)).toEqual({ value: 1 });

  const [call] = service.received;
  expect(call?.path).toBe(`/base/v2/${SCOPE.projectId}/things`);
  expect(call?.query.get('secretQuery')).toBe('x y+z:ü');
  expect(call?.body).toEqual({ a: 1 });
  expect(call?.headers).toMatchObject({
    'content-type': 'application/json',
    'x-project-id': SCOPE.projectId,
    authorization: expect.stringContaining(
      'SignedHeaders=content-type;host;x-project-id;x-sdk-date',
    ) as string,
  });
});

test('a segment of a path cannot lead elsewhere', () => {
  expect(pathOf('v3', SCOPE, '../../x?y')).toBe(`/v3/${SCOPE.projectId}/..%2F..%2Fx%3Fy`);
});

const error = (code: string) => ({ error_code: code, error_msg: 'words' });

test.each([
  ['no such API', { status: 404, body: error('APIGW.0101') }, RequestRefusedError],
  ['no such API of DCS', { status: 404, body: error('DCS.4001') }, RequestRefusedError],
  ['wrong project', { status: 403, body: error('DCS.2003') }, AuthenticationError],
  ['unknown 403', { status: 403, body: error('DCS.9999') }, AuthenticationError],
  ['403 as a page', { status: 403, body: '<html>' }, AuthenticationError],
  ['401', { status: 401, body: error('APIGW.0301') }, AuthenticationError],
  ['outdated token, by key', { status: 401, body: error('APIGW.0307') }, AuthenticationError],
  ['429', { status: 429, body: error('APIGW.0308') }, RateLimitedError],
  ['429 as a page', { status: 429, body: '<html>' }, RateLimitedError],
])('%s: both a read and a submit throw, and nothing is repeated', async (_name, reply, type) => {
  const api = await apiThatAnswers(reply);

  const errors = [
    await rejection(api.read(CALL, Answer)),
    // What the read met would stop the submit before it is sent.
    await rejection(newApi().submit(CALL, Answer)),
  ];

  for (const thrown of errors) expect(thrown).toBeInstanceOf(type);
  expect(service.received).toHaveLength(2);
});

test.each([
  ['500', { status: 500, body: error('DCS.5006') }, CloudUnavailableError],
  ['502 as a page', { status: 502, body: '<html>' }, CloudUnavailableError],
  ['408', { status: 408 }, CloudUnavailableError],
  ['cut', null, CloudUnavailableError],
  ['200 as a page', { body: '<html>' }, UnexpectedAnswerError],
  ['200 without a body', { body: '' }, UnexpectedAnswerError],
  ['200 with other fields', { body: { value: 'one' } }, UnexpectedAnswerError],
  ['404 as a page', { status: 404, body: '<html>' }, UnexpectedAnswerError],
  ['a redirect', { status: 302, headers: { location: '/x' } }, UnexpectedAnswerError],
])('%s: a read throws, a submit is unknown', async (_name, reply, type) => {
  const api = await apiThatAnswers(reply);

  expect(await rejection(api.read(CALL, Answer))).toBeInstanceOf(type);
  expect(await api.submit(CALL, Answer)).toMatchObject({ state: 'unknown' });
});

test.each([
  ['400', { status: 400, body: error('DCS.4062') }, 'forGood'],
  ['400 upgrading', { status: 400, body: error('DCS.4116') }, 'upgrading'],
  ['400 of a numeric twin', { status: 400, body: error('111400116') }, 'upgrading'],
  ['404', { status: 404, body: error('DCS.3022') }, 'notFound'],
  ['409 without a body', { status: 409 }, 'busy'],
  ['an unknown code', { status: 400, body: error('DCS.9999') }, 'unknown'],
])('%s: a read throws with the class, a submit is refused', async (_name, reply, refusal) => {
  const api = await apiThatAnswers(reply);

  expect(await rejection(api.read(CALL, Answer))).toMatchObject({ refusal, status: reply.status });
  expect(await api.submit(CALL, Answer)).toMatchObject({ state: 'refused', class: refusal });
});

test('no connection: a submit throws, for nothing was sent', async () => {
  const api = await apiThatAnswers(GOOD);
  await service.close();

  const thrown = await rejection(api.submit(CALL, Answer));

  expect(thrown).toBeInstanceOf(CloudUnavailableError);
  expect(thrown.message).toMatch(
    /^dcs, testing: connection to http:\/\/127\.0\.0\.1:\d+ failed: ECONNREFUSED$/,
  );
});

test('called off before it is sent: a submit throws the reason', async () => {
  const api = await apiThatAnswers(GOOD);
  const signal = AbortSignal.abort(new Error('going away'));

  expect((await rejection(api.submit(CALL, Answer, { signal }))).message).toBe('going away');
  expect(service.received).toEqual([]);
});

test('ready to leave after notAfter: a submit throws, and nothing is sent', async () => {
  const api = await apiThatAnswers(GOOD);
  const notAfter = new Date(Date.now() - 1).toISOString();

  expect(await rejection(api.submit(CALL, Answer, { notAfter }))).toBeInstanceOf(TooLateError);
  expect(service.received).toEqual([]);
});

test('sent before notAfter, answered after it: the answer counts', async () => {
  const notAfter = new Date(Date.now() + 300).toISOString();
  service = await startService(async () => {
    await sleep(500);
    return GOOD;
  });
  const api = createCloudApi({
    ...DEFAULT_FORMATS,
    credentials: { kind: 'aksk', ak: 'AK-of-mine', sk: 'SK-of-mine' },
    endpoints: { dcs: service.url },
  });

  const sent = await api.submit(CALL, Answer, { notAfter });

  expect(sent).toMatchObject({ state: 'answered' });
});

test('called off when it was sent: a submit is unknown', async () => {
  const controller = new AbortController();
  service = await startService(() => {
    controller.abort(new Error('going away'));
    return new Promise(() => undefined);
  });
  const api = createCloudApi({
    ...DEFAULT_FORMATS,
    credentials: { kind: 'aksk', ak: 'ak', sk: 'sk' },
    endpoints: { dcs: service.url },
  });

  const sent = await api.submit(CALL, Answer, { signal: controller.signal });

  expect(sent).toEqual({ state: 'unknown', words: 'dcs, testing: called off' });
});

test.each([
  ['7', 7000],
  ['0', 0],
  ['999999', 1_800_000],
  ['soon', null],
])('Retry-After %s is %s ms', async (header, retryAfterMs) => {
  const api = await apiThatAnswers({ status: 429, headers: { 'retry-after': header } });

  expect(await rejection(api.read(CALL, Answer))).toMatchObject({ retryAfterMs });
});

test('Retry-After as a date is the time until then', async () => {
  const date = new Date(Date.now() + 60_000).toUTCString();
  const api = await apiThatAnswers({ status: 429, headers: { 'retry-after': date } });

  const { retryAfterMs } = (await rejection(api.read(CALL, Answer))) as RateLimitedError;

  expect(retryAfterMs).toBeGreaterThan(50_000);
  expect(retryAfterMs).toBeLessThanOrEqual(60_000);
});

test('the request id is attached, from the header or the body', async () => {
  const api = await apiThatAnswers(
    { status: 500, headers: { 'x-request-id': 'id-1' } },
    { status: 500, body: { ...error('DCS.5006'), request_id: 'id-2' } },
    { headers: { 'x-request-id': 'id-3' }, body: {} },
  );

  for (const requestId of ['id-1', 'id-2', 'id-3']) {
    const thrown = await rejection(api.read(CALL, Answer));
    expect(thrown).toMatchObject({ requestId });
    expect(thrown.message).toContain(requestId);
  }
});

test('the query is never in a message, and the cloud cannot put the keys there', async () => {
  const words = { error_code: 'APIGW.0301', error_msg: 'ak AK-of-mine, sk SK-of-mine: locked' };
  const api = await apiThatAnswers({ status: 401, body: words });

  const { message } = await rejection(api.read(CALL, Answer));

  expect(message).toBe('dcs, testing: HTTP 401 APIGW.0301: ak ***, sk ***: locked');
});
