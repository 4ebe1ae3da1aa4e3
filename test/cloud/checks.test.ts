import type { ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createProbe } from '../../cloud/checks';
import type { ProbeSettings } from '../../cloud/checks';
import type { Finding } from '../../rollout/bake';
import type { Check, HttpCheck, PrometheusCheck } from '../../rollout/frozen-plan';
import { judge } from '../../rollout/health';
import type { MadeUpService, Reply } from './server';
import { startService } from './server';

const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const service of open.splice(0)) await service.close();
});

async function serve(reply: Reply | null): Promise<MadeUpService> {
  const service = await startService(() => reply);
  open.push(service);
  return service;
}

/** A server that answers as badly as `answer` likes. */
async function serveRaw(answer: (response: ServerResponse) => void): Promise<string> {
  const server = createServer((_request, response) => answer(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({ close: () => (server.closeAllConnections(), server.close()) });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function look(check: Check, settings: Partial<ProbeSettings> = {}): Promise<Finding> {
  const probe = createProbe({ secret: () => undefined, timeoutMs: 2_000, ...settings });
  const { seen, redact } = await probe(check);
  return judge(check, seen, redact);
}

const http = (url: string, change: Partial<HttpCheck> = {}): HttpCheck => ({
  ...{ kind: 'http', url, status: 200, value: null },
  ...change,
});
const prometheus = (url: string, change: Partial<PrometheusCheck> = {}): PrometheusCheck => ({
  ...{ kind: 'prometheus', url, query: 'max(lag) by (db)', is: 'below', to: 5 },
  ...change,
});
const lag = { path: 'data.lag', is: 'below', to: 5 } as const;
const secrets =
  (values: Readonly<Record<string, string>>): ProbeSettings['secret'] =>
  (name) =>
    values[name];

describe('a health page', () => {
  test.each<readonly [string, Reply | null, Partial<HttpCheck>, string, string]>([
    ['answers 200', { body: 'fine' }, {}, 'healthy', 'answered 200'],
    ['answers 204 as the plan says', { status: 204 }, { status: 204 }, 'healthy', 'answered 204'],
    ['answers 503', { status: 503, body: '<html>' }, {}, 'unhealthy', 'answered 503, not 200'],
    ['answers 404', { status: 404 }, {}, 'unhealthy', 'answered 404, not 200'],
    ['answers 429', { status: 429 }, {}, 'unhealthy', 'answered 429, not 200'],
    ['has a good value', { body: { data: { lag: 4 } } }, { value: lag }, 'healthy', 'is 4'],
    [
      'has a bad value',
      { body: { data: { lag: 5 } } },
      { value: lag },
      'unhealthy',
      'must be below 5',
    ],
    ['lacks the value', { body: { data: {} } }, { value: lag }, 'inconclusive', 'without data.lag'],
    ['is no JSON', { body: '<html>' }, { value: lag }, 'inconclusive', 'a body that is not JSON'],
    ['is empty', { body: '' }, { value: lag }, 'inconclusive', 'an empty body'],
    ['cuts the connection', null, {}, 'inconclusive', 'failed'],
  ])('%s', async (_name, reply, change, verdict, words) => {
    const service = await serve(reply);

    const finding = await look(http(`${service.url}/health?deep=1`, change));

    expect(finding.verdict).toBe(verdict);
    expect(finding.words).toContain(words);
    expect(finding.words).toContain(service.url);
    expect(finding.words).not.toContain('/health');
    expect(service.received).toMatchObject([{ method: 'GET', path: '/health', body: null }]);
  });

  test('nobody listens -> inconclusive', async () => {
    const service = await serve({});
    await service.close();

    const { verdict, words } = await look(http(`${service.url}/health`));

    expect({ verdict, words }).toEqual({
      verdict: 'inconclusive',
      words: `connection to ${service.url} failed: ECONNREFUSED`,
    });
  });

  test.each<readonly [string, (response: ServerResponse) => void]>([
    ['answers too late', () => undefined],
    ['never ends its answer', (response) => response.writeHead(200).write('{')],
  ])('%s -> inconclusive', async (_name, answer) => {
    const url = await serveRaw(answer);

    const { verdict, words } = await look(http(url), { timeoutMs: 150 });

    expect({ verdict, words }).toEqual({
      verdict: 'inconclusive',
      words: `${url}: no answer within 0.15 s`,
    });
  });

  test.each([
    ['as large as is read', 1_000, 'healthy'],
    ['larger', 1_001, 'inconclusive'],
  ])('a body %s -> %s', async (_name, bytes, verdict) => {
    const frame = JSON.stringify({ data: { lag: 1 }, more: '' }).length;
    const body = JSON.stringify({ data: { lag: 1 }, more: 'x'.repeat(bytes - frame) });
    const told = await serve({ body });
    const untold = await serveRaw((response) => {
      // Without a length, and in two pieces.
      response.writeHead(200).write(body.slice(0, 10));
      response.end(body.slice(10));
    });

    for (const url of [told.url, untold]) {
      const finding = await look(http(url, { value: lag }), { maxBodyBytes: 1_000 });

      expect(finding.verdict).toBe(verdict);
    }
  });

  test('a body too large where only the status counts -> healthy', async () => {
    const { url } = await serve({ body: 'x'.repeat(2_000) });

    expect(await look(http(url), { maxBodyBytes: 1_000 })).toMatchObject({ verdict: 'healthy' });
  });

  test('a redirect is not followed: its own status counts', async () => {
    const target = await serve({ body: 'fine' });
    const { url } = await serve({ status: 302, headers: { location: target.url } });

    expect(await look(http(url))).toMatchObject({ verdict: 'unhealthy' });
    expect(await look(http(url, { status: 302 }))).toMatchObject({ verdict: 'healthy' });
    expect(target.received).toEqual([]);
  });

  test('it is asked once, however bad the answer', async () => {
    const service = await serve({ status: 503, headers: { 'retry-after': '0' } });

    await look(http(service.url));

    expect(service.received).toHaveLength(1);
  });

  test('called off -> ends at once', async () => {
    const url = await serveRaw(() => undefined);
    const probe = createProbe({ secret: () => undefined, timeoutMs: 60_000 });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);

    const { seen } = await probe(http(url), { signal: controller.signal });

    expect(seen).toMatchObject({ kind: 'nothing' });
  });
});

const point = (value: string) => [1_763_712_000.123, value];
const vector = (...values: readonly string[]) => ({
  body: {
    status: 'success',
    data: {
      resultType: 'vector',
      result: values.map((value, nth) => ({
        metric: { __name__: 'lag', db: `db-${nth}` },
        value: point(value),
      })),
    },
  },
});
const result = (resultType: string, given: unknown) => ({
  body: { status: 'success', data: { resultType, result: given } },
});

describe('a query of Prometheus', () => {
  test.each<readonly [string, Reply | null, string, string]>([
    ['a sample that passes', vector('4.9'), 'healthy', 'for lag{db="db-0"} is 4.9'],
    [
      'one of two does not',
      vector('4', '5'),
      'unhealthy',
      'lag{db="db-1"} is 5: it must be below 5',
    ],
    ['no sample', vector(), 'inconclusive', 'gave no sample'],
    ['NaN', vector('NaN'), 'inconclusive', 'is NaN'],
    ['NaN beside one that fails', vector('NaN', '7'), 'unhealthy', 'is 7'],
    ['+Inf', vector('+Inf'), 'unhealthy', 'is Infinity'],
    ['-Inf', vector('-Inf'), 'healthy', 'is -Infinity'],
    ['a scalar', result('scalar', point('1')), 'healthy', 'is 1'],
    ['a string', result('string', point('many')), 'inconclusive', 'is "many", which cannot'],
    ['a range', result('matrix', []), 'inconclusive', 'gave ranges'],
    [
      'a histogram',
      result('vector', [{ metric: {}, histogram: [1, {}] }]),
      'inconclusive',
      'is NaN',
    ],
    ['a kind of later', result('cube', []), 'inconclusive', 'did not answer as Prometheus does'],
    ['another page', { body: { ok: true } }, 'inconclusive', 'did not answer as Prometheus does'],
    ['HTML', { body: '<html>' }, 'inconclusive', 'did not answer as Prometheus does'],
    ['an empty body', { body: '' }, 'inconclusive', 'did not answer as Prometheus does'],
    [
      'an error',
      { status: 400, body: { status: 'error', errorType: 'bad_data', error: 'parse error' } },
      'inconclusive',
      'answered 400: bad_data, parse error',
    ],
    [
      'an error inside 200',
      { body: { status: 'error', errorType: 'timeout', error: 'too slow' } },
      'inconclusive',
      'answered 200: timeout, too slow',
    ],
    ['500', { status: 500, body: 'oops' }, 'inconclusive', 'answered 500'],
    ['401', { status: 401 }, 'inconclusive', 'answered 401'],
    ['404', { status: 404 }, 'inconclusive', 'answered 404'],
    ['a redirect', { status: 302, headers: { location: '/login' } }, 'inconclusive', '302'],
    ['a cut connection', null, 'inconclusive', 'failed'],
  ])('%s', async (_name, reply, verdict, words) => {
    const service = await serve(reply);

    const finding = await look(prometheus(service.url));

    expect(finding.verdict).toBe(verdict);
    expect(finding.words).toContain(words);
    expect(finding.words).toContain(service.url);
    expect(service.received).toHaveLength(1);
  });

  test.each(['', '/', '/prometheus', '/prometheus/', '/p?tenant=a'])(
    'a server at %p is asked at its query page',
    async (path) => {
      const service = await serve(vector('1'));

      await look(prometheus(`${service.url}${path}`, { query: 'a{b="c&d"} + 1' }));

      const [received] = service.received;
      expect(received?.path).toBe(`${/^\/\w+/.exec(path)?.[0] ?? ''}/api/v1/query`);
      expect(received?.query.get('query')).toBe('a{b="c&d"} + 1');
      expect(received?.query.get('tenant')).toBe(path.includes('tenant') ? 'a' : null);
    },
  );

  test('a text can be compared with a text', async () => {
    const { url } = await serve(result('string', point('ok')));

    const finding = await look(prometheus(url, { is: 'equal', to: 'ok' }));

    expect(finding.verdict).toBe('healthy');
  });
});

describe('secrets', () => {
  const TOKEN = 'Zk9/very+secret token';

  test('are filled in wherever the plan has a placeholder', async () => {
    const service = await serve(vector('1'));
    const secret = secrets({ BASE: service.url, TEAM: 'blue' });
    const query = 'lag{team="${secret:TEAM}",t="${secret:TEAM}"}';

    await look(http('${secret:BASE}/health/${secret:TEAM}'), { secret });
    await look(prometheus('${secret:BASE}', { query }), { secret });

    expect(service.received.map(({ path }) => path)).toEqual(['/health/blue', '/api/v1/query']);
    expect(service.received[1]?.query.get('query')).toBe('lag{team="blue",t="blue"}');
  });

  test('user and password of a secret address are sent as HTTP wants them', async () => {
    const service = await serve({});
    const secret = secrets({ URL: service.url.replace('//', '//ada:hun%40ter2@') });

    const { verdict } = await look(http('${secret:URL}/health'), { secret });

    const basic = Buffer.from('ada:hun@ter2').toString('base64');
    expect(verdict).toBe('healthy');
    expect(service.received[0]?.headers.authorization).toBe(`Basic ${basic}`);
  });

  test.each([
    ['one is missing', '${secret:URL}', {}, 'UPWAVE_SECRET_URL not set where the worker runs'],
    ['one is empty', '${secret:URL}', { URL: '' }, 'UPWAVE_SECRET_URL not set'],
    [
      'two are missing',
      '${secret:A}${secret:B}',
      {},
      'UPWAVE_SECRET_A and UPWAVE_SECRET_B not set',
    ],
    ['it is no address', '${secret:URL}', { URL: TOKEN }, 'give no http or https address'],
    ['it is another scheme', '${secret:URL}', { URL: 'file:///etc/passwd' }, 'no http or https'],
    ['it is half an address', 'http://x:${secret:P}/', { P: 'many' }, 'no http or https address'],
  ])('%s -> inconclusive, said without it', async (_name, url, values, words) => {
    const finding = await look(http(url), { secret: secrets(values) });

    expect(finding.verdict).toBe('inconclusive');
    expect(finding.words).toContain(words);
    for (const value of Object.values<string>(values)) {
      if (value !== '') expect(finding.words).not.toContain(value);
    }
  });

  const echo = (text: string): readonly (readonly [string, Reply | null])[] => [
    ['a value of it', { body: { data: { lag: text } } }],
    ['a long value of it', { body: { data: { lag: `${'a'.repeat(55)}${text}${text}` } } }],
    ['a status', { status: 500, body: text }],
    ['a body that is no JSON', { body: text, headers: { 'content-type': text } }],
    ['an error of it', { status: 400, body: { status: 'error', errorType: text, error: text } }],
    [
      'a label of it',
      {
        body: {
          status: 'success',
          data: { resultType: 'vector', result: [{ metric: { t: text }, value: point('9') }] },
        },
      },
    ],
    ['a text of it', result('string', point(text))],
    ['a cut connection', null],
  ];
  const shapes = [
    { shape: 'the path', url: 'BASE/${secret:TOKEN}/health' },
    { shape: 'a parameter', url: 'BASE/health?key=${secret:TOKEN}' },
    { shape: 'the whole address', url: '${secret:WHOLE}' },
  ];
  const cases = shapes.flatMap(({ shape, url }) =>
    [TOKEN, encodeURIComponent(TOKEN), TOKEN.toUpperCase()].flatMap((text) =>
      echo(text).map(([what, reply]) => ({ shape, url, text, what, reply })),
    ),
  );

  test.each(cases)(
    'in $shape, the endpoint answers with $what ($text) -> never in words',
    async ({ url, reply, text }) => {
      const service = await serve(reply);
      const whole = `${service.url}/hooks/${encodeURIComponent(TOKEN)}?k=${encodeURIComponent(TOKEN)}`;
      const secret = secrets({ TOKEN, WHOLE: whole });
      const address = url.replace('BASE', service.url);
      const query = 'lag{t="${secret:TOKEN}"}';

      const findings = [
        await look(http(address, { value: { ...lag, to: 5 } }), { secret }),
        await look(prometheus(address, { query }), { secret }),
      ];

      for (const { words } of findings) {
        expect(words.toLowerCase()).not.toContain(text.toLowerCase());
        // Not half of it either.
        expect(words.toLowerCase()).not.toContain('zk9');
        expect(words).not.toContain('/hooks');
      }
      expect(service.received.length).toBeGreaterThan(0);
    },
  );

  test('user and password that the endpoint repeats as it got them -> never in words', async () => {
    const basic = Buffer.from('ada:hunter2').toString('base64');
    const service = await serve({ body: { data: { lag: `Basic ${basic} ada:hunter2` } } });
    const secret = secrets({ URL: service.url.replace('//', '//ada:hunter2@') });

    const { words } = await look(http('${secret:URL}', { value: lag }), { secret });

    expect(words).toContain('data.lag of');
    expect(words).not.toContain(basic);
    expect(words).not.toContain('hunter2');
  });

  test('a host that is a secret is not shown', async () => {
    const service = await serve({ status: 503 });
    const host = service.url.replace('http://', '');

    const { words } = await look(http('http://${secret:HOST}/health'), {
      secret: secrets({ HOST: host }),
    });

    expect(words).toBe('http://${secret:HOST} answered 503, not 200');
  });

  test('of a secret address scheme and host are shown, no more', async () => {
    const service = await serve({ status: 503 });

    const { words } = await look(http('${secret:URL}'), {
      secret: secrets({ URL: `${service.url}/hooks/abcdef` }),
    });

    expect(words).toBe(`${service.url} answered 503, not 200`);
  });
});
