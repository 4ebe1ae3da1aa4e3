import { dishonest, violations } from '../support/judge';
import { planFor } from '../support/plans';
import { targetsOf } from '../support/rollouts';
import type { World } from '../support/world';
import { startWorld } from '../support/world';

let world: World;

const rows = [
  ...Array<string>(4).fill('taurusdb-instance'),
  ...Array<string>(4).fill('gaussdb-hotfix'),
];

beforeAll(async () => {
  world = await startWorld({
    fleet: rows.map((family) => ({ family })),
    set: { duration: '1s', batchPartial: 'refuse' },
  });
  await world.startWorker();
});
afterAll(() => world.stop());

test('attempts that begin together share a call; one bad instance sinks none of its neighbours', async () => {
  const fleet = await world.fleet();
  const bad = [fleet[1], fleet[6]].map((row) => row?.instanceId ?? '');
  await world.setFaults({
    rates: {},
    list: bad.map((target) => ({ target, on: 'submit', fault: '400', times: 99 })),
  });
  const given = planFor(fleet, { waves: [{ name: 'all', take: 'rest', concurrency: 8 }] });
  const upgrades = Object.entries(given.upgrades).map(([name, upgrade]) => {
    return [name, { ...upgrade, submitTogether: 10 }] as const;
  });

  const handle = await world.start({ ...given, upgrades: Object.fromEntries(upgrades) });

  expect(await handle.result()).toMatchObject({
    counts: { succeeded: 6, rejected: 2, unknown: 0 },
  });
  const targets = await targetsOf(world, handle);
  const rejected = targets.filter(({ end }) => end?.outcome === 'rejected');
  expect(rejected.map(({ target }) => target.instanceId).sort()).toEqual([...bad].sort());
  const journal = await world.journal();
  expect(violations(journal)).toEqual([]);
  expect(dishonest(targets, await world.fleet())).toEqual([]);
  const shared = journal.filter(({ effects }) => effects.length > 1);
  expect(shared.length).toBeGreaterThan(0);
}, 120_000);
