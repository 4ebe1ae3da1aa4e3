import fc from 'fast-check';
import type { FamilyName, Upgrade } from '../../rollout/upgrade';
import { compareVersions, hasReached, wantedVersion } from '../../rollout/version';

describe('compareVersions', () => {
  test.each([
    { name: 'segments are numbers, not text', a: '2.0.28.7', b: '2.0.48.231200', expected: -1 },
    { name: 'more digits are more', a: '2.10.0', b: '2.9.9', expected: 1 },
    { name: 'leading zeros mean nothing', a: '2.24.03.000', b: '2.24.3.0', expected: 0 },
    { name: 'a segment that is absent is zero', a: '2.24', b: '2.24.0', expected: 0 },
    { name: 'a segment more is newer', a: '2.24.0.1', b: '2.24', expected: 1 },
    {
      name: 'a segment longer than a double',
      a: '1.9007199254740993',
      b: '1.9007199254740992',
      expected: 1,
    },
    {
      name: 'another form equals itself',
      a: 'V500R002C10SPC610',
      b: 'V500R002C10SPC610',
      expected: 0,
    },
    {
      name: 'another form has no order',
      a: 'V500R002C10SPC610',
      b: 'V500R002C10SPC620',
      expected: null,
    },
    { name: 'another form against a dotted one', a: 'V2.0-2.7.2', b: '2.7.2', expected: null },
    { name: 'nothing against something', a: '', b: '1.0', expected: null },
    { name: 'nothing equals nothing', a: '', b: '', expected: 0 },
    { name: 'an empty segment is another form', a: '1..2', b: '1.0.2', expected: null },
    { name: 'a sign is another form', a: '-1.0', b: '1.0', expected: null },
  ])('$name: $a and $b -> $expected', ({ a, b, expected }) => {
    expect(compareVersions(a, b)).toBe(expected);
  });

  const segment = fc.oneof(fc.nat(3), fc.nat()).map(String);
  const padded = fc.tuple(segment, fc.nat(2)).map(([digits, zeros]) => '0'.repeat(zeros) + digits);
  const dotted = fc.array(padded, { minLength: 1, maxLength: 5 }).map((all) => all.join('.'));
  const version = fc.oneof({ weight: 5, arbitrary: dotted }, fc.string());

  test('is antisymmetric, also where there is no order', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        const there = compareVersions(a, b);
        const back = compareVersions(b, a);

        expect(back).toBe(there === null ? null : 0 - there);
      }),
    );
  });

  test('is transitive', () => {
    fc.assert(
      fc.property(dotted, dotted, dotted, (a, b, c) => {
        const [low = '', middle = '', high = ''] = [a, b, c].sort(
          (x, y) => compareVersions(x, y) ?? 0,
        );

        expect(compareVersions(low, middle)).not.toBe(1);
        expect(compareVersions(middle, high)).not.toBe(1);
        expect(compareVersions(low, high)).not.toBe(1);
      }),
    );
  });

  test('is total over dotted versions', () => {
    fc.assert(fc.property(dotted, dotted, (a, b) => compareVersions(a, b) !== null));
  });
});

describe('hasReached', () => {
  interface Row {
    readonly name: string;
    readonly family: FamilyName;
    readonly current: string;
    readonly wanted: string;
    readonly expected: boolean;
  }
  const rows: readonly Row[] = [
    {
      name: 'proxy, just below -> no',
      family: 'taurusdb-proxy',
      current: '2.26.02.999',
      wanted: '2.26.03.000',
      expected: false,
    },
    {
      name: 'proxy, the same -> yes',
      family: 'taurusdb-proxy',
      current: '2.26.03.000',
      wanted: '2.26.03.000',
      expected: true,
    },
    {
      name: 'proxy, newer -> yes',
      family: 'taurusdb-proxy',
      current: '2.26.03.001',
      wanted: '2.26.03.000',
      expected: true,
    },
    {
      name: 'kernel, below -> no',
      family: 'taurusdb-instance',
      current: '2.0.28.7',
      wanted: '2.0.48.231200',
      expected: false,
    },
    {
      name: 'kernel, there -> yes',
      family: 'taurusdb-instance',
      current: '2.0.48.231200',
      wanted: '2.0.48.231200',
      expected: true,
    },
    {
      name: 'kernel of another form, equal -> yes',
      family: 'taurusdb-instance',
      current: 'V5',
      wanted: 'V5',
      expected: true,
    },
    {
      name: 'kernel of another form, different -> no',
      family: 'taurusdb-instance',
      current: 'V6',
      wanted: 'V5',
      expected: false,
    },
    {
      name: 'no patch installed -> no',
      family: 'gaussdb-hotfix',
      current: '',
      wanted: '3.208.0.6',
      expected: false,
    },
    {
      name: 'one of two patches -> no',
      family: 'gaussdb-hotfix',
      current: '3.208.0.6',
      wanted: '3.208.0.6,3.208.0.7',
      expected: false,
    },
    {
      name: 'both patches -> yes',
      family: 'gaussdb-hotfix',
      current: '3.208.0.6,3.208.0.7',
      wanted: '3.208.0.6,3.208.0.7',
      expected: true,
    },
    {
      name: 'more patches than wanted -> yes',
      family: 'gaussdb-hotfix',
      current: '3.208.0.5,3.208.0.6',
      wanted: '3.208.0.6',
      expected: true,
    },
    {
      name: 'a newer patch is not the wanted one -> no',
      family: 'gaussdb-hotfix',
      current: '3.208.0.7',
      wanted: '3.208.0.6',
      expected: false,
    },
    {
      name: 'cache engine below -> no',
      family: 'dcs-instance',
      current: '5.0.14.1',
      wanted: '5.0.16.3',
      expected: false,
    },
    {
      name: 'cache engine there -> yes',
      family: 'dcs-instance',
      current: '5.0.16.3',
      wanted: '5.0.16.3',
      expected: true,
    },
    {
      name: 'engine there, proxy below -> no',
      family: 'dcs-instance',
      current: '5.0.16.3/5.0.12.1',
      wanted: '5.0.16.3/5.0.14.1',
      expected: false,
    },
    {
      name: 'engine below, proxy there -> no',
      family: 'dcs-instance',
      current: '5.0.14.1/5.0.14.1',
      wanted: '5.0.16.3/5.0.14.1',
      expected: false,
    },
    {
      name: 'engine and proxy there -> yes',
      family: 'dcs-instance',
      current: '5.0.17.0/5.0.14.1',
      wanted: '5.0.16.3/5.0.14.1',
      expected: true,
    },
    {
      name: 'a component that is not there -> no',
      family: 'dcs-instance',
      current: '5.0.16.3',
      wanted: '5.0.16.3/5.0.14.1',
      expected: false,
    },
  ];

  test.each(rows)('$name', ({ family, current, wanted, expected }) => {
    expect(hasReached(family, current, wanted)).toBe(expected);
  });
});

describe('wantedVersion', () => {
  const common = { expectMs: null, followForMs: 1000 };
  const proxy: Upgrade = { ...common, family: 'taurusdb-proxy', targetVersion: '2.26.03.000' };
  const kernel: Upgrade = { ...common, family: 'taurusdb-instance', delay: false };
  const patches = (targetVersions: readonly string[]): Upgrade => ({
    ...common,
    family: 'gaussdb-hotfix',
    targetVersions,
    startAfterMs: 0,
  });
  const cache = (engine: string | null, proxies: string | null): Upgrade => ({
    ...common,
    family: 'dcs-instance',
    engineMinorVersion: engine,
    proxyMinorVersion: proxies,
  });

  test.each([
    {
      name: 'proxy -> what the plan says',
      upgrade: proxy,
      newest: '2.27.0.0',
      expected: '2.26.03.000',
    },
    {
      name: 'proxy, cloud silent -> what the plan says',
      upgrade: proxy,
      newest: null,
      expected: '2.26.03.000',
    },
    { name: 'kernel -> the newest', upgrade: kernel, newest: '2.0.60.1', expected: '2.0.60.1' },
    { name: 'kernel, cloud silent -> null', upgrade: kernel, newest: null, expected: null },
    {
      name: 'kernel, cloud says nothing with words -> null',
      upgrade: kernel,
      newest: '',
      expected: null,
    },
    {
      name: 'patches -> ascending, each once',
      upgrade: patches(['3.208.0.10', '3.208.0.9', '3.208.0.10']),
      newest: null,
      expected: '3.208.0.9,3.208.0.10',
    },
    {
      name: 'cache, a version -> it',
      upgrade: cache('5.0.14.1', null),
      newest: '5.0.16.3',
      expected: '5.0.14.1',
    },
    {
      name: 'cache, latest engine -> the newest',
      upgrade: cache('latest', null),
      newest: '5.0.16.3',
      expected: '5.0.16.3',
    },
    {
      name: 'cache, latest proxy alone -> the newest',
      upgrade: cache(null, 'latest'),
      newest: '5.0.14.1',
      expected: '5.0.14.1',
    },
    {
      name: 'cache, both latest -> both',
      upgrade: cache('latest', 'latest'),
      newest: '5.0.16.3/5.0.14.1',
      expected: '5.0.16.3/5.0.14.1',
    },
    {
      name: 'cache, one of each -> each its own',
      upgrade: cache('5.0.15.0', 'latest'),
      newest: '5.0.16.3/5.0.14.1',
      expected: '5.0.15.0/5.0.14.1',
    },
    {
      name: 'cache, latest, cloud silent -> null',
      upgrade: cache('latest', null),
      newest: null,
      expected: null,
    },
    {
      name: 'cache, versions, cloud silent -> them',
      upgrade: cache('5.0.15.0', '5.0.14.1'),
      newest: null,
      expected: '5.0.15.0/5.0.14.1',
    },
    {
      name: 'cache, newest without the proxy -> null',
      upgrade: cache('latest', 'latest'),
      newest: '5.0.16.3/',
      expected: null,
    },
  ])('$name', ({ upgrade, newest, expected }) => {
    expect(wantedVersion(upgrade, { newestVersion: newest })).toBe(expected);
  });
});
