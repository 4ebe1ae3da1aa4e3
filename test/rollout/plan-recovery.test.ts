import { problemsOf, readPlan } from './plan.builder';

const also = (fields: object) => ({
  upgrades: { cache: { family: 'dcs-instance', engineMinorVersion: 'latest' }, x: fields },
});
const forward = { recovery: { rejected: { then: 'rollForward' } } };
const proxy = { family: 'taurusdb-proxy', targetVersion: '2.26.03.000' };
const hotfix = { family: 'gaussdb-hotfix', targetVersions: ['3.208.0.6'] };
const both = { family: 'dcs-instance', engineMinorVersion: 'latest', proxyMinorVersion: 'latest' };

test.each([
  {
    name: 'recovery.then of another world',
    given: { recovery: { failed: { then: 'retry' } } },
    path: 'recovery.failed.then',
    message: 'must be giveUp, rollForward, compensate or pause, not "retry"',
  },
  {
    name: 'rolling forward from what is unknown',
    given: { recovery: { unknown: { then: 'rollForward' } } },
    path: 'recovery.unknown.then',
    message: 'must be giveUp, compensate or pause, not "rollForward"',
  },
  {
    name: 'rolling a kernel forward, which always goes to the newest',
    given: also({ family: 'taurusdb-instance', rollForwardTo: ['2.0.60.1'] }),
    path: 'upgrades.x.rollForwardTo',
    message: 'unknown key',
  },
  {
    name: 'rolling a proxy forward to the same version',
    given: also({ ...proxy, rollForwardTo: [proxy.targetVersion] }),
    path: 'upgrades.x.rollForwardTo',
    message: 'each newer than the one before it',
  },
  {
    name: 'rolling a proxy forward and back',
    given: also({ ...proxy, rollForwardTo: ['9.2', '9.1'] }),
    path: 'upgrades.x.rollForwardTo',
    message: 'each newer than the one before it',
  },
  {
    name: 'a proxy’s next version in words',
    given: also({ ...proxy, rollForwardTo: ['newest'] }),
    path: 'upgrades.x.rollForwardTo[0]',
    message: 'a dotted version, not "newest"',
  },
  {
    name: 'two components for a cache that upgrades one',
    given: also({
      family: 'dcs-instance',
      engineMinorVersion: 'latest',
      rollForwardTo: ['5.0.14.2/5.0.3'],
    }),
    path: 'upgrades.x.rollForwardTo',
    message: 'a version or latest for each component',
  },
  {
    name: 'one component for a cache that upgrades two',
    given: also({
      family: 'dcs-instance',
      engineMinorVersion: 'latest',
      proxyMinorVersion: 'latest',
      rollForwardTo: ['latest'],
    }),
    path: 'upgrades.x.rollForwardTo',
    message: 'a version or latest for each component',
  },
])('$name -> $path: $message', ({ given, path, message }) => {
  const problems = problemsOf(given);

  expect(problems[0]).toMatchObject({ path, message: expect.stringContaining(message) as string });
  expect(problems).toHaveLength(1);
});

test.each([
  { name: 'a proxy', given: { ...proxy, rollForwardTo: ['2.26.04.000'] }, to: ['2.26.04.000'] },
  { name: 'a proxy, to nothing', given: { ...proxy, rollForwardTo: [] }, to: [] },
  { name: 'a proxy, not said', given: proxy, to: undefined },
  {
    name: 'hot patches, one or several',
    given: { ...hotfix, rollForwardTo: ['3.208.0.7', ['3.208.0.6', '3.208.0.8']] },
    to: ['3.208.0.7', '3.208.0.6,3.208.0.8'],
  },
  {
    name: 'a cache of one component',
    given: {
      family: 'dcs-instance',
      engineMinorVersion: '5.0.14.1',
      rollForwardTo: ['5.0.14.2', 'latest'],
    },
    to: ['5.0.14.2', 'latest'],
  },
  {
    name: 'a cache of two',
    given: { ...both, rollForwardTo: ['5.0.14.2/latest'] },
    to: ['5.0.14.2/latest'],
  },
])('rollForwardTo of $name -> $to', ({ given, to }) => {
  expect(readPlan({ ...also(given), ...forward }).upgrades.x).toEqual(
    to === undefined
      ? expect.not.objectContaining({ rollForwardTo: expect.anything() as unknown })
      : expect.objectContaining({ rollForwardTo: to }),
  );
});

test('then of each kind -> as it is said', () => {
  const recovery = {
    rejected: { retries: 2, after: '5m', then: 'compensate' },
    failed: { retries: 1, after: '15m', then: 'rollForward' },
    unknown: { reconcileFor: '30m', then: 'pause' },
  };

  expect(readPlan({ recovery }).recovery).toMatchObject({
    rejected: { then: 'compensate' },
    failed: { then: 'rollForward' },
    unknown: { then: 'pause' },
  });
});

test.each([
  { name: 'no rule for it', recovery: undefined, isTold: true },
  { name: 'other rules', recovery: { failed: { then: 'pause' } }, isTold: true },
  { name: 'for refusals', recovery: { rejected: { then: 'rollForward' } }, isTold: false },
  { name: 'for failures', recovery: { failed: { then: 'rollForward' } }, isTold: false },
])('versions to roll forward to, $name -> told that they are never used: $isTold', (row) => {
  const upgrades = also({ ...proxy, rollForwardTo: ['2.26.04.000'] });
  const problems = problemsOf({ ...upgrades, recovery: row.recovery });

  expect(problems.map(({ path, message }) => `${path} ${message}`)).toEqual(
    row.isTold ? ['upgrades.x.rollForwardTo is never used: recovery does not say rollForward'] : [],
  );
});
