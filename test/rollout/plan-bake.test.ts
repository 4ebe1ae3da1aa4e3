import { problemsOf, readPlan } from './plan.builder';

const URL = 'https://orders.example.com/health';
const PROMETHEUS = 'https://prometheus.example.com';
const AT = 'waves[0].bake';

const waves = (bake: unknown) => ({ waves: [{ name: 'all', take: 'rest', bake }] });
const withChecks = (...checks: readonly unknown[]) => waves({ for: '10m', checks });
const bakeOf = (bake: unknown) => readPlan(waves(bake)).waves[0]?.bake;
const checksOf = (...checks: readonly unknown[]) => bakeOf({ for: '10m', checks })?.checks;
const pathsOf = (change: object) => problemsOf(change).map(({ path }) => path);

describe('a mistake in a bake', () => {
  test.each([
    ['no duration', {}, 'for', 'is missing'],
    ['no time at all', { for: '0s' }, 'for', 'a duration above zero'],
    ['every longer than for', { for: '10s', every: '10001ms' }, 'every', 'no longer than the bake'],
    ['every 0', { for: '10s', every: '0s' }, 'every', 'above zero'],
    ['checks as a mapping', { for: '1m', checks: {} }, 'checks', 'a list, not a mapping'],
    [
      '21 checks',
      { for: '1m', checks: Array(21).fill({ http: URL }) },
      'checks',
      'a list of at most 20 checks',
    ],
    [
      'a limit of -1',
      { for: '1m', unhealthy: { limit: -1 } },
      'unhealthy.limit',
      'from 0 to 100, not -1',
    ],
    [
      'going on in spite of it',
      { for: '1m', inconclusive: { then: 'goOn' } },
      'inconclusive.then',
      'pause or abort, not "goOn"',
    ],
    ['an unknown key', { for: '1m', until: '2m' }, 'until', 'unknown key'],
  ])('%s -> told', (_name, given, at, message) => {
    const problems = problemsOf(waves(given));

    expect(problems).toMatchObject([{ path: `${AT}.${at}` }]);
    expect(problems[0]?.message).toContain(message);
  });

  test.each([
    ['a word', 'health', '', 'a mapping of keys to values, not "health"', null],
    ['nothing', null, '', 'a mapping of keys to values, not nothing', null],
    ['an empty mapping', {}, '.http', 'is missing', 'such as https://example.com/health'],
    ['a query alone', { query: 'up', above: 0 }, '.prometheus', 'is missing', 'an address'],
    ['another scheme', { http: 'ftp://x.example/' }, '.http', 'an address of http', 'such as'],
    ['no scheme', { http: 'x.example/health' }, '.http', 'an address of http', 'such as'],
    ['no host', { http: 'https://' }, '.http', 'an address of http', 'such as'],
    ['a space in it', { http: 'https://x.example/a b' }, '.http', 'an address of http', 'such as'],
    [
      'a placeholder in small letters',
      { http: '${secret:url}' },
      '.http',
      'an address',
      '${secret:HEALTH_URL}',
    ],
    [
      'a placeholder that is not closed',
      { http: 'https://x/${secret:A' },
      '.http',
      'an address',
      'such as',
    ],
    [
      'a variable of a shell',
      { http: 'https://x/${TOKEN}' },
      '.http',
      'an address',
      '${secret:HEALTH_URL}',
    ],
    ['a status of 99', { http: URL, status: 99 }, '.status', 'an HTTP status, not 99', '200'],
    ['a status of 600', { http: URL, status: 600 }, '.status', 'not 600', '200'],
    ['an unknown key', { http: URL, jsn: 'a' }, '.jsn', 'unknown key', 'did you mean json?'],
    ['json alone', { http: URL, json: 'a' }, '', 'json and one comparison', 'json: data.lag'],
    ['a comparison alone', { http: URL, below: 5 }, '', 'json and one comparison', 'such as'],
    [
      'two comparisons',
      { http: URL, json: 'a', above: 2, below: 5 },
      '',
      'json and one comparison',
      'such as',
    ],
    ['a path with a gap', { http: URL, json: 'a..b', below: 5 }, '.json', 'a path', 'data.lag'],
    ['a word for an index', { http: URL, json: 'a[x]', below: 5 }, '.json', 'a path', 'items[0]'],
    ['below a word', { http: URL, json: 'a', below: 'five' }, '.below', 'a number', '0.5'],
    [
      'below what no number can hold',
      { http: URL, json: 'a', below: '1e999' },
      '.below',
      'a number',
      '0.5',
    ],
    ['equal to a list', { http: URL, json: 'a', equal: [1] }, '.equal', 'text, a number', null],
    [
      'http and prometheus',
      { http: URL, prometheus: PROMETHEUS, query: 'up', above: 0 },
      '',
      'either http or prometheus',
      'such as',
    ],
    [
      'prometheus without query',
      { prometheus: PROMETHEUS, above: 0 },
      '.query',
      'is missing',
      'max(',
    ],
    [
      'prometheus without comparison',
      { prometheus: PROMETHEUS, query: 'up' },
      '',
      'one of equal, notEqual',
      'below: 5',
    ],
    [
      'the address of the query page',
      { prometheus: `${PROMETHEUS}/api/v1/query`, query: 'up', above: 0 },
      '.prometheus',
      'without /api/v1/query',
      'such as',
    ],
    [
      'a broken placeholder in a query',
      { prometheus: PROMETHEUS, query: 'up{t="${secret:x}"}', above: 0 },
      '.query',
      'placeholders are complete',
      '${secret:NAME}',
    ],
    [
      'a status of prometheus',
      { prometheus: PROMETHEUS, query: 'up', above: 0, status: 200 },
      '.status',
      'unknown key',
      'there is',
    ],
  ])('in the second check: %s -> told there', (_name, check, at, message, right) => {
    const problems = problemsOf(withChecks({ http: URL }, check));

    const told = problems.filter(({ path }) => path === `${AT}.checks[1]${at}`);
    expect(told).toHaveLength(1);
    expect(told[0]?.message).toContain(message);
    if (right === null) expect(told[0]?.suggestion).toBeNull();
    else expect(told[0]?.suggestion).toContain(right);
    expect(problems.filter(({ path }) => !path.startsWith(`${AT}.checks[1]`))).toEqual([]);
  });

  test.each([
    'https://ada:hunter2@x.example/health',
    'https://hunter2@x.example/health',
    'https://${secret:USER}:hunter2@x.example/health',
    '${secret:BASE}:hunter2@x.example/',
  ])('a password in %s -> refused without showing it', (http) => {
    const problems = problemsOf(withChecks({ http }));

    expect(problems).toMatchObject([{ path: `${AT}.checks[0].http` }]);
    expect(problems[0]?.message).toContain('without user and password');
    expect(problems[0]?.suggestion).toContain('UPWAVE_SECRET_');
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  test('a wrong address is never repeated: it may hold a token', () => {
    const problems = problemsOf(withChecks({ http: 'htps://x.example/?token=hunter2' }));

    expect(problems).toHaveLength(1);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  test('all at once: none hides another', () => {
    const paths = pathsOf(
      waves({
        for: '10s',
        every: '11s',
        evry: '1s',
        checks: [
          { http: 'x', status: 1, json: '..', below: 'a', above: 1 },
          { prometheus: 'y', query: 'up', below: 'a', abov: 1, atLeast: 2 },
          5,
        ],
        unhealthy: { limit: 'two', then: 'stop', x: 1 },
        inconclusive: 3,
      }),
    );

    expect(paths.sort()).toEqual(
      [
        'every',
        'evry',
        'checks[0]',
        'checks[0].http',
        'checks[0].status',
        'checks[0].json',
        'checks[0].below',
        'checks[1]',
        'checks[1].prometheus',
        'checks[1].below',
        'checks[1].abov',
        'checks[2]',
        'unhealthy.limit',
        'unhealthy.then',
        'unhealthy.x',
        'inconclusive',
      ]
        .map((path) => `${AT}.${path}`)
        .sort(),
    );
  });
});

describe('what a bake means', () => {
  test('a duration alone: every 30 s, no unhealthy look and three inconclusive ones are borne', () => {
    expect(bakeOf({ for: '10m' })).toEqual({
      forMs: 600_000,
      everyMs: 30_000,
      checks: [],
      unhealthy: { limit: 0, then: 'pause' },
      inconclusive: { limit: 3, then: 'pause' },
    });
  });

  test.each([
    { for: '30s', everyMs: 30_000 },
    { for: '29s', everyMs: 29_000 },
    { for: '29s', every: '29s', everyMs: 29_000 },
  ])('for $for, every $every -> looks every $everyMs ms', ({ everyMs, ...given }) => {
    expect(bakeOf(given)?.everyMs).toBe(everyMs);
  });

  test.each([
    ['its status is 200', { http: URL }, { status: 200, value: null }],
    ['another status', { http: URL, status: 204 }, { status: 204, value: null }],
    [
      'a path from the root',
      { http: URL, json: '$.items[0].lag', below: 5 },
      { value: { path: '$.items[0].lag', is: 'below', to: 5 } },
    ],
    [
      'the root',
      { http: URL, json: '$', equal: 'ok' },
      { value: { path: '$', is: 'equal', to: 'ok' } },
    ],
    ['a list', { http: URL, json: '[1]', notEqual: true }, { value: { path: '[1]', to: true } }],
    ['a bound of 0', { http: URL, json: 'a', atMost: 0 }, { value: { is: 'atMost', to: 0 } }],
    [
      'a number that YAML kept as text',
      { http: URL, json: 'a', atMost: '0.50' },
      { value: { is: 'atMost', to: 0.5 } },
    ],
    [
      'false is a value',
      { http: URL, json: 'a', equal: false },
      { value: { is: 'equal', to: false } },
    ],
    ['a secret address', { http: '${secret:HEALTH_URL}' }, { url: '${secret:HEALTH_URL}' }],
    ['a secret host', { http: 'https://${secret:HOST}:8443/health' }, { kind: 'http' }],
    ['a secret port', { http: 'https://x.example:${secret:PORT}/' }, { kind: 'http' }],
    ['an at sign in the path', { http: 'https://x.example/@ada' }, { kind: 'http' }],
    [
      'a query of Prometheus',
      { prometheus: PROMETHEUS, query: 'max(lag{team="${secret:TEAM}"})', atLeast: -1 },
      { kind: 'prometheus', url: PROMETHEUS, is: 'atLeast', to: -1 },
    ],
    [
      'what label_replace writes as ${1}',
      { prometheus: PROMETHEUS, query: 'label_replace(up, "a", "${1}", "b", "(.*)")', equal: 1 },
      { kind: 'prometheus', to: 1 },
    ],
  ])('%s -> fine', (_name, given, expected) => {
    expect(checksOf(given)).toMatchObject([expected]);
  });
});
