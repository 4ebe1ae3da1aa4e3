import type { Problem } from '../../rollout/plan';
import { CACHE, CACHE_2, problemsOf, readPlan } from './plan.builder';

const targets = [
  { upgrade: 'cache', instanceId: CACHE, az: 'cn-north-4a', labels: { shard: 1 } },
  { upgrade: 'cache', instanceId: CACHE_2, labels: { tier: 'gold' } },
];

function one(given: object): object {
  return { targets, waves: [{ name: 'all', take: 'rest', ...given }] };
}

interface Row {
  readonly name: string;
  readonly given: object;
  /** Every problem: path, words in its message, words in its suggestion. */
  readonly expected: readonly (readonly [
    path: string,
    message: string,
    suggestion: string | null,
  ])[];
}

const rows: readonly Row[] = [
  {
    name: 'none per stratum, by nothing',
    given: one({ take: { perStratum: 0, by: [] } }),
    expected: [
      ['waves[0].take.perStratum', 'at least 1, not 0', 'such as'],
      ['waves[0].take.by', 'a list of labels', '[family, version, az]'],
    ],
  },
  {
    name: 'strata without by',
    given: one({ take: { perStratum: 1 } }),
    expected: [['waves[0].take.by', 'is missing', 'a list of labels']],
  },
  {
    name: 'a misspelt key of strata',
    given: one({ take: { perStratums: 1, by: ['az'] } }),
    expected: [
      ['waves[0].take.perStratum', 'is missing', 'at least 1'],
      ['waves[0].take.perStratums', 'unknown key', 'did you mean perStratum?'],
    ],
  },
  {
    name: 'strata by what no target has, and twice by the same',
    given: one({ take: { perStratum: 1, by: ['az', 'teir', 'az', 'versoin'] } }),
    expected: [
      ['waves[0].take.by[1]', 'no target has teir', 'did you mean tier?'],
      ['waves[0].take.by[2]', 'az is there twice', 'once'],
      ['waves[0].take.by[3]', 'no target has versoin', 'did you mean version?'],
    ],
  },
  {
    name: 'limits by what no target has: in a wave and for the rollout',
    given: {
      ...one({ concurrencyBy: { label: 'shrad', max: 1 } }),
      concurrencyBy: { label: 'rack', max: 1 },
    },
    expected: [
      ['waves[0].concurrencyBy.label', 'no target has shrad', 'did you mean shard?'],
      ['concurrencyBy.label', 'no target has rack', 'there is shard, tier, family, upgrade, az'],
    ],
  },
  {
    name: 'a limit of none, of nothing',
    given: one({ concurrencyBy: { max: 0 } }),
    expected: [
      ['waves[0].concurrencyBy.label', 'is missing', 'text'],
      ['waves[0].concurrencyBy.max', 'at least 1, not 0', 'such as'],
    ],
  },
  {
    name: 'an order that is none, a slow start in words',
    given: one({ order: 'rnd', slowStart: 'yes' }),
    expected: [
      ['waves[0].order', 'plan or random, not "rnd"', null],
      ['waves[0].slowStart', 'true or false, not "yes"', null],
    ],
  },
  {
    name: 'a gate of two kinds, one of them without its offset',
    given: one({ gate: { delay: '1h', at: '2026-12-01T01:00' } }),
    expected: [
      ['waves[0].gate.at', 'an instant with its offset', '+08:00'],
      ['waves[0].gate', 'one of delay, at and approval', 'approval'],
    ],
  },
  {
    name: 'a gate of two right kinds',
    given: one({ gate: { delay: '1h', approval: {} } }),
    expected: [['waves[0].gate', 'one of delay, at and approval', 'approval']],
  },
  {
    name: 'a gate of nothing',
    given: one({ gate: {} }),
    expected: [['waves[0].gate', 'one of delay, at and approval', 'approval']],
  },
  {
    name: 'a day that is none',
    given: one({ gate: { at: '2026-13-01T01:00:00Z' } }),
    expected: [['waves[0].gate.at', 'an instant with its offset', '2026-12-01']],
  },
  {
    name: 'an approval: both fields wrong',
    given: one({ gate: { approval: { expires: '24', onExpiry: 'abrt' } } }),
    expected: [
      ['waves[0].gate.approval.expires', 'with its unit, not "24"', '6h'],
      ['waves[0].gate.approval.onExpiry', 'abort, skipWave or begin, not "abrt"', null],
    ],
  },
  {
    name: 'a budget: strict in words, too many percent, a misspelt kind',
    given: one({ budget: { strict: 'no', failed: '101%', rejectd: 2 } }),
    expected: [
      ['waves[0].budget.failed', 'at most 100%, not "101%"', '3 or 5%'],
      ['waves[0].budget.strict', 'true or false, not "no"', null],
      ['waves[0].budget.rejectd', 'unknown key', 'did you mean rejected?'],
    ],
  },
  {
    name: 'of the whole rollout: all at once',
    given: { ...one({}), concurrency: 0, seed: ['x'], onExhausted: { expires: '0s' } },
    expected: [
      ['concurrency', 'at least 1, not 0', 'such as'],
      ['onExhausted.expires', 'above zero', '6h'],
      ['seed', 'must be text, not a list', null],
    ],
  },
  {
    name: 'an earlier wave that takes by chance leaves nobody',
    given: {
      targets,
      waves: [
        { name: 'two', take: 2, order: 'random' },
        { name: 'gold', match: { tier: 'gold' } },
      ],
    },
    expected: [['waves[1]', 'earlier waves take all of its targets', 'earlier']],
  },
];

test.each(rows)('$name', ({ given, expected }) => {
  const problems = problemsOf(given);

  const says = (words: string | null) =>
    words === null ? null : (expect.stringContaining(words) as string);
  expect(problems).toEqual(
    expected.map(([path, message, suggestion]): Problem => ({
      path,
      message: says(message) ?? '',
      suggestion: says(suggestion),
    })),
  );
});

test.each([
  { name: 'a delay', gate: { delay: '1h' }, expected: { kind: 'delay', forMs: 3_600_000 } },
  {
    name: 'an instant -> in UTC',
    gate: { at: '2026-12-01T01:00:00+08:00' },
    expected: { kind: 'at', instant: '2026-11-30T17:00:00.000Z' },
  },
  {
    name: 'an approval -> waits for ever, then aborts',
    gate: { approval: {} },
    expected: { kind: 'approval', expiresMs: null, onExpiry: 'abort' },
  },
  {
    name: 'an approval with expiry',
    gate: { approval: { expires: '24h', onExpiry: 'skipWave' } },
    expected: { kind: 'approval', expiresMs: 86_400_000, onExpiry: 'skipWave' },
  },
])('a gate: $name', ({ gate, expected }) => {
  expect(readPlan(one({ gate })).waves[0]?.gate).toEqual(expected);
});

test('strata, chance and limits -> as they stand', () => {
  const plan = readPlan({
    ...one({
      take: { perStratum: 2, by: ['version', 'az'] },
      order: 'random',
      slowStart: true,
      concurrencyBy: { label: 'shard', max: 1 },
      budget: { failed: 2, strict: true },
    }),
    ...{ seed: 7, concurrency: 9, onExhausted: { expires: '2h' } },
  });

  expect(plan).toMatchObject({ seed: '7', concurrency: 9, onExhausted: { expiresMs: 7_200_000 } });
  expect(plan.waves[0]).toMatchObject({
    take: { perStratum: 2, by: ['version', 'az'] },
    order: 'random',
    slowStart: true,
    concurrencyBy: { label: 'shard', max: 1 },
    budget: { failed: { count: 2 }, strict: true },
  });
});
