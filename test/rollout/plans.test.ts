import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePlan, type Plan } from '../../rollout/plan';
import { FAMILIES } from '../../rollout/upgrade';
import { cutWaves } from '../../rollout/waves';

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

      const cut = cutWaves(plan);

      expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
      expect(cut.unmatched).toEqual([]);
    },
  );

  test.each([
    { name: 'proxy.yaml', families: ['taurusdb-proxy'] },
    { name: 'kernel.yaml', families: ['taurusdb-instance'] },
    { name: 'hotfix.yaml', families: ['gaussdb-hotfix'] },
    { name: 'cache.yaml', families: ['dcs-instance'] },
    { name: 'demo.yaml', families: FAMILIES },
  ])('$name is for $families', ({ name, families }) => {
    const { upgrades } = load(name);

    expect(Object.values(upgrades).map(({ family }) => family)).toEqual(families);
  });
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

    const { waves } = cutWaves(plan);

    expect(waves.map((wave) => wave.length)).toEqual([4, 7, 13]);
    expect(new Set(waves[0]?.map((target) => target.upgrade)).size).toBe(4);
    expect(fleet.filter(({ family }) => family === 'dcs-instance')).toHaveLength(6);
  });

  test('no two targets share an instance: none waits for the lock of another', () => {
    const instances = fleet.map(({ instanceId }) => instanceId);

    expect(new Set(instances).size).toBe(instances.length);
  });
});
