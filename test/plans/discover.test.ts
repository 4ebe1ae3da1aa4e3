import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePlan } from '../../rollout/plan';
import { targetsOf } from '../support/rollouts';
import { startWorld } from '../support/world';

const PLANS = join(__dirname, '..', '..', 'plans');

const instance = { family: 'taurusdb-instance', version: '2.0.60.241200' };
const id = (letter: string, suffix: string) => letter.repeat(32) + suffix;
const proxy = { family: 'taurusdb-proxy', version: '2.24.03.000' };
const cache = { family: 'dcs-instance', version: '5.0.14.1' };
const billing = { team: 'billing' };

const FLEET = [
  { ...instance, instanceId: id('a', 'in07'), name: 'ledger-prod', tags: billing },
  { ...proxy, instanceId: id('a', 'in07'), proxyId: id('a', 'po01'), name: 'ledger-proxy' },
  { ...instance, instanceId: id('b', 'in07'), name: 'taxes-prod', tags: billing },
  {
    ...{ ...proxy, instanceId: id('b', 'in07'), proxyId: id('b', 'po01'), name: 'newest-proxy' },
    version: '2.26.03.000',
  },
  { ...instance, instanceId: id('c', 'in07'), name: 'ledger-test', tags: billing },
  { ...proxy, instanceId: id('c', 'in07'), proxyId: id('c', 'po01'), name: 'test-proxy' },
  { ...instance, instanceId: id('d', 'in07'), name: 'shop-prod', tags: { team: 'shop' } },
  { ...proxy, instanceId: id('d', 'in07'), proxyId: id('d', 'po01'), name: 'shop-proxy' },
  {
    ...{ ...cache, name: 'billing-sessions', tags: billing },
    instanceId: '4b1f0c9e-5d27-4c6a-9f3e-8a2d6b7c1e05',
  },
  { ...cache, name: 'billing-a', tags: billing, az: 'cn-north-4a' },
  { ...cache, name: 'billing-a2', tags: billing, az: 'cn-north-4a' },
  { ...cache, name: 'billing-b', tags: { ...billing, tier: 'gold' }, az: 'cn-north-4b' },
  { ...cache, name: 'shop', tags: { team: 'shop' } },
];

test('discover.yaml: what it finds, in which wave, and nobody else is upgraded', async () => {
  const text = readFileSync(join(PLANS, 'discover.yaml'), 'utf8');
  const { plan } = parsePlan(text, { readFile: () => '' });
  if (!plan) throw new Error('the plan has mistakes');
  const world = await startWorld({ fleet: FLEET, set: { duration: '500ms' } });
  try {
    await world.startWorker();
    // Its upgrades take twelve minutes, these half a second.
    const handle = await world.start({ ...plan, polling: { minMs: 200, maxMs: 1_000 } });

    const { counts } = await handle.result();

    expect(counts).toMatchObject({ total: 5, succeeded: 5 });
    const waves = await Promise.all(
      ['canary', 'zones', 'rest'].map((wave) => targetsOf(world, handle, wave)),
    );
    expect(waves.map((wave) => wave.map(({ target }) => target.name))).toEqual([
      ['billing-sessions'],
      ['ledger-proxy', 'billing-a', 'billing-b'],
      ['billing-a2'],
    ]);
    expect(waves[1]?.map(({ target }) => target.labels)).toEqual([
      { team: 'billing', maintenanceWindow: '02:00-06:00' },
      { team: 'billing', tier: 'standard', maintenanceWindow: '18:00-22:00' },
      { team: 'billing', tier: 'gold', maintenanceWindow: '18:00-22:00' },
    ]);
    const upgraded = (await world.fleet()).filter(({ upgradesStarted }) => upgradesStarted > 0);
    expect(upgraded).toHaveLength(5);
  } finally {
    await world.stop();
  }
}, 120_000);
