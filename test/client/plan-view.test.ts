import { randomUUID } from 'node:crypto';
import { planLines } from '../../client/plan-view';
import { freezeOffline } from '../../client/plan-file';
import { forecast } from '../../rollout/forecast';
import { freezePlan } from '../../rollout/freeze';
import type { FrozenPlan } from '../../rollout/frozen-plan';
import { parsePlan } from '../../rollout/plan';
import type { Inspection } from '../../rollout/upgrade';
import { CACHE, CACHE_2, readPlan } from '../rollout/plan.builder';
import { timed } from '../support/timed';

const NOW = '2026-11-21T08:00:00.000Z';
const SEEN: Inspection = {
  ...{ version: '5.0.12.1', newestVersion: '5.0.16.3', upgradable: true },
  ...{ state: 'ready', status: 'RUNNING', ticket: null },
};
const upgrades = { cache: { family: 'dcs-instance', engineMinorVersion: 'latest', expect: '10m' } };

function ids(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => CACHE.slice(0, -5) + String(10_000 + i));
}

function frozen(change: object, count = 4, seen: Partial<Inspection>[] = []): FrozenPlan {
  const targets = ids(count).map((instanceId, i) => ({
    upgrade: 'cache',
    instanceId,
    name: `c${i}`,
  }));
  const plan = readPlan({ upgrades, targets, ...change });
  return freezePlan(
    plan,
    targets.map((_, i) => ({ ...SEEN, ...seen[i] })),
    NOW,
  );
}

function shown(plan: FrozenPlan, more: { all?: boolean; hash?: string | null } = {}): string {
  const { all = false, hash = 'a1b2c3d4e5f60718' } = more;
  const view = { frozen: plan, hash, forecast: forecast(plan, NOW), all };
  return planLines(view, { width: 400, colors: false }).join('\n');
}

function wave(given: object): object {
  return { waves: [{ name: 'w', take: 'rest', ...given }] };
}

test.each([
  {
    name: 'hooks -> how many, without their addresses',
    change: {
      ...wave({}),
      hooks: {
        before: [{ webhook: 'https://lb/a', undo: 'https://lb/b' }, { webhook: 'https://lb/c' }],
      },
    },
    words: 'hooks: 2 before each submission (1 with undo), 0 after\n',
  },
  {
    name: 'receivers -> how many and of what, without their addresses',
    change: {
      ...wave({}),
      notify: [
        { webhook: 'https://chat/a', on: ['finished', 'paused'] },
        { webhook: 'https://chat/b', on: ['finished'] },
      ],
    },
    words: 'tells: 2 receivers of paused, finished\n',
  },
  {
    name: 'no budget',
    change: wave({ budget: { unknown: null } }),
    words: 'budget: none: without limit',
  },
  {
    name: 'one at once -> no word of overshooting',
    change: wave({ budget: { failed: 1 } }),
    words: 'budget: rejected without limit, failed 1, unknown 0\n',
  },
  {
    name: 'three at once -> overshot by two',
    change: wave({ concurrency: 3, budget: { failed: '50%' } }),
    words: 'failed 2, unknown 0; can be overshot by 2, in flight when it is exhausted',
  },
  {
    name: 'more at once than targets -> by those that there are',
    change: wave({ concurrency: 50 }),
    words: 'can be overshot by 3,',
  },
  {
    name: 'strict',
    change: wave({ concurrency: 3, budget: { failed: 1, strict: true } }),
    words: 'strict: cannot be overshot',
  },
  {
    name: 'strict, none allowed -> one at once',
    change: wave({ concurrency: 3, budget: { strict: true } }),
    words: '1 at once (3, but a strict budget allows 1)',
  },
  {
    name: 'the rollout allows fewer',
    change: { ...wave({ concurrency: 3 }), concurrency: 2, budget: { failed: 1 } },
    words:
      'budget of the whole rollout: rejected without limit, failed 1, unknown without limit; can be overshot by 1,',
  },
  {
    name: 'and says so',
    change: { ...wave({ concurrency: 3 }), concurrency: 2 },
    words: '2 at once (3, but the rollout allows 2)',
  },
  {
    name: 'per label',
    change: wave({ concurrency: 3, concurrencyBy: { label: 'upgrade', max: 1 } }),
    words: '3 at once, 1 at once of each upgrade',
  },
  {
    name: 'slow start to 3',
    change: wave({ concurrency: 3, slowStart: true }),
    words: 'slow start (1, 2, then 3)',
  },
  {
    name: 'slow start to 4',
    change: wave({ concurrency: 4, slowStart: true }),
    words: 'slow start (1, 2, then 4)',
  },
  {
    name: 'slow start to 50',
    change: wave({ concurrency: 50, slowStart: true }),
    words: '(1, 2, 4, …, then 50)',
  },
  {
    name: 'a delay',
    change: wave({ gate: { delay: '1h' } }),
    words: 'begins: 1 h after the start',
  },
  {
    name: 'an instant',
    change: wave({ gate: { at: '2026-12-01T01:00+08:00' } }),
    words: 'not before 2026-11-30 17:00:00 UTC',
  },
  {
    name: 'an approval',
    change: wave({ gate: { approval: { expires: '24h', onExpiry: 'skipWave' } } }),
    words: 'when a person approves it; 1 d without approval: the wave is skipped',
  },
  {
    name: 'an approval without expiry',
    change: wave({ gate: { approval: {} } }),
    words: 'begins: when a person approves it\n',
  },
  {
    name: 'a bake',
    change: wave({
      bake: {
        for: '10m',
        checks: [{ http: 'https://x/' }],
        inconclusive: { limit: 2, then: 'abort' },
      },
    }),
    words:
      'bake: 10 min, 1 check every 30 s; pauses when unhealthy; aborts when inconclusive more than 2 times',
  },
  {
    name: 'a bake without checks',
    change: wave({ bake: { for: '10m' } }),
    words: 'bake: 10 min, without checks',
  },
  { name: 'no expiry of an exhausted budget', change: {}, words: 'waits for a person\n' },
  {
    name: 'expiry',
    change: { onExhausted: { expires: '2h' } },
    words: 'waits for a person, for 2 h, then aborts',
  },
  {
    name: 'seed and hash',
    change: { seed: 'november' },
    words: 'seed november, hash a1b2c3d4e5f6\n',
  },
  {
    name: 'forecast of a wave',
    change: wave({ concurrency: 2 }),
    words: 'forecast: 20 min, from 2026-11-21 08:00:00 UTC to 2026-11-21 08:20:00 UTC',
  },
  {
    name: 'forecast of the end',
    change: wave({ gate: { approval: {} } }),
    words:
      'Forecast: ends 2026-11-21 08:40:00 UTC, after 40 min, if all goes well, plus the wait for 1 approval',
  },
  {
    name: 'no forecast',
    change: { upgrades: { cache: { family: 'dcs-instance', engineMinorVersion: 'latest' } } },
    words: 'Forecast: none: say how long an upgrade takes (expect: 20m) for cache',
  },
])('$name', ({ change, words }) => {
  expect(shown(frozen(change))).toContain(words);
});

test('targets in the order of the wave, with versions, and who is not simply upgraded', () => {
  const text = shown(
    frozen({ waves: [{ name: 'w', take: 3 }] }, 4, [
      {},
      { version: '5.0.16.3' },
      { state: 'busy', status: 'BACKING UP' },
    ]),
  );

  expect(text).toMatch(
    /c0 +5\.0\.12\.1 → 5\.0\.16\.3 +upgradable\n +c1 +5\.0\.16\.3 +up to date.*\n +c2 .*busy/,
  );
  expect(text).toContain('Altogether: 1 upgradable, 1 up to date, 1 busy');
  expect(text).toContain('up to date: c1\n');
  expect(text).toContain('busy: c2\n');
  expect(text).toContain('No wave matches 1 target: never upgraded by this plan.\n  c3');
});

test.each([
  { count: 20, all: false, rows: 20, more: null },
  { count: 21, all: false, rows: 20, more: '… and 1 more (all of them: --all)' },
  { count: 21, all: true, rows: 21, more: null },
])('$count targets, all: $all -> $rows rows', ({ count, all, rows, more }) => {
  const text = shown(frozen({}, count), { all });

  expect(text.match(/^ +c\d+ /gm)).toHaveLength(rows);
  expect(text.includes('more (all')).toBe(more !== null);
  if (more !== null) {
    expect(text).toContain(more);
    expect(text).toContain('21 × 5.0.12.1 → 5.0.16.3, upgradable');
  }
});

test('many unmatched targets -> the first by name', () => {
  const text = shown(frozen({ waves: [{ name: 'w', take: 1 }] }, 30));

  expect(text).toContain('c10 and 19 more');
});

test('the plan of two caches fits into 60 columns', () => {
  const plan = frozen(
    { targets: [CACHE, CACHE_2].map((instanceId) => ({ upgrade: 'cache', instanceId })) },
    2,
  );
  const view = { frozen: plan, hash: null, forecast: forecast(plan, NOW), all: false };

  const lines = planLines(view, { width: 60, colors: false });

  for (const line of lines) expect(line.length).toBeLessThanOrEqual(60);
});

test('10,000 rows are read, cut, forecast and shown in under 3 s', () => {
  const rows = Array.from({ length: 10_000 }, (_, i) => {
    const tier = i % 100 === 0 ? 'canary' : 'standard';
    return `${randomUUID()},cache-${i},5.0.${i % 3}.1,z${i % 3},${tier},${i % 500}`;
  });
  const csv = `instanceId,name,version,az,tier,shard\n${rows.join('\n')}`;
  const plan = `
version: 1
name: big
projectId: 0483b6b16e954cb88930a360d2c4e663
region: cn-north-4
upgrades: { cache: { family: dcs-instance, engineMinorVersion: latest, expect: 15m } }
targets: [{ upgrade: cache, file: caches.csv }]
windows: [{ cron: "0 1 * * SAT,SUN", for: 4h, zone: Asia/Shanghai }]
concurrency: 40
waves:
  - { name: canary, take: { perStratum: 1, by: [family, version, az, tier] } }
  - { name: tenth, take: 10%, order: random, concurrency: 20, slowStart: true }
  - { name: rest, take: rest, concurrency: 50, concurrencyBy: { label: shard, max: 1 } }
`;

  const { value, seconds } = timed(() => {
    const read = parsePlan(plan, { readFile: () => csv }, NOW);
    if (read.plan === null) throw new Error(JSON.stringify(read.problems));
    const whole = freezeOffline(read.plan, new Date(NOW));
    return { whole, text: shown(whole) };
  });

  const { whole, text } = value;
  expect(seconds).toBeLessThan(3);
  expect(whole.waves.map(({ targets }) => targets.length)).toEqual([6, 1_000, 8_994]);
  expect(text.split('\n').length).toBeLessThan(120);
  expect(text).toContain('10000 targets in 3 waves');
});
