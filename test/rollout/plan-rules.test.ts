import type { Problem } from '../../rollout/plan';
import { meant } from '../../rollout/did-you-mean';
import { CACHE, CACHE_2, GAUSSDB, problemsOf, PROXY, readPlan, TAURUSDB } from './plan.builder';

const UPGRADES = {
  proxy: { family: 'taurusdb-proxy', targetVersion: '2.26.03.000' },
  kernel: { family: 'taurusdb-instance' },
  patch: { family: 'gaussdb-hotfix', targetVersions: ['3.208.0.6'] },
  cache: { family: 'dcs-instance', engineMinorVersion: 'latest' },
};

interface Row {
  readonly name: string;
  readonly given: object;
  readonly expected: Partial<Problem>;
}

function says(words: string): string {
  return expect.stringContaining(words) as string;
}

describe('ids', () => {
  const at = (field: string, message: string, suggestion?: string) => ({
    path: `targets[0].${field}`,
    message: says(message),
    ...(suggestion === undefined ? {} : { suggestion: says(suggestion) }),
  });
  const rows: readonly Row[] = [
    {
      name: 'GaussDB id for a kernel -> whose it is',
      given: { upgrade: 'kernel', instanceId: GAUSSDB },
      expected: at('instanceId', 'this is a GaussDB instance id, not a TaurusDB', 'then in07'),
    },
    {
      name: 'TaurusDB id for a patch -> whose it is',
      given: { upgrade: 'patch', instanceId: TAURUSDB },
      expected: at('instanceId', 'this is a TaurusDB instance id, not a GaussDB', 'then in14'),
    },
    {
      name: 'proxy id as an instance id -> whose it is',
      given: { upgrade: 'kernel', instanceId: PROXY },
      expected: at('instanceId', 'this is a TaurusDB proxy id'),
    },
    {
      name: 'UUID for a kernel -> whose it is',
      given: { upgrade: 'kernel', instanceId: CACHE },
      expected: at('instanceId', 'this is a DCS instance id'),
    },
    {
      name: 'TaurusDB id for a cache -> whose it is',
      given: { upgrade: 'cache', instanceId: TAURUSDB },
      expected: at('instanceId', 'this is a TaurusDB instance id, not a DCS', 'a UUID'),
    },
    {
      name: 'GaussDB node id -> whose it is',
      given: { upgrade: 'patch', instanceId: GAUSSDB.replace('in14', 'no14') },
      expected: at('instanceId', 'this is a GaussDB node id'),
    },
    {
      name: 'RDS id -> whose it is',
      given: { upgrade: 'kernel', instanceId: TAURUSDB.replace('in07', 'in01') },
      expected: at('instanceId', 'this is an RDS id'),
    },
    {
      name: '35 characters -> how many',
      given: { upgrade: 'kernel', instanceId: TAURUSDB.slice(1) },
      expected: at('instanceId', 'it has 35 characters, not 36'),
    },
    {
      name: '37 characters -> how many',
      given: { upgrade: 'kernel', instanceId: `a${TAURUSDB}` },
      expected: at('instanceId', 'it has 37 characters, not 36'),
    },
    {
      name: 'a hyphen in it -> not whole',
      given: { upgrade: 'kernel', instanceId: TAURUSDB.replace('e', '-') },
      expected: at('instanceId', 'is not a whole id'),
    },
    {
      name: 'a UUID that is short -> how many',
      given: { upgrade: 'cache', instanceId: CACHE.slice(1) },
      expected: at('instanceId', 'it has 35 characters'),
    },
    {
      name: 'a UUID with a wrong digit -> not whole',
      given: { upgrade: 'cache', instanceId: CACHE.replace('a', 'g') },
      expected: at('instanceId', 'is not a whole id'),
    },
    {
      name: 'a word -> not an id',
      given: { upgrade: 'cache', instanceId: 'cart' },
      expected: at('instanceId', '"cart" is not a DCS instance id', 'a UUID'),
    },
    {
      name: 'no proxy id for a proxy -> missing',
      given: { upgrade: 'proxy', instanceId: TAURUSDB },
      expected: at('proxyId', 'is missing', 'po01'),
    },
    {
      name: 'instance id as a proxy id -> whose it is',
      given: { upgrade: 'proxy', instanceId: TAURUSDB, proxyId: TAURUSDB },
      expected: at('proxyId', 'this is a TaurusDB instance id, not a TaurusDB proxy id'),
    },
    {
      name: 'a proxy id for a kernel -> leave it out',
      given: { upgrade: 'kernel', instanceId: TAURUSDB, proxyId: PROXY },
      expected: at('proxyId', 'taurusdb-instance', 'leave it out'),
    },
    {
      name: 'a proxy id for a cache -> leave it out',
      given: { upgrade: 'cache', instanceId: CACHE, proxyId: PROXY },
      expected: at('proxyId', 'does not belong', 'leave it out'),
    },
    {
      name: 'an unknown upgrade -> the near one',
      given: { upgrade: 'cahce', instanceId: CACHE },
      expected: at('upgrade', 'no upgrade is called "cahce"', 'did you mean cache?'),
    },
    {
      name: 'an upgrade named as its family -> all there are',
      given: { upgrade: 'dcs-instance', instanceId: CACHE },
      expected: at('upgrade', 'no upgrade', 'there is proxy, kernel, patch, cache'),
    },
    {
      name: 'an upgrade called as a property of objects',
      given: { upgrade: 'constructor', instanceId: CACHE },
      expected: at('upgrade', 'no upgrade is called "constructor"'),
    },
  ];

  test.each(rows)('$name', ({ given, expected }) => {
    expect(problemsOf({ upgrades: UPGRADES, targets: [given] })).toEqual([
      expect.objectContaining(expected),
    ]);
  });

  test.each([
    {
      name: 'letters beyond f in a suffixed id',
      given: { upgrade: 'kernel', instanceId: `${'z'.repeat(32)}in07` },
    },
    { name: 'a UUID in capitals', given: { upgrade: 'cache', instanceId: CACHE.toUpperCase() } },
    {
      name: 'proxyId null where none belongs',
      given: { upgrade: 'cache', instanceId: CACHE, proxyId: null },
    },
  ])('$name -> fine', ({ given }) => {
    expect(problemsOf({ upgrades: UPGRADES, targets: [given] })).toEqual([]);
  });
});

describe('a target twice', () => {
  test.each([
    {
      name: 'the same instance',
      a: { upgrade: 'cache', instanceId: CACHE },
      b: { upgrade: 'cache', instanceId: CACHE },
    },
    {
      name: 'the same in other letters',
      a: { upgrade: 'cache', instanceId: CACHE },
      b: { upgrade: 'cache', instanceId: CACHE.toUpperCase() },
    },
    {
      name: 'the same proxy',
      a: { upgrade: 'proxy', instanceId: TAURUSDB, proxyId: PROXY },
      b: { upgrade: 'proxy', instanceId: TAURUSDB, proxyId: PROXY },
    },
  ])('$name -> names the first', ({ a, b }) => {
    expect(problemsOf({ upgrades: UPGRADES, targets: [a, b] })).toEqual([
      {
        path: 'targets[1]',
        message: 'is the same target as targets[0]',
        suggestion: 'name each target once',
      },
    ]);
  });
});

const FLEET = {
  targets: [
    { upgrade: 'cache', instanceId: CACHE, az: 'z1', labels: { tier: 'canary' } },
    { upgrade: 'cache', instanceId: CACHE_2, az: 'z2', labels: { tier: 'gold' } },
  ],
};

describe('waves', () => {
  const all = { take: 'rest' };
  const rows: readonly Row[] = [
    {
      name: 'two of one name',
      given: [
        { name: 'a', take: 1 },
        { name: 'a', take: 1 },
      ],
      expected: { path: 'waves[1].name', message: 'waves[0] is called a too' },
    },
    {
      name: 'two rest',
      given: [
        { name: 'a', ...all },
        { name: 'b', ...all },
      ],
      expected: { path: 'waves[1].take', message: 'a takes the rest before' },
    },
    {
      name: 'a count after rest',
      given: [
        { name: 'a', ...all },
        { name: 'b', take: 1 },
      ],
      expected: { path: 'waves[1]', message: says('comes after a'), suggestion: 'put it before a' },
    },
    {
      name: 'a match after rest',
      given: [
        { name: 'a', ...all },
        { name: 'b', match: { tier: 'gold' } },
      ],
      expected: { path: 'waves[1]', message: says('comes after a') },
    },
    {
      name: 'neither match nor take',
      given: [{ name: 'a' }],
      expected: { path: 'waves[0]', message: 'says neither match nor take' },
    },
    {
      name: 'an empty match',
      given: [{ name: 'a', match: {} }],
      expected: { path: 'waves[0].match', message: 'names nothing' },
    },
    {
      name: 'a label value nobody has',
      given: [{ name: 'a', match: { tier: 'canry' } }],
      expected: {
        path: 'waves[0].match.tier',
        message: 'no target has tier canry',
        suggestion: 'did you mean canary?',
      },
    },
    {
      name: 'a label nobody has',
      given: [{ name: 'a', match: { teir: 'gold' } }],
      expected: {
        path: 'waves[0].match.teir',
        message: 'no target has teir gold',
        suggestion: 'did you mean tier?',
      },
    },
    {
      name: 'a family nobody has',
      given: [{ name: 'a', match: { family: 'dcs' } }],
      expected: { path: 'waves[0].match.family', suggestion: 'there is dcs-instance' },
    },
    {
      name: 'an upgrade nobody gets',
      given: [{ name: 'a', match: { upgrade: 'caches' } }],
      expected: { path: 'waves[0].match.upgrade', suggestion: 'did you mean cache?' },
    },
    {
      name: 'a zone nobody is in',
      given: [{ name: 'a', match: { az: ['z3', 'z4'] } }],
      expected: { path: 'waves[0].match.az', message: 'no target has az z3 or z4' },
    },
    {
      name: 'each key matches somebody, all together nobody',
      given: [{ name: 'a', match: { az: 'z1', tier: 'gold' } }],
      expected: { path: 'waves[0].match', message: 'no target matches all of it' },
    },
    {
      name: 'all that match are taken before',
      given: [
        { name: 'a', take: 1 },
        { name: 'b', match: { tier: 'canary' } },
      ],
      expected: { path: 'waves[1]', message: 'earlier waves take all of its targets' },
    },
    {
      name: 'nothing is left to count',
      given: [
        { name: 'a', take: 2 },
        { name: 'b', take: '50%' },
      ],
      expected: { path: 'waves[1]', message: 'earlier waves take all of its targets' },
    },
  ];

  test.each(rows)('$name', ({ given, expected }) => {
    expect(problemsOf({ ...FLEET, waves: given })).toEqual([expect.objectContaining(expected)]);
  });

  test.each([
    {
      name: 'nothing is left for the rest: the fleet is small',
      waves: [
        { name: 'a', take: 2 },
        { name: 'b', ...all },
      ],
    },
    {
      name: 'the rest of one tier, then the rest',
      waves: [
        { name: 'a', match: { tier: 'gold' }, ...all },
        { name: 'b', ...all },
      ],
    },
    {
      name: 'a list of values of which one is there',
      waves: [{ name: 'a', match: { tier: ['pilot', 'gold'] } }],
    },
    { name: 'a target that no wave matches', waves: [{ name: 'a', take: 1 }] },
  ])('$name -> fine', ({ waves }) => {
    expect(problemsOf({ ...FLEET, waves })).toEqual([]);
  });

  test('a target whose upgrade is unknown may be of any family: no wave is blamed for it', () => {
    const targets = [{ upgrade: 'cash', instanceId: CACHE, labels: { tier: 'canary' } }];
    const waves = [
      { name: 'a', match: { family: 'dcs-instance' } },
      { name: 'b', match: { tier: 'x' } },
    ];

    const paths = problemsOf({ targets, waves }).map(({ path }) => path);

    expect(paths).toEqual(['targets[0].upgrade', 'waves[1].match.tier']);
  });

  test.each([
    {
      name: 'a file that cannot be read',
      target: { upgrade: 'cache', file: 'nowhere.csv' },
      path: 'targets[0].file',
    },
    { name: 'a target that is no mapping', target: 'canary', path: 'targets[0]' },
    {
      name: 'labels that are wrong',
      target: { upgrade: 'cache', instanceId: CACHE, labels: { tier: [] } },
      path: 'targets[0].labels.tier',
    },
  ])('$name -> no wave is blamed for it', ({ target, path }) => {
    const waves = [{ name: 'a', match: { tier: 'canary' } }];

    const paths = problemsOf({ targets: [target], waves }).map((problem) => problem.path);

    expect(paths).toEqual([path]);
  });
});

test('without waves -> one wave takes all', () => {
  const { waves } = readPlan({ ...FLEET, waves: undefined });

  expect(waves).toMatchObject([{ name: 'all', take: 'rest', match: null }]);
});

describe('meant', () => {
  test.each([
    { word: 'instance_id', known: ['instanceId', 'proxyId'], expected: 'did you mean instanceId?' },
    { word: 'instanceid', known: ['instanceId', 'proxyId'], expected: 'did you mean instanceId?' },
    { word: 'concurency', known: ['name', 'concurrency'], expected: 'did you mean concurrency?' },
    { word: 'windows', known: ['name', 'waves'], expected: 'there is name, waves' },
    { word: 'x', known: [], expected: null },
    { word: '', known: ['abc'], expected: 'there is abc' },
  ])('$word among $known -> $expected', ({ word, known, expected }) => {
    expect(meant(word, known)).toBe(expected);
  });

  test('of many, the first dozen', () => {
    const known = Array.from({ length: 13 }, (_, i) => `upgrade-number-${i}`);

    expect(meant('x', known)).toMatch(/upgrade-number-11, …$/);
  });
});
