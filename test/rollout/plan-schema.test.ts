import { problemsOf, readPlan } from './plan.builder';

interface Row {
  readonly name: string;
  readonly given: object;
  readonly path: string;
  readonly message: string;
}

const wave = (fields: object) => ({ waves: [{ name: 'all', take: 'rest', ...fields }] });
const upgrade = (fields: object) => ({
  upgrades: { cache: { family: 'dcs-instance', engineMinorVersion: 'latest', ...fields } },
});
const also = (fields: object) => ({
  upgrades: { cache: { family: 'dcs-instance', engineMinorVersion: 'latest' }, x: fields },
});
const proxy = { family: 'taurusdb-proxy', targetVersion: '2.26.03.000' };

const rows: readonly Row[] = [
  { name: 'no version', given: { version: undefined }, path: 'version', message: 'is missing' },
  {
    name: 'another version',
    given: { version: 2 },
    path: 'version',
    message: 'must be the number 1, not 2',
  },
  ...[
    { family: 'taurusdb-instance', submitTogether: 101, message: 'from 1 to 100' },
    { family: 'taurusdb-instance', submitTogether: 0, message: 'from 1 to 100' },
    {
      family: 'gaussdb-hotfix',
      targetVersions: ['3.208.0.6'],
      submitTogether: 31,
      message: 'from 1 to 30',
    },
    { family: 'dcs-instance', submitTogether: 2, message: 'unknown key' },
  ].map(({ message, ...upgrade }) => ({
    name: `${upgrade.family} together: ${upgrade.submitTogether}`,
    given: { upgrades: { cache: upgrade } },
    path: 'upgrades.cache.submitTogether',
    message,
  })),
  { name: 'no name', given: { name: undefined }, path: 'name', message: 'is missing' },
  {
    name: 'a slash in the name',
    given: { name: 'a/b' },
    path: 'name',
    message: 'letters, digits and dashes',
  },
  { name: 'a name of 61', given: { name: 'a'.repeat(61) }, path: 'name', message: 'at most 60' },
  {
    name: 'a name that begins with a dash',
    given: { name: '-a' },
    path: 'name',
    message: 'letters',
  },
  {
    name: 'a project id of 31',
    given: { projectId: 'a'.repeat(31) },
    path: 'projectId',
    message: '32 letters and digits',
  },
  {
    name: 'a project id of 33',
    given: { projectId: 'a'.repeat(33) },
    path: 'projectId',
    message: '32 letters and digits',
  },
  {
    name: 'a hyphen in the project id',
    given: { projectId: `${'a'.repeat(31)}-` },
    path: 'projectId',
    message: '32 letters and digits',
  },
  {
    name: 'a host for a region',
    given: { region: 'evil.example/x' },
    path: 'region',
    message: 'the name of a region',
  },
  {
    name: 'no upgrades',
    given: { upgrades: {} },
    path: 'upgrades',
    message: 'at least one upgrade',
  },
  {
    name: 'upgrades as a list',
    given: { upgrades: [] },
    path: 'upgrades',
    message: 'a mapping of keys to values, not a list',
  },
  { name: 'no targets', given: { targets: [] }, path: 'targets', message: 'at least one target' },
  {
    name: 'targets missing',
    given: { targets: undefined },
    path: 'targets',
    message: 'is missing',
  },
  {
    name: 'a target that is a word',
    given: { targets: ['x'] },
    path: 'targets[0]',
    message: 'a mapping of keys to values, not "x"',
  },
  { name: 'no wave in waves', given: { waves: [] }, path: 'waves', message: 'at least one wave' },
  {
    name: 'waves empty',
    given: { waves: null },
    path: 'waves',
    message: 'must be a list, not nothing',
  },
  { name: 'an unknown key', given: { windos: 1 }, path: 'windos', message: 'unknown key' },
  { name: 'a key of later', given: { alerts: [] }, path: 'alerts', message: 'unknown key' },
  {
    name: 'another family’s parameter',
    given: upgrade({ delay: true }),
    path: 'upgrades.cache.delay',
    message: 'unknown key',
  },
  { name: 'no family', given: also({}), path: 'upgrades.x.family', message: 'is missing' },
  {
    name: 'an unknown family',
    given: also({ family: 'taurusdb' }),
    path: 'upgrades.x.family',
    message: 'no family is called "taurusdb"',
  },
  {
    name: 'an upgrade that is a word',
    given: also('dcs-instance' as unknown as object),
    path: 'upgrades.x.family',
    message: 'is missing',
  },
  {
    name: 'a name for an upgrade with a space',
    given: { upgrades: { ...upgrade({}).upgrades, 'a b': proxy } },
    path: 'upgrades.a b',
    message: 'is no name for an upgrade',
  },
  {
    name: 'dcs without any component',
    given: also({ family: 'dcs-instance' }),
    path: 'upgrades.x',
    message: 'names no component',
  },
  {
    name: 'dcs with a word for a version',
    given: upgrade({ engineMinorVersion: 'newest' }),
    path: 'upgrades.cache.engineMinorVersion',
    message: 'a dotted version or latest, not "newest"',
  },
  {
    name: 'a proxy without version',
    given: also({ family: 'taurusdb-proxy' }),
    path: 'upgrades.x.targetVersion',
    message: 'is missing',
  },
  {
    name: 'a proxy to latest',
    given: also({ ...proxy, targetVersion: 'latest' }),
    path: 'upgrades.x.targetVersion',
    message: 'a dotted version, not "latest"',
  },
  {
    name: 'no patches',
    given: also({ family: 'gaussdb-hotfix', targetVersions: [] }),
    path: 'upgrades.x.targetVersions',
    message: 'a list of dotted versions',
  },
  {
    name: 'one patch without a list',
    given: also({ family: 'gaussdb-hotfix', targetVersions: '3.208.0.6' }),
    path: 'upgrades.x.targetVersions',
    message: 'a list of dotted versions, not "3.208.0.6"',
  },
  {
    name: 'a wrong patch',
    given: also({ family: 'gaussdb-hotfix', targetVersions: ['3.208.0.6', 'x'] }),
    path: 'upgrades.x.targetVersions[1]',
    message: 'a dotted version, not "x"',
  },
  {
    name: 'delay as a word',
    given: also({ family: 'taurusdb-instance', delay: 'yes' }),
    path: 'upgrades.x.delay',
    message: 'true or false, not "yes"',
  },
  {
    name: 'a duration without unit',
    given: upgrade({ followFor: 30 }),
    path: 'upgrades.cache.followFor',
    message: 'a duration above zero with its unit, not "30"',
  },
  {
    name: 'a duration in words',
    given: { busy: { waitFor: '5 minutes' } },
    path: 'busy.waitFor',
    message: 'a duration with its unit, not "5 minutes"',
  },
  {
    name: 'following for no time',
    given: upgrade({ followFor: '0s' }),
    path: 'upgrades.cache.followFor',
    message: 'above zero',
  },
  {
    name: 'waiting for more than a year',
    given: { busy: { waitFor: '366d' } },
    path: 'busy.waitFor',
    message: 'a duration',
  },
  {
    name: 'settling for no time',
    given: { recovery: { unknown: { settleFor: '0s' } } },
    path: 'recovery.unknown.settleFor',
    message: 'above zero',
  },
  {
    name: 'settling longer than reconciling',
    given: { recovery: { unknown: { reconcileFor: '59s' } } },
    path: 'recovery.unknown.settleFor',
    message: 'no longer than reconcileFor',
  },
  {
    name: 'polling.min above polling.max',
    given: { polling: { min: '11s', max: '10s' } },
    path: 'polling.min',
    message: 'no longer than polling.max',
  },
  {
    name: 'half a retry',
    given: { recovery: { rejected: { retries: 0.5 } } },
    path: 'recovery.rejected.retries',
    message: 'a whole number from 0 to 100, not 0.5',
  },
  {
    name: '101 retries',
    given: { recovery: { failed: { retries: 101 } } },
    path: 'recovery.failed.retries',
    message: 'not 101',
  },
  {
    name: '-1 retries',
    given: { recovery: { failed: { retries: -1 } } },
    path: 'recovery.failed.retries',
    message: 'not -1',
  },
  {
    name: 'concurrency 0',
    given: wave({ concurrency: 0 }),
    path: 'waves[0].concurrency',
    message: 'a whole number of at least 1, not 0',
  },
  {
    name: 'concurrency in words',
    given: wave({ concurrency: 'ten' }),
    path: 'waves[0].concurrency',
    message: 'not "ten"',
  },
  {
    name: 'a wave without name',
    given: wave({ name: undefined }),
    path: 'waves[0].name',
    message: 'is missing',
  },
  {
    name: 'a slash in a wave’s name',
    given: wave({ name: 'a/1' }),
    path: 'waves[0].name',
    message: 'letters, digits and dashes',
  },
  { name: 'taking 0', given: wave({ take: 0 }), path: 'waves[0].take', message: 'at least 1' },
  { name: 'taking 0%', given: wave({ take: '0%' }), path: 'waves[0].take', message: 'above 0%' },
  {
    name: 'taking 101%',
    given: wave({ take: '101%' }),
    path: 'waves[0].take',
    message: 'rest, or so many per stratum, not "101%"',
  },
  {
    name: 'taking 100.01%',
    given: wave({ take: '100.01%' }),
    path: 'waves[0].take',
    message: 'at most 100%',
  },
  { name: 'taking -1', given: wave({ take: -1 }), path: 'waves[0].take', message: 'at least 1' },
  {
    name: 'taking all',
    given: wave({ take: 'all' }),
    path: 'waves[0].take',
    message: 'rest, or so many per stratum, not "all"',
  },
  {
    name: 'a budget of 101%',
    given: wave({ budget: { failed: '101%' } }),
    path: 'waves[0].budget.failed',
    message: 'at most 100%, not "101%"',
  },
  {
    name: 'a budget of -1',
    given: { budget: { unknown: -1 } },
    path: 'budget.unknown',
    message: 'a whole number',
  },
  {
    name: 'a budget for what is not counted',
    given: { budget: { skipped: 1 } },
    path: 'budget.skipped',
    message: 'unknown key',
  },
  {
    name: 'match with a mapping in it',
    given: wave({ match: { tier: {} } }),
    path: 'waves[0].match.tier',
    message: 'a text or a list of texts, not a mapping',
  },
  {
    name: 'match as a word',
    given: wave({ match: 'canary' }),
    path: 'waves[0].match',
    message: 'not "canary"',
  },
  {
    name: 'match with no value',
    given: wave({ match: { tier: [] } }),
    path: 'waves[0].match.tier',
    message: 'a text or a list of texts',
  },
];

test.each(rows)('$name -> $path: $message', ({ given, path, message }) => {
  const problems = problemsOf(given);

  expect(problems[0]).toMatchObject({ path, message: expect.stringContaining(message) as string });
  expect(problems.filter((problem) => problem.path === path)).toHaveLength(1);
});

test.each([
  { name: 'a name of 60', given: { name: 'a'.repeat(60) } },
  { name: 'a retry at once', given: { recovery: { rejected: { retries: 100, after: '0s' } } } },
  { name: 'not waiting for the busy', given: { busy: { waitFor: '0s' } } },
  { name: 'waiting for a year', given: { busy: { waitFor: '365d' } } },
  {
    name: 'settling as long as reconciling',
    given: { recovery: { unknown: { reconcileFor: '60s' } } },
  },
  { name: 'taking 100%', given: wave({ take: '100%' }) },
  { name: 'taking 0.01%', given: wave({ take: '0.01%' }) },
  {
    name: 'a budget of 0% and of 100%',
    given: wave({ budget: { failed: '0%', unknown: '100%' } }),
  },
])('$name -> fine', ({ given }) => {
  expect(problemsOf(given)).toEqual([]);
});

test('did you mean: a key that is there already is not suggested', () => {
  const [withTake, withoutTake] = [wave({ tale: {} }), { waves: [{ name: 'a', tale: 1 }] }].map(
    (given) => problemsOf(given)[0]?.suggestion,
  );

  expect(withTake).toMatch(/^there is match, order, concurrency/);
  expect(withoutTake).toBe('did you mean take?');
});

test('an upgrade of the name __proto__ or a label of it changes nothing else', () => {
  const plan = readPlan({
    targets: [
      JSON.parse(
        '{"upgrade":"cache","instanceId":"25bec1af-557f-40cd-8473-c10cfed8082c","labels":{"__proto__":"x"}}',
      ) as object,
    ],
  });

  expect(Object.getPrototypeOf(plan.targets[0]?.labels)).toBe(Object.prototype);
});
