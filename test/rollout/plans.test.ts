import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePlan, type Plan } from '../../rollout/plan';
import { FAMILIES } from '../../rollout/upgrade';
import { cutWaves, limitsOf, seedOf } from '../../rollout/waves';
import { resolveOpenings } from '../../rollout/windows';

const folder = join(__dirname, '../../plans');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');

function load(name: string): Plan {
  const { plan, problems } = parsePlan(read(name), { readFile: read });
  expect(problems).toEqual([]);
  if (plan === null) throw new Error(`${name} gave no plan`);
  return plan;
}

describe('the example plans', () => {
  test.each(readdirSync(folder).filter((name) => name.endsWith('.yaml')))(
    '%s -> no problems, plain JSON, every target in a wave',
    (name) => {
      const plan = load(name);

      const cut = cutWaves({ ...plan, seed: seedOf(plan) });

      expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
      expect(cut.unmatched).toEqual([]);
    },
  );

  test.each([
    { name: 'proxy.yaml', families: ['taurusdb-proxy'] },
    { name: 'kernel.yaml', families: ['taurusdb-instance'] },
    { name: 'hotfix.yaml', families: ['gaussdb-hotfix'] },
    { name: 'cache.yaml', families: ['dcs-instance'] },
    { name: 'windows.yaml', families: ['dcs-instance'] },
    { name: 'hooks.yaml', families: ['dcs-instance'] },
    { name: 'notify.yaml', families: ['dcs-instance'] },
    { name: 'bake.yaml', families: ['taurusdb-proxy'] },
    { name: 'demo.yaml', families: FAMILIES },
  ])('$name is for $families', ({ name, families }) => {
    const { upgrades } = load(name);

    expect(Object.values(upgrades).map(({ family }) => family)).toEqual(families);
  });
});

test('windows.yaml: nights after the second Saturday and after each Sunday, not around Christmas', () => {
  const { windows, blackouts } = load('windows.yaml');

  const { spans } = resolveOpenings(
    { windows, blackouts },
    { from: '2026-12-07T12:00:00.000Z', days: 32 },
  );

  expect(spans.map(({ from, to }) => `${from.slice(0, 16)} ${to.slice(11, 16)}`)).toEqual([
    '2026-12-12T15:00 21:00',
    '2026-12-13T17:00 21:00',
    '2026-12-20T17:00 21:00',
    '2027-01-03T17:00 21:00',
  ]);
});

test.each(readdirSync(folder).filter((name) => name.endsWith('.yaml')))(
  '%s -> no problems on the day it is used',
  (name) => {
    const { problems } = parsePlan(read(name), { readFile: read }, '2026-12-01T00:00:00.000Z');

    expect(problems).toEqual([]);
  },
);

test('bake.yaml shows both kinds of checks, both limits, and a bake of time alone', () => {
  const [canary, rest] = load('bake.yaml').waves;

  expect(canary?.bake).toMatchObject({
    forMs: 1_800_000,
    everyMs: 60_000,
    checks: [
      { kind: 'http', url: '${secret:HEALTH_URL}', status: 200, value: null },
      { kind: 'http', value: { path: 'replicas[0].lagSeconds', is: 'below', to: 5 } },
      { kind: 'prometheus', is: 'atMost', to: 0.5 },
    ],
    unhealthy: { limit: 1, then: 'abort' },
    inconclusive: { limit: 5, then: 'pause' },
  });
  expect(rest?.bake).toMatchObject({ forMs: 600_000, checks: [] });
});

test('hooks.yaml: two before with undo, two after; secrets stay placeholders', () => {
  const { hooks } = load('hooks.yaml');

  expect(hooks?.before).toMatchObject([
    { undo: 'https://lb.example.com/undrain', timeoutMs: 120_000, retries: 5 },
    { url: '${secret:SILENCE_URL}', undo: '${secret:UNSILENCE_URL}', timeoutMs: 10_000 },
  ]);
  expect(hooks?.after).toMatchObject([
    { undo: null, headers: { authorization: 'Bearer ${secret:LB_TOKEN}' } },
    { url: '${secret:UNSILENCE_URL}' },
  ]);
});

interface FleetRow {
  readonly family: string;
  readonly instanceId: string;
  readonly proxyId?: string;
  readonly name: string;
  readonly az: string;
  readonly tags: Readonly<Record<string, string>>;
}

describe('the demo', () => {
  const fleet = JSON.parse(read('demo-fleet.json')) as readonly FleetRow[];

  test('its targets are those of its fleet file, one by one', () => {
    const plan = load('demo.yaml');

    const targets = plan.targets.map(({ upgrade, labels, proxyId, ...target }) => ({
      ...target,
      ...(proxyId === null ? {} : { proxyId }),
      family: plan.upgrades[upgrade]?.family,
      tags: labels,
    }));

    expect(targets).toEqual(
      fleet.map(({ family, instanceId, proxyId, name, az, tags }) => ({
        ...{ family, instanceId, name, az, tags },
        ...(proxyId === undefined ? {} : { proxyId }),
      })),
    );
  });

  test('24 targets, six per family: 4 canaries of each family, then 7, then 13', () => {
    const plan = load('demo.yaml');

    const { waves } = cutWaves({ ...plan, seed: seedOf(plan) });

    expect(waves.map((wave) => wave.length)).toEqual([4, 7, 13]);
    expect(new Set(waves[0]?.map((target) => target.upgrade)).size).toBe(4);
    expect(fleet.filter(({ family }) => family === 'dcs-instance')).toHaveLength(6);
  });

  test('no two targets share an instance: none waits for the lock of another', () => {
    const instances = fleet.map(({ instanceId }) => instanceId);

    expect(new Set(instances).size).toBe(instances.length);
  });
});

/** The waves of a plan, each as the names of its targets. */
function wavesOf(plan: Plan): readonly (readonly (string | null)[])[] {
  const { waves } = cutWaves({ ...plan, seed: seedOf(plan) });
  return waves.map((own) => own.map(({ name }) => name));
}

describe('what the rules show', () => {
  test('canary-strata: each family in each of its zones, then one by chance, then the rest', () => {
    const plan = load('canary-strata.yaml');

    const [canary, tenth, rest] = cutWaves({ ...plan, seed: seedOf(plan) }).waves;

    expect(canary?.map(({ upgrade, az }) => `${upgrade} ${az?.at(-1)}`)).toEqual([
      ...['cache a', 'cache b', 'cache c'],
      ...['kernel a', 'kernel b'],
    ]);
    expect([tenth?.length, rest?.length]).toEqual([1, 12]);
    // The first one that is left is another: it was chance.
    expect(wavesOf(plan)[1]).toEqual(['stock-db']);
    expect(wavesOf({ ...plan, seed: 'december' })[1]).not.toEqual(['stock-db']);
  });

  test('budgets: strict in one wave, percentages of what is planned, an expiry', () => {
    const plan = load('budgets.yaml');

    const budgets = plan.waves.map(({ budget }, i) =>
      limitsOf(budget, wavesOf(plan)[i]?.length ?? 0),
    );

    expect(budgets).toEqual([
      { rejected: 1, failed: 1, unknown: 1, strict: true },
      { rejected: 3, failed: 2, unknown: null, strict: false },
    ]);
    expect(limitsOf(plan.budget, 10)).toMatchObject({ rejected: null, failed: 2, unknown: 1 });
    expect(plan.onExhausted.expiresMs).toBe(4 * 3_600_000);
  });

  test('gates: none, a delay, an instant, an approval that expires', () => {
    const plan = load('gates.yaml');

    expect(plan.waves.map(({ gate }) => gate)).toEqual([
      null,
      { kind: 'delay', forMs: 2 * 3_600_000 },
      { kind: 'at', instant: '2026-12-04T17:00:00.000Z' },
      { kind: 'approval', expiresMs: 24 * 3_600_000, onExpiry: 'skipWave' },
    ]);
  });

  test('shards: one replica of each first; limits for the rollout and for a wave', () => {
    const plan = load('shards.yaml');

    expect(plan).toMatchObject({ concurrency: 3, concurrencyBy: { label: 'shard', max: 1 } });
    expect(wavesOf(plan)[0]).toEqual(['shard-1-a', 'shard-2-a', 'shard-3-a']);
    expect(plan.waves[1]).toMatchObject({
      slowStart: true,
      concurrencyBy: { label: 'az', max: 2 },
    });
  });
});
