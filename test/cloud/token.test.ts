import { z } from 'zod';
import { createCloudApi, pathOf } from '../../cloud/api';
import {
  AuthenticationError,
  CloudUnavailableError,
  UnexpectedAnswerError,
} from '../../cloud/errors';
import { DEFAULT_FORMATS } from '../../cloud/settings';
import type { Cloud } from './cloud';
import { rejection, requestFor, SCOPE, startCloud, submitAfterLook } from './cloud';
import type { MadeUpService, Received, Reply } from './server';
import { startService } from './server';

const CALL = {
  service: 'dcs',
  scope: SCOPE,
  doing: 'testing',
  method: 'GET',
  path: pathOf('v2', SCOPE, 'things'),
} as const;
const OUTDATED = { status: 401, body: { error_code: 'APIGW.0307', error_msg: 'must be updated' } };
const ACCOUNT = { kind: 'password', user: 'me', password: 'pass-of-mine', domain: 'home' } as const;

let service: MadeUpService;

afterEach(() => service?.close());

/** IAM and DCS in one: tokens are numbered, and DCS answers as it is told. */
async function start(options: {
  readonly lifeMs?: number;
  readonly iam?: Reply;
  readonly dcs?: (call: Received) => Reply;
}) {
  let tokens = 0;
  service = await startService((call) => {
    if (call.path !== '/v3/auth/tokens') return options.dcs?.(call) ?? { body: {} };
    tokens += 1;
    const now = Date.now();
    const token = {
      issued_at: new Date(now).toISOString().replace('Z', '000Z'),
      expires_at: new Date(now + (options.lifeMs ?? 86_400_000)).toISOString().replace('Z', '000Z'),
    };
    const headers = { 'x-subject-token': `token-${tokens}` };
    return options.iam ?? { status: 201, headers, body: { token } };
  });
  const endpoints = { iam: service.url, dcs: service.url };
  const api = createCloudApi({ ...DEFAULT_FORMATS, credentials: ACCOUNT, endpoints });
  const read = () => api.read(CALL, z.object({}));
  const submit = () => api.submit({ ...CALL, method: 'POST', body: {} }, z.object({}));
  const asked = () => service.received.filter((call) => call.path === '/v3/auth/tokens');
  const used = () =>
    service.received.flatMap(({ headers }) => headers['x-auth-token'] ?? []).flat();
  return { read, submit, asked, used };
}

test('one request for a token serves all who wait, and those after them', async () => {
  const { read, asked, used } = await start({});

  await Promise.all(Array.from({ length: 20 }, read));
  await read();

  expect(asked()).toHaveLength(1);
  expect(asked()[0]?.body).toEqual({
    auth: {
      identity: {
        methods: ['password'],
        password: { user: { name: 'me', password: 'pass-of-mine', domain: { name: 'home' } } },
      },
      scope: { project: { id: SCOPE.projectId } },
    },
  });
  expect(new Set(used())).toEqual(new Set(['token-1']));
});

test('a token is renewed before it ends', async () => {
  const { read, used } = await start({ lifeMs: 500 });

  await read();
  await new Promise((resolve) => setTimeout(resolve, 420));
  await read();

  expect(used()).toEqual(['token-1', 'token-2']);
});

test.each([0, -3_600_000])(
  'a token that lives for %d ms by its dates is not fetched for each call',
  async (lifeMs) => {
    const { read, asked } = await start({ lifeMs });

    await read();
    await read();

    expect(asked()).toHaveLength(1);
  },
);

test('an outdated token is renewed once, by all who hold it together', async () => {
  const { read, asked } = await start({
    dcs: ({ headers }) => (headers['x-auth-token'] === 'token-1' ? OUTDATED : { body: {} }),
  });

  await Promise.all(Array.from({ length: 10 }, read));

  expect(asked()).toHaveLength(2);
});

test('a submit that met an outdated token is sent again: the gateway had turned it away', async () => {
  const { submit, used } = await start({
    dcs: ({ headers }) => (headers['x-auth-token'] === 'token-1' ? OUTDATED : { body: {} }),
  });

  expect(await submit()).toMatchObject({ state: 'answered' });
  expect(used()).toEqual(['token-1', 'token-2']);
});

test('a token that stays outdated is renewed no more than once', async () => {
  const { read, used } = await start({ dcs: () => OUTDATED });

  expect(await rejection(read())).toBeInstanceOf(AuthenticationError);
  expect(used()).toEqual(['token-1', 'token-2']);
});

test('wrong credentials are tried once more, and then not at once: that would lock the user', async () => {
  const body = { error: { code: 401, message: 'wrong pass-of-mine', title: 'Unauthorized' } };
  const { read, submit, asked, used } = await start({ iam: { status: 401, body } });

  const errors = [await rejection(read()), await rejection(submit()), await rejection(submit())];

  for (const error of errors.slice(0, 2)) expect(error).toBeInstanceOf(AuthenticationError);
  expect(errors[2]).toMatchObject({ brake: 'key' });
  expect(errors[0]?.message).toBe('iam, asking for a token: HTTP 401 Unauthorized: wrong ***');
  expect(asked()).toHaveLength(2);
  expect(used()).toEqual([]);
});

test.each([
  ['out of order', { status: 503 }, CloudUnavailableError],
  [
    'without a token',
    { status: 201, body: { token: { expires_at: 'soon' } } },
    UnexpectedAnswerError,
  ],
])('IAM %s: nothing is submitted, and the next call asks again', async (_name, iam, type) => {
  const { submit, asked, used } = await start({ iam });

  expect(await rejection(submit())).toBeInstanceOf(type);
  expect(await rejection(submit())).toBeInstanceOf(type);

  expect(asked()).toHaveLength(2);
  expect(used()).toEqual([]);
});

describe('against the emulated IAM', () => {
  let cloud: Cloud;

  afterEach(() => cloud.close());

  test('a token opens every family, and outlives its end', async () => {
    cloud = await startCloud({ credentials: 'password', set: ['tokenFor=1s'] });

    for (const family of Object.values(cloud.families)) {
      const accepted = await submitAfterLook(family, requestFor(family.name));
      expect(accepted.state).toBe('accepted');
      await new Promise((resolve) => setTimeout(resolve, 400));
    }

    const asked = (await cloud.journal()).filter(({ path }) => path === '/v3/auth/tokens');
    expect(asked.length).toBeGreaterThan(1);
  });

  test('another project is not ours: access, not the target', async () => {
    cloud = await startCloud({ credentials: 'password' });
    const request = requestFor('dcs-instance');
    const elsewhere = { ...request, scope: { ...SCOPE, projectId: 'f'.repeat(32) } };

    const error = await rejection(cloud.families['dcs-instance'].inspect(elsewhere));

    expect(error).toBeInstanceOf(AuthenticationError);
  });

  test('another project with an access key: access, not the target', async () => {
    cloud = await startCloud();
    const request = requestFor('taurusdb-instance');
    const elsewhere = { ...request, scope: { ...SCOPE, projectId: 'f'.repeat(32) } };
    const family = cloud.families['taurusdb-instance'];
    const basis = { versionNow: '2.0.48.231200', wanted: '2.0.60.241200' };

    expect(await rejection(family.inspect(elsewhere))).toBeInstanceOf(AuthenticationError);
    expect(await rejection(family.submit(elsewhere, basis))).toBeInstanceOf(AuthenticationError);
  });
});
