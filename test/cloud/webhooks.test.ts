import { createHmac, timingSafeEqual } from 'node:crypto';
import { createWebhooks } from '../../cloud/webhooks';
import type { WebhookCall, WebhookSettings } from '../../cloud/webhooks';
import type { MadeUpService, Received, Reply } from './server';
import { startService } from './server';

const open: MadeUpService[] = [];

afterEach(async () => {
  for (const service of open.splice(0)) await service.close();
});

async function serve(
  reply: (request: Received, nth: number) => Reply | null | Promise<Reply | null>,
): Promise<MadeUpService> {
  const service = await startService(reply);
  open.push(service);
  return service;
}

const EVENT: WebhookCall['event'] = {
  event: 'before',
  rolloutId: 'rollout/november/1',
  wave: 'all',
  target: {
    upgrade: 'cache',
    family: 'dcs-instance',
    projectId: 'p',
    instanceId: 'i',
    proxyId: null,
    name: 'orders ü',
    labels: { tier: 'canary' },
  },
  attemptId: 'run-1',
  wanted: '5.0.14.2',
  outcome: null,
};

function callTo(url: string, change: Partial<WebhookCall> = {}): WebhookCall {
  return {
    url,
    timeoutMs: 2_000,
    headers: {},
    idempotencyKey: 'run-1-before-0',
    event: EVENT,
    ...change,
  };
}

function webhooks(settings: Partial<WebhookSettings> = {}) {
  return createWebhooks({ secret: () => undefined, signingKey: null, ...settings });
}

/** As a receiver would: over the bytes that came. Ours re-serialises what it parsed, in order. */
function isSigned({ headers, body }: Received, key: string): boolean {
  const stamp = String(headers['x-upwave-timestamp']);
  const text = `${stamp}.${JSON.stringify(body)}`;
  const expected = `sha256=${createHmac('sha256', key).update(text).digest('hex')}`;
  const given = Buffer.from(String(headers['x-upwave-signature']));
  return given.length === expected.length && timingSafeEqual(given, Buffer.from(expected));
}

test('the call: POST, what happened as JSON, the key of idempotency', async () => {
  const service = await serve(() => ({ status: 204 }));

  expect(await webhooks()(callTo(`${service.url}/drain?a=b`))).toBeNull();

  const [received] = service.received;
  expect(received).toMatchObject({
    method: 'POST',
    path: '/drain',
    body: EVENT,
    headers: { 'content-type': 'application/json', 'idempotency-key': 'run-1-before-0' },
  });
  expect(received?.query.get('a')).toBe('b');
  expect(received?.headers).not.toHaveProperty('x-upwave-signature');
});

test('with a key of the worker: the signature verifies, its timestamp is now', async () => {
  const service = await serve(() => ({}));
  const call = webhooks({ signingKey: 'k3y-of-this-worker' });

  await call(callTo(service.url));

  const [received] = service.received;
  if (!received) throw new Error('nothing was received');
  expect(isSigned(received, 'k3y-of-this-worker')).toBe(true);
  expect(isSigned(received, 'another')).toBe(false);
  expect(isSigned({ ...received, body: { ...EVENT, wave: 'b' } }, 'k3y-of-this-worker')).toBe(
    false,
  );
  const ageS = Date.now() / 1000 - Number(received.headers['x-upwave-timestamp']);
  expect(ageS).toBeGreaterThanOrEqual(0);
  expect(ageS).toBeLessThan(10);
});

test('headers of the plan, secrets filled in; user and password of an address', async () => {
  const service = await serve(() => ({}));
  const values = {
    TOKEN: 't0ken-of-the-plan',
    URL: service.url.replace('//', '//joe:pass%20word@'),
  };
  const call = webhooks({ secret: (name) => values[name as keyof typeof values] });

  await call(callTo('${secret:URL}/x', { headers: { 'X-Token': 'Bearer ${secret:TOKEN}' } }));

  const basic = Buffer.from('joe:pass word').toString('base64');
  expect(service.received[0]?.headers).toMatchObject({
    'x-token': 'Bearer t0ken-of-the-plan',
    authorization: `Basic ${basic}`,
  });
});

describe('what is done', () => {
  test.each([200, 201, 202, 204])('an answer of %s', async (status) => {
    const service = await serve(() => ({ status }));

    expect(await webhooks()(callTo(service.url))).toBeNull();
  });

  test('whatever the body: HTML, or more than is read', async () => {
    const service = await serve((_request, nth) => ({
      body: nth === 1 ? '<html>' : 'x'.repeat(1_000_000),
    }));

    expect(await webhooks()(callTo(service.url))).toBeNull();
    expect(await webhooks()(callTo(service.url))).toBeNull();
  });
});

describe('what is not, in words that name scheme and host alone', () => {
  test.each([301, 302, 307, 400, 404, 409, 429, 500, 503])('an answer of %s', async (status) => {
    const elsewhere = await serve(() => ({}));
    const service = await serve(() => ({
      status,
      headers: { location: elsewhere.url },
      body: { error: 'pr1vate' },
    }));

    const words = await webhooks()(callTo(`${service.url}/pr1vate?pr1vate=1`));

    expect(words).toBe(`${service.url} answered ${status}`);
    // Neither the redirect nor a retry.
    expect([service.received.length, elsewhere.received.length]).toEqual([1, 0]);
  });

  test('500, then 200 on the next call, with the same key', async () => {
    const service = await serve((_request, nth) => ({ status: nth === 1 ? 500 : 200 }));
    const call = webhooks();

    const words = [await call(callTo(service.url)), await call(callTo(service.url))];

    expect(words).toEqual([`${service.url} answered 500`, null]);
    const keys = service.received.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toEqual(['run-1-before-0', 'run-1-before-0']);
  });

  test('no answer in time', async () => {
    const service = await serve(() => new Promise(() => undefined));

    const words = await webhooks()(callTo(`${service.url}/pr1vate`, { timeoutMs: 200 }));

    expect(words).toBe(`${service.url}: no answer within 0.2 s`);
  });

  test('a cut connection, and nobody there', async () => {
    const service = await serve(() => null);
    const cut = await webhooks()(callTo(`${service.url}/pr1vate`));
    await service.close();
    const gone = await webhooks()(callTo(`${service.url}/pr1vate`));

    expect(cut).toContain(`connection to ${service.url} failed`);
    expect(gone).toContain(`connection to ${service.url} failed: ECONNREFUSED`);
    expect(`${cut} ${gone}`).not.toContain('pr1vate');
  });

  test('called off', async () => {
    const service = await serve(() => new Promise(() => undefined));

    const words = await webhooks()(callTo(service.url), { signal: AbortSignal.timeout(100) });

    expect(words).toBe(`${service.url}: called off`);
  });
});

describe('secrets', () => {
  test('that the worker lacks are named, and nothing is called', async () => {
    const service = await serve(() => ({}));
    const headers = { a: '${secret:A}', b: '${secret:B}' };

    const words = await webhooks()(callTo(`${service.url}/\${secret:A}`, { headers }));

    const missing = 'UPWAVE_SECRET_A and UPWAVE_SECRET_B';
    expect(words).toBe(`${missing} not set where the worker runs: nothing was called`);
    expect(service.received).toEqual([]);
  });

  test('that give no address', async () => {
    const words = await webhooks({ secret: () => 'ftp://s3cret' })(callTo('${secret:A}'));

    expect(words).toBe('the secrets give no http or https address: nothing was called');
  });

  test.each(['500', 'cut', 'late', 'bad header'])('never in words: %s', async (kind) => {
    const service = await serve(() => {
      if (kind === 'late') return new Promise(() => undefined);
      return kind === 'cut' ? null : { status: 500, body: 's3cret-token' };
    });
    const token = kind === 'bad header' ? 's3cret-token\nline' : 's3cret-token';
    const values = { URL: `${service.url}/s3cret-path?t=s3cret-query`, TOKEN: token };
    const call = webhooks({
      secret: (name) => values[name as keyof typeof values],
      signingKey: 's3cret-signing',
    });

    const words = await call(
      callTo('${secret:URL}', { headers: { 'x-token': '${secret:TOKEN}' }, timeoutMs: 300 }),
    );

    expect(words).toContain(service.url);
    expect(words).not.toContain('s3cret');
  });
});
