import { freezePlan } from '../../rollout/freeze';
import type { Inspection } from '../../rollout/upgrade';
import { CACHE, CACHE_2, GAUSSDB, PROXY, readPlan, TAURUSDB } from './plan.builder';

const NOW = '2026-11-21T08:00:00.000Z';

function seen(given: Partial<Inspection> = {}): Inspection {
  return {
    version: '5.0.12.1',
    newestVersion: '5.0.16.3',
    upgradable: true,
    state: 'ready',
    status: 'RUNNING',
    ticket: null,
    ...given,
  };
}

const plan = readPlan({
  upgrades: {
    cache: { family: 'dcs-instance', engineMinorVersion: 'latest' },
    patch: { family: 'gaussdb-hotfix', targetVersions: ['3.208.0.7', '3.208.0.6'] },
    kernel: { family: 'taurusdb-instance' },
    proxy: { family: 'taurusdb-proxy', targetVersion: '2.26.03.000' },
  },
  targets: [
    { upgrade: 'cache', instanceId: CACHE, labels: { tier: 'canary' } },
    { upgrade: 'patch', instanceId: GAUSSDB },
    { upgrade: 'kernel', instanceId: TAURUSDB },
    { upgrade: 'proxy', instanceId: TAURUSDB, proxyId: PROXY },
    { upgrade: 'cache', instanceId: CACHE_2 },
  ],
  waves: [
    { name: 'canary', match: { tier: 'canary' } },
    { name: 'three', take: 3, concurrency: 2, budget: { failed: '50%', rejected: '100%' } },
  ],
  budget: { failed: '50%' },
});

describe('freezePlan', () => {
  const all = [
    seen(),
    seen({ version: '3.208.0.6', newestVersion: null }),
    seen({ version: '2.0.60.1', newestVersion: '2.0.60.1', upgradable: false }),
    { problem: 'the answer had no version' },
    seen(),
  ];

  test('waves are cut, budgets are numbers, the rest is unmatched', () => {
    const frozen = freezePlan(plan, all, NOW);

    expect(frozen).toMatchObject({
      version: 1,
      name: 'caches',
      scope: { projectId: plan.projectId, region: 'cn-north-4' },
      rules: { recovery: plan.recovery, polling: plan.polling, busy: plan.busy },
      // Half of the four targets in waves, not of all five.
      budget: { rejected: null, failed: 2, unknown: null },
      frozenAt: NOW,
    });
    expect(frozen.upgrades).toEqual(plan.upgrades);
    expect(
      frozen.waves.map(({ name, concurrency, budget }) => ({ name, concurrency, budget })),
    ).toEqual([
      {
        name: 'canary',
        concurrency: 1,
        budget: { rejected: null, failed: null, unknown: 0, strict: false },
      },
      {
        name: 'three',
        concurrency: 2,
        budget: { rejected: 3, failed: 1, unknown: 0, strict: false },
      },
    ]);
    expect(frozen.unmatched).toEqual([plan.targets[4]]);
  });

  test('each target has what was read of it', () => {
    const { waves } = freezePlan(plan, all, NOW);

    expect(waves.flatMap(({ targets }) => targets)).toMatchObject([
      {
        instanceId: CACHE,
        versionAtPlan: '5.0.12.1',
        wanted: '5.0.16.3',
        standing: 'upgradable',
        words: null,
      },
      {
        instanceId: GAUSSDB,
        versionAtPlan: '3.208.0.6',
        wanted: '3.208.0.6,3.208.0.7',
        standing: 'upgradable',
      },
      {
        instanceId: TAURUSDB,
        proxyId: null,
        versionAtPlan: '2.0.60.1',
        wanted: '2.0.60.1',
        standing: 'upToDate',
      },
      {
        ...{ proxyId: PROXY, versionAtPlan: null, wanted: '2.26.03.000' },
        ...{ standing: 'unknown', words: 'the answer had no version' },
      },
    ]);
  });

  test('is plain JSON, and the same for the same', () => {
    const frozen = freezePlan(plan, all, NOW);

    expect(JSON.parse(JSON.stringify(frozen))).toEqual(frozen);
    expect(freezePlan(plan, all, NOW)).toEqual(frozen);
  });

  test('fewer inspections than targets -> our error, not a half plan', () => {
    expect(() => freezePlan(plan, all.slice(1), NOW)).toThrow('no inspection of target 4');
  });
});

describe('the standing of a target', () => {
  const one = readPlan({});
  const ticket = { id: 't', wanted: '5.0.16.3', since: NOW, versionBefore: null };

  test.each([
    {
      name: 'older, ready -> upgradable',
      given: seen(),
      expected: { standing: 'upgradable', words: null },
    },
    {
      name: 'there -> upToDate',
      given: seen({ version: '5.0.16.3', upgradable: false }),
      expected: { standing: 'upToDate' },
    },
    {
      name: 'there although busy -> upToDate',
      given: seen({ version: '5.0.16.3', state: 'busy' }),
      expected: { standing: 'upToDate' },
    },
    {
      name: 'newer -> upToDate',
      given: seen({ version: '5.0.17.0' }),
      expected: { standing: 'upToDate' },
    },
    {
      name: 'nothing newer is offered, cloud silent -> upToDate',
      given: seen({ newestVersion: null, upgradable: false }),
      expected: { standing: 'upToDate', wanted: null },
    },
    {
      name: 'cloud silent -> notUpgradable',
      given: seen({ newestVersion: null }),
      expected: { standing: 'notUpgradable', wanted: null },
    },
    {
      name: 'no upgrade is offered -> notUpgradable',
      given: seen({ upgradable: false }),
      expected: { standing: 'notUpgradable' },
    },
    {
      name: 'in backup -> busy',
      given: seen({ state: 'busy', status: 'BACKING UP' }),
      expected: { standing: 'busy', words: 'its status is BACKING UP' },
    },
    {
      name: 'upgrading, found -> busy',
      given: seen({ state: 'upgrading', ticket }),
      expected: { standing: 'busy', words: 'an upgrade is under way and will be followed' },
    },
    {
      name: 'upgrading, not found -> busy',
      given: seen({ state: 'upgrading' }),
      expected: { standing: 'busy' },
    },
    {
      name: 'frozen -> notUpgradable',
      given: seen({ state: 'bad', status: 'FROZEN' }),
      expected: { standing: 'notUpgradable', words: 'its status is FROZEN' },
    },
    {
      name: 'no such instance -> notUpgradable, no version',
      given: seen({ state: 'gone', version: '' }),
      expected: { standing: 'notUpgradable', versionAtPlan: null },
    },
    {
      name: 'could not be read -> unknown',
      given: { problem: 'no version in it' },
      expected: { standing: 'unknown', words: 'no version in it', wanted: null },
    },
  ])('$name', ({ given, expected }) => {
    const { waves } = freezePlan(one, [given], NOW);

    expect(waves[0]?.targets[0]).toMatchObject(expected);
  });
});
