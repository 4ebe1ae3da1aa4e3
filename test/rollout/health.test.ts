import type { Check, Comparison, HttpCheck, PrometheusCheck } from '../../rollout/frozen-plan';
import { compare, judge, valueAt } from '../../rollout/health';
import type { Sample, Seen } from '../../rollout/health';

const FROM = 'https://x.example';
const asItIs = (text: string) => text;

describe('a comparison', () => {
  test.each<readonly [Comparison['is'], Comparison['to'], unknown, boolean | null]>([
    ['below', 5, 4.999, true],
    ['below', 5, 5, false],
    ['atMost', 5, 5, true],
    ['atMost', 5, 5.001, false],
    ['above', 5, 5.001, true],
    ['above', 5, 5, false],
    ['atLeast', 5, 5, true],
    ['atLeast', 5, 4.999, false],
    ['below', 0, -1, true],
    ['below', 5, '4', true],
    ['below', 5, ' 5e0 ', false],
    ['below', 5, Infinity, false],
    ['above', 5, Infinity, true],
    ['below', 5, 'four', null],
    ['below', 5, '', null],
    ['below', 5, '0x1', null],
    ['below', 5, true, null],
    ['below', 5, null, null],
    ['below', 5, undefined, null],
    ['below', 5, NaN, null],
    ['below', 5, [1], null],
    ['equal', 'ok', 'ok', true],
    ['equal', 'ok', 'OK', false],
    ['equal', 5, 5, true],
    ['equal', 5, '5.0', true],
    ['equal', '5.0', 5, true],
    ['equal', '1.10', '1.1', false],
    ['equal', true, true, true],
    ['equal', true, 'true', true],
    ['equal', true, 1, false],
    ['equal', 'ok', null, null],
    ['equal', 'ok', undefined, null],
    ['equal', 'ok', {}, null],
    ['equal', 5, NaN, null],
    ['notEqual', 'ok', 'ok', false],
    ['notEqual', 'ok', 'bad', true],
    ['notEqual', 5, '5', false],
    ['notEqual', 5, null, null],
    ['notEqual', 5, NaN, null],
  ])('%s %p, given %p -> %p', (is, to, value, expected) => {
    expect(compare({ is, to }, value)).toBe(expected);
  });
});

describe('a path', () => {
  const json = { data: { lag: 3, 'a-b': 1 }, items: [{ lag: 7 }, [8]], zero: 0, none: null };

  test.each<readonly [string, unknown, unknown]>([
    ['data.lag', json, 3],
    ['$.data.lag', json, 3],
    ['data.a-b', json, 1],
    ['items[0].lag', json, 7],
    ['$.items[1][0]', json, 8],
    ['zero', json, 0],
    ['none', json, null],
    ['$', 5, 5],
    ['[1]', [1, 2], 2],
    ['$[1].a', [1, { a: 3 }], 3],
    ['data.lat', json, undefined],
    ['none.lag', json, undefined],
    ['items[2].lag', json, undefined],
    ['items.0', json, undefined],
    ['items.length', json, undefined],
    ['data[0]', json, undefined],
    ['zero.a', json, undefined],
    ['constructor', json, undefined],
    ['__proto__.x', json, undefined],
    ['data', null, undefined],
  ])('%s in %j -> %j', (path, given, expected) => {
    expect(valueAt(given, path)).toEqual(expected);
  });
});

const http = (value: HttpCheck['value'] = null): Check => ({
  ...{ kind: 'http', url: '${secret:URL}', status: 200 },
  value,
});
const lag = http({ path: 'lag', is: 'below', to: 5 });
const answer = (status: number, json: unknown = {}): Seen => ({
  ...{ kind: 'answer', from: FROM, status },
  body: { json },
});
const html: Seen = { ...{ kind: 'answer', from: FROM, status: 200 }, body: { unreadable: 'HTML' } };

describe('an HTTP answer', () => {
  test.each<readonly [string, Check, Seen, string, string]>([
    ['the status', http(), answer(200), 'healthy', `${FROM} answered 200`],
    ['no JSON where none is asked for', http(), html, 'healthy', `${FROM} answered 200`],
    ['another status', http(), answer(204), 'unhealthy', `${FROM} answered 204, not 200`],
    ['a redirect', http(), answer(302), 'unhealthy', `${FROM} answered 302, not 200`],
    ['another status with a good value', lag, answer(503, { lag: 1 }), 'unhealthy', '503, not 200'],
    ['a good value', lag, answer(200, { lag: 4 }), 'healthy', `lag of ${FROM} is 4`],
    [
      'a bad value',
      lag,
      answer(200, { lag: 5 }),
      'unhealthy',
      `lag of ${FROM} is 5: it must be below 5`,
    ],
    ['no such value', lag, answer(200), 'inconclusive', `${FROM} answered without lag`],
    [
      'a value of another kind',
      lag,
      answer(200, { lag: {} }),
      'inconclusive',
      'is a mapping, which',
    ],
    ['null', lag, answer(200, { lag: null }), 'inconclusive', 'is null, which cannot be compared'],
    ['no JSON', lag, html, 'inconclusive', `${FROM} answered HTML`],
    ['nothing', lag, { kind: 'nothing', words: 'no answer' }, 'inconclusive', 'no answer'],
    [
      'samples, by a mistake of ours',
      lag,
      { kind: 'samples', from: FROM, samples: [] },
      'inconclusive',
      'internal',
    ],
  ])('%s -> told', (_name, check, seen, verdict, words) => {
    const finding = judge(check, seen, asItIs);

    expect(finding.verdict).toBe(verdict);
    expect(finding.words).toContain(words);
  });

  test('a long text is cut, but never through a secret', () => {
    const check = http({ path: 'text', is: 'equal', to: 'ok' });
    const seen = answer(200, { text: `${'a'.repeat(50)}hunter2hunter2${'b'.repeat(500)}` });

    const { words } = judge(check, seen, (text) => text.replaceAll('hunter2hunter2', '***'));

    expect(words).toContain('aaa***bbb');
    expect(words.length).toBeLessThan(150);
  });

  test('a value is compared as it came, not as it is shown', () => {
    const check = http({ path: 'name', is: 'equal', to: 'orders' });

    const { verdict } = judge(check, answer(200, { name: 'orders' }), () => '***');

    expect(verdict).toBe('healthy');
  });
});

const up: PrometheusCheck = { kind: 'prometheus', url: FROM, query: 'up', is: 'atLeast', to: 1 };
const samples = (...values: readonly Sample['value'][]): Seen => ({
  kind: 'samples',
  from: FROM,
  samples: values.map((value, nth) => ({ of: `up{i="${nth}"}`, value })),
});

test.each<readonly [string, Seen, string, string]>([
  ['no sample', samples(), 'inconclusive', `the query at ${FROM} gave no sample`],
  ['one that passes', samples(1), 'healthy', `the query at ${FROM} for up{i="0"} is 1`],
  ['all pass', samples(1, 2), 'healthy', 'is 1, and 1 more like it'],
  ['one of three does not', samples(1, 0, 1), 'unhealthy', 'up{i="1"} is 0: it must be at least 1'],
  ['two of three do not', samples(0, 1, 0), 'unhealthy', 'must be at least 1, and 1 more like it'],
  ['one is NaN', samples(1, NaN), 'inconclusive', 'up{i="1"} is NaN, which cannot be compared'],
  ['one is NaN, one does not pass', samples(NaN, 0), 'unhealthy', 'up{i="1"} is 0'],
  ['a text', samples('yes'), 'inconclusive', 'is "yes", which cannot be compared'],
  ['an answer, by a mistake of ours', answer(200), 'inconclusive', 'internal'],
])('samples of a query: %s', (_name, seen, verdict, words) => {
  const finding = judge(up, seen, asItIs);

  expect(finding.verdict).toBe(verdict);
  expect(finding.words).toContain(words);
});
