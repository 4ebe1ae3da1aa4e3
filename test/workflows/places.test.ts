import { flightsIn, mostAtOnce, violations, type Flight } from '../support/judge';
import { planFor } from '../support/plans';
import { freeze, startFrozen } from '../support/rollouts';
import type { FleetRow, World } from '../support/world';
import { startWorld } from '../support/world';

let world: World;
let caches: readonly FleetRow[];

beforeEach(async () => {
  world = await startWorld({ size: 32, set: { duration: '1200ms', spread: 0 } });
  await world.startWorker();
  caches = (await world.fleet()).filter(({ family }) => family === 'dcs-instance');
  expect(caches.length).toBeGreaterThanOrEqual(8);
});
afterEach(() => world.stop());

/** How many attempts may be at work together, the journal being the judge. */
async function flights(): Promise<Flight[]> {
  const journal = await world.journal();
  expect(violations(journal)).toEqual([]);
  return flightsIn(journal);
}

function planWith(changes: Record<string, unknown>, wave: Record<string, unknown>) {
  const waves = [{ name: 'all', take: 'rest', concurrency: 8, ...wave }];
  return planFor(caches.slice(0, 8), { waves, ...changes });
}

test("the rollout's concurrency wins over the wave's", async () => {
  const handle = await world.start(planWith({ concurrency: 2 }, {}));

  expect((await handle.result()).counts.succeeded).toBe(8);
  expect(mostAtOnce(await flights())).toBe(2);
});

test('two of one shard are never in flight together, two shards are', async () => {
  const plan = planWith({}, {});
  const waves = plan.waves.map((wave) => ({ ...wave, concurrencyBy: { label: 'shard', max: 1 } }));
  const shardOf = (at: number) => `s${Math.floor(at / 4)}`;
  const targets = plan.targets.map((each, at) => ({ ...each, labels: { shard: shardOf(at) } }));
  const handle = await world.start({ ...plan, waves, targets });
  await handle.result();

  const all = await flights();

  for (const shard of ['s0', 's1']) {
    const own = targets.filter(({ labels }) => labels.shard === shard);
    const ids = own.map(({ instanceId }) => instanceId);
    expect(mostAtOnce(all.filter(({ target }) => ids.includes(target)))).toBe(1);
  }
  expect(all).toHaveLength(8);
  expect(mostAtOnce(all)).toBe(2);
});

test('slow start: 1, then 2, then 4', async () => {
  const handle = await world.start(planWith({}, { slowStart: true }));
  await handle.result();

  const all = await flights();

  expect(all).toHaveLength(8);
  for (const { from } of all) {
    const succeeded = all.filter(({ to }) => to !== null && to < from).length;
    const together = all.filter((one) => one.from <= from && (one.to ?? Infinity) > from).length;
    expect(together).toBeLessThanOrEqual(2 ** Math.floor(Math.log2(succeeded + 1)));
  }
  expect(mostAtOnce(all)).toBe(4);
});

test('a place freed is a place filled, also across the parts of a wave', async () => {
  const [slow] = caches;
  const list = [{ target: slow?.instanceId, on: 'job', fault: 'slow', times: 1 }];
  await world.setFaults({ list });
  const frozen = await freeze(world, planWith({}, { concurrency: 2 }));
  const waves = frozen.waves.map((wave) => ({ ...wave, partSize: 2 }));

  const handle = await startFrozen(world, { ...frozen, waves });
  const { counts } = await handle.result();

  expect(counts).toMatchObject({ total: 8, succeeded: 8 });
  const all = await flights();
  expect(mostAtOnce(all)).toBe(2);
  // While the slow one runs, the other of its part and two of later parts have gone beside it.
  const first = all.find(({ target }) => target === slow?.instanceId);
  const beside = all.filter(({ from, to }) => from < (first?.to ?? 0) && to !== null);
  expect(beside.length).toBeGreaterThanOrEqual(4);
});
