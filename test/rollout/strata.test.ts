import fc from 'fast-check';
import { freezePlan } from '../../rollout/freeze';
import { drawn, shuffled } from '../../rollout/seeded';
import type { Inspection } from '../../rollout/upgrade';
import { cutWaves, type Cuttable, type WaveToCut } from '../../rollout/waves';
import { CACHE, CACHE_2, readPlan } from './plan.builder';

const upgrades = {
  proxy: { family: 'taurusdb-proxy' },
  cache: { family: 'dcs-instance' },
} as const;

function target(instanceId: string, more: object = {}) {
  const blank = { proxyId: null, upgrade: 'cache', az: null, labels: {} };
  return { ...blank, instanceId, ...more };
}

function wave(given: Partial<WaveToCut>): WaveToCut {
  return { name: 'canary', match: null, take: null, order: 'plan', ...given };
}

function idsOf(targets: readonly { readonly instanceId: string }[]): string {
  return targets.map(({ instanceId }) => instanceId).join('');
}

const z1 = { az: 'z1' };
const z2 = { az: 'z2' };
const gold = { labels: { tier: 'gold' } };
const six = [
  target('a', { ...z1, versionAtPlan: '1.0' }),
  target('b', { ...z1, versionAtPlan: '1.1', ...gold }),
  target('c', { ...z1, versionAtPlan: '1.0', upgrade: 'proxy' }),
  target('d', { ...z2, versionAtPlan: null }),
  target('e', { ...z2, versionAtPlan: '', ...gold }),
  target('f', { ...z1, versionAtPlan: '1.0' }),
];

describe('so many per stratum', () => {
  const strata = (perStratum: number, ...by: string[]) => ({ take: { perStratum, by } });

  test.each([
    { name: 'one per zone', given: wave(strata(1, 'az')), expected: 'ad' },
    { name: 'two per zone', given: wave(strata(2, 'az')), expected: 'abde' },
    {
      name: 'more per zone than there are -> all',
      given: wave(strata(5, 'az')),
      expected: 'abcdef',
    },
    { name: 'by upgrade', given: wave(strata(1, 'upgrade')), expected: 'ac' },
    { name: 'by family', given: wave(strata(1, 'family')), expected: 'ac' },
    {
      name: 'by a label: without it is a stratum too',
      given: wave(strata(1, 'tier')),
      expected: 'ab',
    },
    {
      name: 'by version: not read and none installed differ',
      given: wave(strata(1, 'version')),
      expected: 'abde',
    },
    {
      name: 'by three: each combination that is there',
      given: wave(strata(1, 'family', 'version', 'az')),
      expected: 'abcde',
    },
    {
      name: 'only among those that match',
      given: wave({ ...strata(1, 'az'), match: { tier: ['gold'] } }),
      expected: 'be',
    },
  ])('$name -> $expected', ({ given, expected }) => {
    const cut = cutWaves({ targets: six, waves: [given], upgrades, seed: 's' });

    expect(idsOf(cut.waves[0] ?? [])).toBe(expected);
    expect(cut.waves.flat().length + cut.unmatched.length).toBe(six.length);
  });

  test('only among those that earlier waves left', () => {
    const waves = [wave({ take: { count: 3 } }), wave({ name: 'second', ...strata(1, 'az') })];

    const cut = cutWaves({ targets: six, waves, upgrades, seed: 's' });

    expect(cut.waves.map(idsOf)).toEqual(['abc', 'df']);
  });

  test('values that look alike when joined are two strata', () => {
    const labels = (one: string, two: string) => ({ labels: { one, two } });
    const targets = [target('a', labels('x,y', 'z')), target('b', labels('x', 'y,z'))];

    const cut = cutWaves({ targets, waves: [wave(strata(1, 'one', 'two'))], upgrades, seed: 's' });

    expect(idsOf(cut.waves[0] ?? [])).toBe('ab');
  });

  test('frozen: the versions that were read make the strata', () => {
    const plan = readPlan({
      targets: [CACHE, CACHE_2].map((instanceId) => ({ upgrade: 'cache', instanceId })),
      waves: [{ name: 'canary', ...strata(1, 'version') }],
    });
    const seen = (version: string): Inspection => ({
      ...{ version, newestVersion: '5.0.16.3', upgradable: true },
      ...{ state: 'ready', status: 'RUNNING', ticket: null },
    });
    const canaries = (...versions: string[]) =>
      freezePlan(plan, versions.map(seen), '2026-11-21T08:00:00Z').waves[0]?.targets.length;

    expect(canaries('5.0.12.1', '5.0.12.1')).toBe(1);
    expect(canaries('5.0.12.1', '5.0.14.1')).toBe(2);
  });
});

describe('order: random', () => {
  const many = Array.from({ length: 200 }, (_, i) => target(`t${i},`));
  const cutBy = (seed: string, given: Partial<WaveToCut>, targets: readonly Cuttable[] = many) =>
    cutWaves({ targets, waves: [wave({ order: 'random', ...given })], upgrades, seed });

  test('the same seed -> the same choice, which is pinned for all platforms', () => {
    expect(idsOf(cutBy('november', { take: { count: 5 } }).waves[0] ?? [])).toBe(
      't62,t11,t28,t136,t30,',
    );
  });

  test.each([
    { name: 'another seed', seed: 'december', given: {} },
    { name: 'another name of the wave', seed: 'november', given: { name: 'tenth' } },
  ])('$name -> another choice', ({ seed, given }) => {
    const first = cutBy('november', { take: { percent: 10 } }).waves[0] ?? [];

    const other = cutBy(seed, { take: { percent: 10 }, ...given }).waves[0] ?? [];

    expect(other).toHaveLength(20);
    expect(idsOf(other)).not.toBe(idsOf(first));
  });

  test('what the cloud said of the targets moves nobody', () => {
    const read = many.map((one, i) => ({ ...one, versionAtPlan: `1.${i % 3}` }));

    const [before, after] = [many, read].map((all) => cutBy('s', { take: { count: 50 } }, all));

    expect(idsOf(after?.waves[0] ?? [])).toBe(idsOf(before?.waves[0] ?? []));
  });

  test('nor does the order of the rows', () => {
    const turned = cutBy('s', { take: { count: 50 } }, [...many].reverse());

    expect(idsOf(turned.waves[0] ?? [])).toBe(
      idsOf(cutBy('s', { take: { count: 50 } }).waves[0] ?? []),
    );
  });

  test('a target that joins the plan takes one place, and moves no other', () => {
    const before = new Set(cutBy('s', { take: { count: 50 } }).waves[0]);

    const after = cutBy('s', { take: { count: 50 } }, [target('new'), ...many]).waves[0] ?? [];

    expect(after.filter((one) => !before.has(one)).length).toBeLessThanOrEqual(1);
  });

  test('those not chosen keep the order of the plan', () => {
    const { unmatched } = cutBy('s', { take: { percent: 50 } });

    const numbers = unmatched.map(({ instanceId }) => Number(instanceId.slice(1, -1)));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });

  test('per stratum: one of each, by chance', () => {
    const zoned = many.map((one, i) => ({ ...one, az: `z${i % 4}` }));
    const take = { perStratum: 1, by: ['az'] };

    const chosen = ['1', '2', '3'].map((seed) => cutBy(seed, { take }, zoned).waves[0] ?? []);

    for (const own of chosen)
      expect(own.map(({ az }) => az).sort()).toEqual(['z0', 'z1', 'z2', 'z3']);
    expect(new Set(chosen.map(idsOf)).size).toBe(3);
  });
});

describe('seeded numbers', () => {
  test('from 0 to 1, and spread evenly', () => {
    const draws = Array.from({ length: 10_000 }, (_, i) => drawn(`seed/wave/${i}`));

    const tenths = Array.from({ length: 10 }, (_, k) =>
      draws.filter((each) => each >= k / 10 && each < (k + 1) / 10),
    );

    for (const each of tenths) expect(Math.abs(each.length - 1000)).toBeLessThan(150);
  });

  test('a shuffle loses nobody and adds nobody', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.string(), (things, seed) => {
        expect([...shuffled(things, seed, String)].sort()).toEqual([...things].sort());
      }),
    );
  });
});
