import { CACHE, CACHE_2, GAUSSDB, problemsOf, readPlan } from './plan.builder';

const NORTH = { projectId: 'a'.repeat(32), region: 'cn-north-4' };
const EAST = { projectId: 'b'.repeat(32), region: 'cn-east-3', concurrency: 2 };
const CLOUDS = { north: NORTH, east: EAST };
const cache = { family: 'dcs-instance', engineMinorVersion: 'latest' };
const noOwn = { projectId: undefined, region: undefined };
const target = (cloud?: string, instanceId = CACHE) => ({ upgrade: 'cache', instanceId, cloud });

test('a plan beside whose own project there are clouds', () => {
  const plan = readPlan({ clouds: CLOUDS, targets: [target('east'), target(undefined, CACHE_2)] });

  expect(plan.clouds).toEqual({ north: { ...NORTH, concurrency: null }, east: EAST });
  expect(plan.targets.map(({ cloud }) => cloud)).toEqual(['east', undefined]);
});

test('a plan with clouds alone has no project of its own', () => {
  const plan = readPlan({ ...noOwn, clouds: CLOUDS, targets: [target('east')] });

  expect(plan.projectId).toBeUndefined();
  expect(plan.region).toBeUndefined();
});

test('the nearest word counts: target, row or entry of a file, upgrade', () => {
  const plan = readPlan(
    {
      clouds: { ...CLOUDS, west: EAST },
      upgrades: { cache: { ...cache, cloud: 'north' } },
      targets: [
        target(),
        target('east', CACHE_2),
        { upgrade: 'cache', file: 'f.csv', cloud: 'east' },
      ],
    },
    {
      'f.csv': [
        'instanceId,cloud',
        '11111111-1111-1111-1111-111111111111,',
        '22222222-2222-2222-2222-222222222222,west',
      ].join('\n'),
    },
  );

  expect(plan.targets.map(({ cloud }) => cloud)).toEqual(['north', 'east', 'east', 'west']);
  expect(plan.targets.map(({ labels }) => labels)).toEqual([{}, {}, {}, {}]);
});

test('waves and limits tell targets apart by their cloud', () => {
  const plan = readPlan({
    clouds: CLOUDS,
    targets: [target('east'), target('north', CACHE_2)],
    concurrencyBy: { label: 'cloud', max: 1 },
    waves: [
      { name: 'east', match: { cloud: 'east' } },
      { name: 'rest', take: { perStratum: 1, by: ['cloud'] } },
    ],
  });

  expect(plan.waves.map(({ match }) => match)).toEqual([{ cloud: ['east'] }, null]);
});

test('without clouds a label may be called so', () => {
  const targets = [{ upgrade: 'cache', instanceId: CACHE, labels: { cloud: 'blue' } }];
  const waves = [{ name: 'blue', match: { cloud: 'blue' } }];

  expect(problemsOf({ targets, waves })).toEqual([]);
});

test('without clouds a column may be called so', () => {
  const targets = [{ upgrade: 'cache', file: 'f.csv', labels: { cloud: 'red' } }];
  const files = { 'f.csv': `instanceId,cloud\n${CACHE},blue\n${CACHE_2},` };

  const plan = readPlan({ targets }, files);

  expect(plan.targets.map(({ labels }) => labels.cloud)).toEqual(['blue', 'red']);
  expect(plan.targets.map(({ cloud }) => cloud)).toEqual([undefined, undefined]);
});

test.each([
  {
    name: 'a cloud that is misspelt',
    given: { clouds: CLOUDS, targets: [target('nort')] },
    expected: [['targets[0].cloud', 'no cloud is called "nort"', 'did you mean north?']],
  },
  {
    name: 'a cloud in a plan without clouds',
    given: { targets: [target('north')] },
    expected: [['targets[0].cloud', 'no cloud is called "north"', 'clouds: {']],
  },
  {
    name: 'a misspelt one of an upgrade is told once, not of each target',
    given: {
      clouds: CLOUDS,
      upgrades: { cache: { ...cache, cloud: 'est' } },
      targets: [target(), target(undefined, CACHE_2)],
    },
    expected: [['upgrades.cache.cloud', 'no cloud is called "est"', 'did you mean east?']],
  },
  {
    name: 'neither project nor clouds',
    given: noOwn,
    expected: [
      ['projectId', 'is missing', '32 letters'],
      ['region', 'is missing', 'region'],
    ],
  },
  {
    name: 'a project without region beside clouds',
    given: { region: undefined, clouds: CLOUDS, targets: [target('east')] },
    expected: [['region', 'is missing', 'cn-north-4']],
  },
  {
    name: 'clouds alone, and targets in none',
    given: { ...noOwn, clouds: CLOUDS, targets: [target('east'), target(undefined, CACHE_2)] },
    expected: [['targets[1].cloud', 'is missing', 'north or east, or projectId and region']],
  },
  {
    name: 'an instance in two clouds',
    given: {
      clouds: CLOUDS,
      upgrades: {
        cache,
        proxy: { ...cache, engineMinorVersion: null, proxyMinorVersion: 'latest' },
      },
      targets: [target('east'), { ...target('north'), upgrade: 'proxy' }],
    },
    expected: [
      [
        'targets[1].cloud',
        'the instance is in cloud north, but targets[0] says cloud east',
        'an instance is in one cloud',
      ],
      ['targets[1]', 'is the same target as targets[0]', 'once'],
    ],
  },
  {
    name: "an instance in a cloud and in the plan's own project",
    given: { clouds: CLOUDS, targets: [target(), target('north')] },
    expected: [
      ['targets[1].cloud', "but targets[0] says the plan's own project", 'one cloud'],
      ['targets[1]', 'is the same target', 'once'],
    ],
  },
  {
    name: 'names that are one in an environment',
    given: { clouds: { 'eu-west': NORTH, EU_west: EAST } },
    expected: [['clouds.EU_west', 'the same variables as eu-west', 'a name that differs']],
  },
  {
    name: 'a name that no variable can have',
    given: { clouds: { 'eu.west': NORTH } },
    expected: [['clouds.eu.west', 'is no name for a cloud', 'letters, digits']],
  },
  {
    name: 'a label that means something else there',
    given: {
      clouds: CLOUDS,
      targets: [{ ...target('east'), labels: { cloud: 'blue' } }],
    },
    expected: [['targets[0].labels.cloud', 'means the cloud', 'another label']],
  },
  {
    name: 'all of it at once, with fields that are wrong alone',
    given: {
      clouds: {
        north: { ...NORTH, zone: 'a' },
        east: { ...EAST, region: 'cn east', concurrency: 0 },
      },
      targets: [target('nrth'), { upgrade: 'cache', instanceId: GAUSSDB, cloud: 'east' }],
    },
    expected: [
      ['clouds.north.zone', 'unknown key', ''],
      ['clouds.east.region', 'must be the name of a region', ''],
      ['clouds.east.concurrency', 'at least 1', ''],
      ['targets[0].cloud', 'no cloud is called "nrth"', 'did you mean north?'],
      ['targets[1].instanceId', 'a DCS instance id', ''],
    ],
  },
])('$name', ({ given, expected }) => {
  const problems = problemsOf(given);

  expect(problems.map(({ path }) => path)).toEqual(expected.map(([path]) => path));
  for (const [i, [, message, suggestion]] of expected.entries()) {
    expect(problems[i]?.message).toContain(message);
    expect(problems[i]?.suggestion ?? '').toContain(suggestion);
  }
});
