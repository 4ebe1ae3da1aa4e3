import type { FleetRow } from '../../rollout/fleet';
import { parseScope } from '../../rollout/plan';
import { searchOf, withFound } from '../../rollout/plan-discover';
import { aRow } from './fleet.builder';
import { CACHE, CACHE_2, parse, problemsOf, PROXY, readPlan, TAURUSDB } from './plan.builder';

const discoverAll = { upgrade: 'cache', discover: {} };

test('a discovery with everything in it', () => {
  const discover = { name: '*prod', tags: { team: 'billing', tier: 1 }, upgradable: true };
  const plan = readPlan({
    targets: [
      { upgrade: 'cache', instanceId: CACHE },
      { upgrade: 'cache', discover, labels: { kind: 'found' } },
    ],
  });

  expect(plan.targets).toHaveLength(1);
  expect(plan.discover).toEqual([
    {
      ...{ at: 'targets[1]', after: 1, upgrade: 'cache', labels: { kind: 'found' } },
      ...{ name: '*prod', tags: { team: 'billing', tier: '1' }, upgradable: true },
    },
  ]);
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
});

test('a plan without discoveries says nothing of them', () => {
  expect(readPlan({})).not.toHaveProperty('discover');
});

test.each([
  {
    name: 'an unknown upgrade',
    entry: { upgrade: 'cash', discover: {} },
    problems: ['targets[0].upgrade: no upgrade is called "cash"'],
  },
  { name: 'no upgrade', entry: { discover: {} }, problems: ['targets[0].upgrade: is missing'] },
  {
    name: 'a list of names',
    entry: { upgrade: 'cache', discover: { name: ['a'] } },
    problems: ['targets[0].discover.name: must be text, not a list'],
  },
  {
    name: 'a star in the wrong place',
    entry: { upgrade: 'cache', discover: { name: 'prod*' } },
    problems: [
      'targets[0].discover.name: must be a whole name, or * and a part of one, not "prod*"',
    ],
  },
  {
    name: 'everything wrong at once',
    entry: { upgrade: 'cache', discover: { tag: {}, upgradable: 'yes', tags: 'a=b' }, file: 'x' },
    problems: [
      'targets[0].discover.tags: must be a mapping of keys to values, not "a=b"',
      'targets[0].discover.upgradable: must be true or false, not "yes"',
      'targets[0].discover.tag: unknown key',
      'targets[0].file: unknown key',
    ],
  },
  {
    name: 'nothing under it',
    entry: { upgrade: 'cache', discover: null },
    problems: ['targets[0].discover: must be a mapping of keys to values, not nothing'],
  },
])('$name -> told with its place', ({ entry, problems }) => {
  const told = problemsOf({ targets: [entry] }).map(({ path, message }) => `${path}: ${message}`);

  expect(told.sort()).toEqual([...problems].sort());
});

test('who matches what is not judged before its targets are known', () => {
  const waves = [
    { name: 'canary', match: { tier: 'canary' } },
    { name: 'rest', take: 'rest' },
  ];

  expect(problemsOf({ targets: [discoverAll], waves })).toEqual([]);
});

describe('what is looked for', () => {
  const upgrades = {
    cache: { family: 'dcs-instance', proxyMinorVersion: 'latest' },
    kernel: { family: 'taurusdb-instance' },
  };

  test.each([
    {
      name: 'without upgradable no versions are read',
      entry: { upgrade: 'kernel', discover: { tags: { a: 'b' } } },
      expected: { family: 'taurusdb-instance', tags: { a: 'b' }, versions: false },
    },
    {
      name: 'upgradable is judged by the components that the upgrade names',
      entry: { upgrade: 'cache', discover: { upgradable: true } },
      expected: {
        ...{ family: 'dcs-instance', upgradable: true, versions: true },
        components: { engine: false, proxy: true },
      },
    },
  ])('$name', ({ entry, expected }) => {
    const plan = readPlan({ upgrades, targets: [entry] });
    const [discovery] = plan.discover ?? [];
    if (discovery === undefined) throw new Error('no discovery');

    expect(searchOf(plan, discovery)).toMatchObject({
      scope: { projectId: plan.projectId, region: plan.region },
      ...expected,
    });
  });
});

describe('what was found', () => {
  const found = (i: number, given: Partial<FleetRow> = {}) =>
    aRow({ instanceId: CACHE_2.slice(0, -2) + String(10 + i), name: `found-${i}`, ...given });

  test('becomes targets in its place, with zone, name and labels', () => {
    const plan = readPlan({
      targets: [
        { upgrade: 'cache', instanceId: CACHE, name: 'first' },
        { ...discoverAll, labels: { team: 'all', tier: 'rest' } },
        { upgrade: 'cache', instanceId: CACHE_2, name: 'last' },
      ],
    });
    const row = found(1, {
      ...{ az: 'cn-north-4a', maintenanceWindow: '02:00-06:00' },
      ...{ tags: { team: 'billing' }, version: '5.0.14.1', status: 'RUNNING' },
    });

    const { plan: resolved, problems } = withFound(plan, [[row, found(2)]]);

    expect(problems).toEqual([]);
    expect(resolved).not.toHaveProperty('discover');
    expect(resolved.targets.map(({ name }) => name)).toEqual([
      'first',
      'found-1',
      'found-2',
      'last',
    ]);
    expect(resolved.targets[1]).toEqual({
      ...{ upgrade: 'cache', instanceId: row.instanceId, proxyId: null },
      ...{ name: 'found-1', az: 'cn-north-4a' },
      labels: { team: 'billing', tier: 'rest', maintenanceWindow: '02:00-06:00' },
    });
  });

  test('what the plan names, or another discovery found, is not taken again', () => {
    const targets = [
      discoverAll,
      { upgrade: 'cache', instanceId: CACHE, name: 'named' },
      discoverAll,
    ];
    const named = aRow({ instanceId: CACHE.toUpperCase() });

    const { plan, problems } = withFound(readPlan({ targets }), [
      [named, found(1)],
      [found(1), named],
    ]);

    expect(problems).toEqual([]);
    expect(plan.targets.map(({ name }) => name)).toEqual(['found-1', 'named']);
  });

  test('nothing -> told with what was looked for', () => {
    const discover = { name: '*prod', tags: { team: 'x' }, upgradable: true };
    const plan = readPlan({ targets: [discoverAll, { upgrade: 'cache', discover }] });

    const { problems } = withFound(plan, [[found(1)], []]);

    expect(problems).toEqual([
      {
        path: 'targets[1].discover',
        message:
          'nothing of the family dcs-instance was found in project 0483b6b16e954cb88930a360d2c4e663, region cn-north-4, with name *prod, tag team=x, upgradable',
        suggestion: 'upwave discover --family dcs-instance shows what there is',
      },
    ]);
  });

  test.each([
    {
      name: 'a wave that matches nobody',
      change: {
        waves: [
          { name: 'canary', match: { tier: 'canary' } },
          { name: 'rest', take: 'rest' },
        ],
      },
      problem: 'waves[0].match.tier: no target has tier canary',
    },
    {
      name: 'a wave for which nobody is left',
      change: {
        waves: [
          { name: 'all', match: { upgrade: 'cache' } },
          { name: 'few', take: 1 },
        ],
      },
      problem: 'waves[1]: earlier waves take all of its targets',
    },
    {
      name: 'a limit by a label that nobody has',
      change: { concurrencyBy: { label: 'shard', max: 1 } },
      problem: 'concurrencyBy.label: no target has shard',
    },
  ])('$name -> told once it is known', ({ change, problem }) => {
    const { problems } = withFound(readPlan({ targets: [discoverAll], ...change }), [[found(1)]]);

    expect(problems.map(({ path, message }) => `${path}: ${message}`)).toEqual([problem]);
  });

  test('an id that is not of the family -> told, and whose it is', () => {
    const plan = readPlan({
      upgrades: { proxy: { family: 'taurusdb-proxy', targetVersion: '2.26.03.000' } },
      targets: [{ upgrade: 'proxy', discover: {} }],
    });

    const { problems } = withFound(plan, [
      [aRow({ instanceId: TAURUSDB, proxyId: PROXY }), found(1)],
    ]);

    expect(problems.map(({ path }) => path)).toEqual([
      'targets[0], found-1.instanceId',
      'targets[0], found-1.proxyId',
    ]);
  });
});

describe('project and region of a plan', () => {
  const sound = { projectId: '0483b6b16e954cb88930a360d2c4e663', region: 'cn-north-4' };

  test.each([
    { name: 'a plan', text: JSON.stringify(sound), given: {}, scope: sound },
    {
      name: 'a plan that is wrong elsewhere',
      text: JSON.stringify({ ...sound, targets: [{ file: 'not-yet.csv' }], nonsense: 1 }),
      given: {},
      scope: sound,
    },
    {
      name: 'flags go before the plan',
      text: JSON.stringify(sound),
      given: { region: 'eu-de' },
      scope: { ...sound, region: 'eu-de' },
    },
    { name: 'flags alone', text: '{}', given: sound, scope: sound },
  ])('$name', ({ text, given, scope }) => {
    expect(parseScope(text, given)).toEqual({ scope, problems: [] });
  });

  test('all mistakes at once', () => {
    const { scope, problems } = parseScope('region: CN North', {});

    expect(scope).toBeNull();
    expect(problems.map(({ path }) => path)).toEqual(['projectId', 'region']);
  });

  test('no YAML -> the line', () => {
    expect(parseScope('a: [', {}).problems[0]?.path).toMatch(/^line /);
  });
});

test('a plan of nothing but discoveries is a plan', () => {
  expect(parse({ targets: [discoverAll] }).plan).toMatchObject({ targets: [] });
});
