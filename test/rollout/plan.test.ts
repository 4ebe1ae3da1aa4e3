import { parsePlan } from '../../rollout/plan';
import { CACHE, CACHE_2, GAUSSDB, PROXY, problemsOf, readPlan, TAURUSDB } from './plan.builder';

/** What a wave has when the plan asks for none of it. */
const WITHOUT_MORE = {
  ...{ order: 'plan', concurrencyBy: null, slowStart: false },
  ...{ gate: null, bake: null },
};

describe('a right plan', () => {
  test('the smallest -> all defaults are filled in', () => {
    const plan = readPlan({ waves: undefined });

    expect(plan).toEqual({
      version: 1,
      name: 'caches',
      projectId: '0483b6b16e954cb88930a360d2c4e663',
      region: 'cn-north-4',
      upgrades: {
        cache: {
          family: 'dcs-instance',
          engineMinorVersion: 'latest',
          proxyMinorVersion: null,
          expectMs: null,
          followForMs: 21_600_000,
        },
      },
      targets: [
        { upgrade: 'cache', instanceId: CACHE, proxyId: null, name: null, az: null, labels: {} },
      ],
      waves: [
        {
          name: 'all',
          match: null,
          take: 'rest',
          concurrency: 1,
          budget: { rejected: null, failed: null, unknown: { count: 0 }, strict: false },
          ...WITHOUT_MORE,
        },
      ],
      concurrency: null,
      concurrencyBy: null,
      budget: { rejected: null, failed: null, unknown: null, strict: false },
      onExhausted: { expiresMs: null },
      seed: null,
      windows: [],
      blackouts: [],
      outsideWindows: 'wait',
      polling: { minMs: 10_000, maxMs: 60_000 },
      recovery: {
        rejected: { retries: 2, afterMs: 300_000, then: 'giveUp' },
        failed: { retries: 1, afterMs: 900_000, then: 'giveUp' },
        unknown: { reconcileForMs: 1_800_000, settleForMs: 60_000, then: 'giveUp' },
      },
      busy: { waitForMs: 7_200_000 },
      cloudAccess: { pauseAfterMs: 120_000 },
      hooks: null,
    });
  });

  test('all four families with all parameters -> durations in milliseconds', () => {
    const plan = readPlan({
      upgrades: {
        proxy: {
          family: 'taurusdb-proxy',
          targetVersion: '2.26.03.000',
          expect: '12m',
          followFor: '2h',
        },
        kernel: { family: 'taurusdb-instance', submitTogether: 100 },
        later: { family: 'taurusdb-instance', delay: true },
        patch: { family: 'gaussdb-hotfix', targetVersions: ['3.208.0.6'] },
        cache: {
          family: 'dcs-instance',
          engineMinorVersion: '5.0.14.1',
          proxyMinorVersion: 'latest',
        },
      },
    });

    const common = { expectMs: null, followForMs: 21_600_000 };
    expect(plan.upgrades).toEqual({
      proxy: {
        family: 'taurusdb-proxy',
        targetVersion: '2.26.03.000',
        expectMs: 720_000,
        followForMs: 7_200_000,
      },
      kernel: { ...common, family: 'taurusdb-instance', delay: false, submitTogether: 100 },
      later: { ...common, family: 'taurusdb-instance', delay: true },
      patch: {
        ...common,
        family: 'gaussdb-hotfix',
        targetVersions: ['3.208.0.6'],
        startAfterMs: 60_000,
      },
      cache: {
        ...common,
        family: 'dcs-instance',
        engineMinorVersion: '5.0.14.1',
        proxyMinorVersion: 'latest',
      },
    });
  });

  test('waves and budgets -> counts and percentages', () => {
    const plan = readPlan({
      targets: [{ upgrade: 'cache', instanceId: CACHE, labels: { tier: 'canary', shard: 7 } }],
      waves: [
        {
          name: 'a',
          match: { tier: ['canary', 'pilot'], shard: 7 },
          budget: { failed: '2.5%', unknown: 3 },
        },
        { name: 'b', take: 'rest', concurrency: 50, budget: { rejected: 0, unknown: null } },
      ],
      budget: { failed: '5%' },
    });

    expect(plan.waves).toEqual([
      {
        name: 'a',
        match: { tier: ['canary', 'pilot'], shard: ['7'] },
        take: null,
        concurrency: 1,
        budget: { rejected: null, failed: { percent: 2.5 }, unknown: { count: 3 }, strict: false },
        ...WITHOUT_MORE,
      },
      {
        name: 'b',
        match: null,
        take: 'rest',
        concurrency: 50,
        budget: { rejected: { count: 0 }, failed: null, unknown: null, strict: false },
        ...WITHOUT_MORE,
      },
    ]);
    expect(plan.budget).toMatchObject({ rejected: null, failed: { percent: 5 }, unknown: null });
  });

  test('one bound of polling moves the default of the other out of its way', () => {
    expect(readPlan({ polling: { min: '2m' } }).polling).toEqual({
      minMs: 120_000,
      maxMs: 120_000,
    });
    expect(readPlan({ polling: { max: '5s' } }).polling).toEqual({ minMs: 5000, maxMs: 5000 });
    expect(readPlan({ polling: { min: '10s', max: '10s' } }).polling.minMs).toBe(10_000);
  });

  test('two proxies of one instance, and the instance itself -> three targets', () => {
    const other = `${'b'.repeat(32)}po01`;

    const plan = readPlan({
      upgrades: {
        proxy: { family: 'taurusdb-proxy', targetVersion: '2.26.03.000' },
        kernel: { family: 'taurusdb-instance' },
      },
      targets: [
        { upgrade: 'proxy', instanceId: TAURUSDB, proxyId: PROXY },
        { upgrade: 'proxy', instanceId: TAURUSDB, proxyId: other },
        { upgrade: 'kernel', instanceId: TAURUSDB },
      ],
    });

    expect(plan.targets.map(({ proxyId }) => proxyId)).toEqual([PROXY, other, null]);
  });

  test('what is parsed is plain JSON', () => {
    const plan = readPlan({});

    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });
});

describe('YAML', () => {
  const head =
    'version: 1\nname: n\nprojectId: 0483b6b16e954cb88930a360d2c4e663\nregion: cn-north-4\n';
  const upgrades = 'upgrades: { cache: { family: dcs-instance, engineMinorVersion: 5.0 } }\n';
  const parse = (text: string) => parsePlan(text, { readFile: () => '' });

  test('texts that look like numbers stay as they were written', () => {
    const { plan, problems } = parse(
      `version: 1
name: 2024
projectId: 00000000000000000000000000001e10
region: cn-north-4
upgrades: { cache: { family: dcs-instance, engineMinorVersion: 5.10 } }
targets: [{ upgrade: cache, instanceId: ${CACHE}, labels: { shard: 007, on: true } }]
`,
    );

    expect(problems).toEqual([]);
    expect(plan?.name).toBe('2024');
    expect(plan?.projectId).toBe('00000000000000000000000000001e10');
    expect(plan?.upgrades.cache).toMatchObject({ engineMinorVersion: '5.10' });
    expect(plan?.targets[0]?.labels).toEqual({ shard: '007', on: 'true' });
  });

  test('anchors and merge keys are understood', () => {
    const { plan } = parse(
      `${head}upgrades:
  a: &a { family: dcs-instance, engineMinorVersion: latest, expect: 1m }
  b: { <<: *a, expect: 2m }
targets: [{ upgrade: b, instanceId: ${CACHE} }]
`,
    );

    expect(plan?.upgrades.b).toMatchObject({ engineMinorVersion: 'latest', expectMs: 120_000 });
  });

  test.each([
    {
      name: 'a bracket that is not closed',
      text: 'version: [1\nname: x',
      path: 'line 2, column 1',
    },
    { name: 'a tab for indentation', text: 'upgrades:\n\tcache: 1', path: 'line 2, column 1' },
    { name: 'two documents', text: 'version: 1\n---\nversion: 1', path: 'line 2, column 1' },
    {
      name: 'broken JSON',
      text: '{ "version": 1,\n "name": "x" "y" }',
      path: expect.stringMatching(/^line 2/) as string,
    },
    { name: 'an alias without its anchor', text: 'name: *nobody', path: 'plan' },
  ])('$name -> the line, and nothing guessed beyond it', ({ text, path }) => {
    const { plan, problems } = parse(text);

    expect(plan).toBeNull();
    expect(problems[0]).toMatchObject({ path, suggestion: null });
    expect(problems[0]?.message).not.toMatch(/\n|at line/);
  });

  test('a key twice -> its line, and the rest is judged too', () => {
    const { problems } = parse(
      `${head}name: m\n${upgrades}targets: [{ upgrade: cach, instanceId: ${CACHE} }]`,
    );

    expect(problems).toEqual([
      { path: 'line 5, column 1', message: 'Map keys must be unique', suggestion: null },
      {
        path: 'targets[0].upgrade',
        message: 'no upgrade is called "cach"',
        suggestion: 'did you mean cache?',
      },
    ]);
  });

  test.each([
    { name: 'an empty text', text: '' },
    { name: 'a list', text: '- version: 1' },
    { name: 'a word', text: 'plan' },
  ])('$name -> not a plan', ({ text }) => {
    const { plan, problems } = parse(text);

    expect(plan).toBeNull();
    expect(problems).toEqual([
      expect.objectContaining({
        path: 'plan',
        message: expect.stringMatching(/mapping|missing/) as string,
      }),
    ]);
  });
});

describe('all mistakes at once', () => {
  test('every section is judged although others are wrong', () => {
    const problems = problemsOf({
      name: 'a/b',
      projectId: 'short',
      upgrades: {
        cache: { family: 'dcs-instance', engineMinorVersion: 'latest', followFor: '6' },
        kernel: { family: 'taurus-instance' },
      },
      targets: [
        { upgrade: 'cache', instanceId: CACHE, label: {} },
        { upgrade: 'cache', instanceId: CACHE.toUpperCase() },
        { upgrade: 'cache', instanceId: GAUSSDB },
        { upgrade: 'cash', instanceId: CACHE_2 },
        { upgrade: 'kernel', instanceId: 5.5, labels: { tier: 'canary' } },
      ],
      waves: [
        { name: 'one', match: { tier: 'canary' }, concurrency: 0 },
        { name: 'two', match: { tier: 'cannary' } },
        { name: 'two', take: '101%' },
        { name: 'rest', take: 'rest' },
        { name: 'late', take: 1 },
      ],
      hooks: [],
    });

    expect(problems.map(({ path }) => path)).toEqual([
      'name',
      'projectId',
      'hooks',
      'upgrades.cache.followFor',
      'upgrades.kernel.family',
      'targets[0].label',
      'waves[0].concurrency',
      'waves[2].take',
      'targets[1]',
      'targets[2].instanceId',
      'targets[3].upgrade',
      'waves[2].name',
      'waves[4]',
      'waves[1].match.tier',
    ]);
  });

  test('a plan with a problem is no plan', () => {
    expect(parsePlan('{ "version": 2 }', { readFile: () => '' }).plan).toBeNull();
  });

  test('every problem says where, what, and nothing of it is empty', () => {
    const problems = problemsOf({ version: 3, region: null, polling: 5, targets: {}, waves: [] });

    expect(problems.length).toBeGreaterThanOrEqual(5);
    for (const { path, message, suggestion } of problems) {
      expect(path).not.toBe('');
      expect(message).not.toMatch(/undefined|\[object|Invalid/);
      expect(suggestion).not.toBe('');
    }
  });
});
