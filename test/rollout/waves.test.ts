import fc from 'fast-check';
import type { FrozenTarget, FrozenWave } from '../../rollout/frozen-plan';
import { amountOf, cutWaves, limitsOf, splitParts, type WaveToCut } from '../../rollout/waves';

const upgrades = {
  proxy: { family: 'taurusdb-proxy' },
  cache: { family: 'dcs-instance' },
} as const;

function target(id: string, labels: Record<string, string> = {}, more: object = {}) {
  return { id, instanceId: id, proxyId: null, upgrade: 'cache', az: null, labels, ...more };
}

const canary = { tier: 'canary' };
const gold = { tier: 'gold' };
const five = [
  target('a', canary, { az: 'z1' }),
  target('b', gold, { upgrade: 'proxy' }),
  target('c', canary),
  target('d', gold, { az: 'z1' }),
  target('e'),
];

function wave(given: Partial<WaveToCut>): WaveToCut {
  return { name: 'w', match: null, take: null, order: 'plan', ...given };
}

describe('cutWaves', () => {
  test.each([
    {
      name: 'match -> all that match',
      waves: [wave({ match: { tier: ['canary'] } })],
      expected: ['ac'],
      unmatched: 'bde',
    },
    {
      name: 'any of several values',
      waves: [wave({ match: { tier: ['canary', 'gold'] } })],
      expected: ['abcd'],
      unmatched: 'e',
    },
    {
      name: 'every key must match',
      waves: [wave({ match: { tier: ['canary'], az: ['z1'] } })],
      expected: ['a'],
      unmatched: 'bcde',
    },
    {
      name: 'match by family',
      waves: [wave({ match: { family: ['taurusdb-proxy'] } })],
      expected: ['b'],
      unmatched: 'acde',
    },
    {
      name: 'match by upgrade',
      waves: [wave({ match: { upgrade: ['cache'] } })],
      expected: ['acde'],
      unmatched: 'b',
    },
    {
      name: 'match by zone',
      waves: [wave({ match: { az: ['z1'] } })],
      expected: ['ad'],
      unmatched: 'bce',
    },
    {
      name: 'match by what nobody has',
      waves: [wave({ match: { constructor: ['x'] } })],
      expected: [''],
      unmatched: 'abcde',
    },
    {
      name: 'count -> the first so many',
      waves: [wave({ take: { count: 2 } })],
      expected: ['ab'],
      unmatched: 'cde',
    },
    {
      name: 'count above the fleet -> all',
      waves: [wave({ take: { count: 9 } })],
      expected: ['abcde'],
      unmatched: '',
    },
    {
      name: 'match and count -> so many of those',
      waves: [wave({ match: { tier: ['gold'] }, take: { count: 1 } })],
      expected: ['b'],
      unmatched: 'acde',
    },
    {
      name: '39% of 5 -> 1',
      waves: [wave({ take: { percent: 39 } })],
      expected: ['a'],
      unmatched: 'bcde',
    },
    {
      name: '40% of 5 -> 2',
      waves: [wave({ take: { percent: 40 } })],
      expected: ['ab'],
      unmatched: 'cde',
    },
    {
      name: '1% of 5 -> at least 1',
      waves: [wave({ take: { percent: 1 } })],
      expected: ['a'],
      unmatched: 'bcde',
    },
    {
      name: 'percent is of all targets, not of those left',
      waves: [wave({ take: { count: 3 } }), wave({ take: { percent: 40 } })],
      expected: ['abc', 'de'],
      unmatched: '',
    },
    {
      name: 'rest -> what is left',
      waves: [wave({ match: { tier: ['canary'] } }), wave({ take: 'rest' })],
      expected: ['ac', 'bde'],
      unmatched: '',
    },
    {
      name: 'rest of those that match',
      waves: [wave({ match: { tier: ['gold'] }, take: 'rest' })],
      expected: ['bd'],
      unmatched: 'ace',
    },
    {
      name: 'rest of nothing -> an empty wave',
      waves: [wave({ take: { percent: 100 } }), wave({ take: 'rest' })],
      expected: ['abcde', ''],
      unmatched: '',
    },
    {
      name: 'an earlier wave goes first',
      waves: [wave({ take: { count: 1 } }), wave({ match: { tier: ['canary'] } })],
      expected: ['a', 'c'],
      unmatched: 'bde',
    },
    {
      name: 'neither match nor take -> nobody',
      waves: [wave({})],
      expected: [''],
      unmatched: 'abcde',
    },
    { name: 'no waves -> all unmatched', waves: [], expected: [], unmatched: 'abcde' },
  ])('$name', ({ waves, expected, unmatched }) => {
    const cut = cutWaves({ targets: five, waves, upgrades, seed: 's' });

    expect(cut.waves.map((own) => own.map(({ id }) => id).join(''))).toEqual(expected);
    expect(cut.unmatched.map(({ id }) => id).join('')).toBe(unmatched);
  });

  const tier = fc.constantFrom('canary', 'gold', 'none');
  const anyTargets = fc
    .array(fc.record({ tier, upgrade: fc.constantFrom('proxy', 'cache') }), { maxLength: 60 })
    .map((all) => all.map(({ tier, upgrade }, i) => target(String(i), { tier }, { upgrade })));
  const anyWave = fc.record({
    name: fc.constant('w'),
    order: fc.constant('plan' as const),
    match: fc.option(
      fc.dictionary(
        fc.constantFrom('tier', 'family'),
        fc.array(fc.oneof(tier, fc.constant('dcs-instance'))),
      ),
    ),
    take: fc.option(
      fc.oneof(
        fc.constant('rest' as const),
        fc.record({ count: fc.integer({ min: 1, max: 70 }) }),
        fc.record({ percent: fc.integer({ min: 1, max: 100 }) }),
      ),
    ),
  });

  test('each target is taken at most once, and waves with unmatched are all of them', () => {
    fc.assert(
      fc.property(anyTargets, fc.array(anyWave, { maxLength: 6 }), (targets, waves) => {
        const cut = cutWaves({ targets, waves, upgrades, seed: 's' });

        const all = [...cut.waves.flat(), ...cut.unmatched].map(({ id }) => Number(id));
        expect(all.sort((a, b) => a - b)).toEqual(targets.map((_, i) => i));
        expect(cut.waves).toHaveLength(waves.length);
      }),
    );
  });

  test('the order of the plan is kept in every wave and among the unmatched', () => {
    fc.assert(
      fc.property(anyTargets, fc.array(anyWave, { maxLength: 6 }), (targets, waves) => {
        const cut = cutWaves({ targets, waves, upgrades, seed: 's' });

        for (const own of [...cut.waves, cut.unmatched]) {
          const ids = own.map(({ id }) => Number(id));
          expect(ids).toEqual([...ids].sort((a, b) => a - b));
        }
      }),
    );
  });
});

describe('amountOf', () => {
  test.each([
    { amount: { count: 3 }, all: 2, expected: 3 },
    { amount: { percent: 30 }, all: 24, expected: 7 },
    { amount: { percent: 2 }, all: 49, expected: 0 },
    { amount: { percent: 2 }, all: 50, expected: 1 },
    { amount: { percent: 4.1 }, all: 1000, expected: 41 },
    { amount: { percent: 0.29 }, all: 10_000, expected: 29 },
    { amount: { percent: 100 }, all: 20_000, expected: 20_000 },
    { amount: { percent: 0 }, all: 20_000, expected: 0 },
  ])('$amount of $all -> $expected', ({ amount, all, expected }) => {
    expect(amountOf(amount, all)).toBe(expected);
  });
});

test('limitsOf: percentages are of the planned targets, no limit stays none', () => {
  const budget = {
    ...{ rejected: { percent: 50 }, failed: null, unknown: { count: 0 } },
    strict: true,
  };

  expect(limitsOf(budget, 7)).toEqual({
    ...{ rejected: 3, failed: null, unknown: 0 },
    strict: true,
  });
});

describe('splitParts', () => {
  function frozen(size: number, partSize = 500): FrozenWave {
    const targets = Array.from(
      { length: size },
      (_, i) => ({ instanceId: String(i) }) as FrozenTarget,
    );
    const budget = { rejected: 1, failed: null, unknown: 0, strict: false };
    const rules = { concurrencyBy: [], slowStart: false, gate: null, bake: null };
    return { name: 'rest', concurrency: 3, budget, ...rules, partSize, targets };
  }

  test.each([
    { size: 0, parts: [0] },
    { size: 1, parts: [1] },
    { size: 500, parts: [500] },
    { size: 501, parts: [500, 1] },
    { size: 1200, parts: [500, 500, 200] },
  ])('$size targets -> parts of $parts', ({ size, parts }) => {
    const whole = frozen(size);

    const split = splitParts(whole);

    expect(split.map(({ targets }) => targets.length)).toEqual(parts);
    expect(split.flatMap(({ targets }) => targets)).toEqual(whole.targets);
    expect(new Set(split.map(({ name, concurrency }) => `${name} ${concurrency}`)).size).toBe(1);
  });

  test('the size of a part can be given', () => {
    expect(splitParts(frozen(5, 2)).map(({ targets }) => targets.length)).toEqual([2, 2, 1]);
  });
});
