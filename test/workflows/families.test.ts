import { violations } from '../support/judge';
import { planFor } from '../support/plans';
import { endsOf } from '../support/rollouts';
import type { World } from '../support/world';
import { startWorld } from '../support/world';

let world: World;

beforeAll(async () => {
  world = await startWorld({ size: 12, set: { duration: '800ms' } });
  await world.startWorker();
});
afterAll(() => world.stop());

test.each(['taurusdb-proxy', 'taurusdb-instance', 'gaussdb-hotfix', 'dcs-instance'])(
  'a rollout of %s brings every target to its version, each by one upgrade',
  async (family) => {
    const before = (await world.fleet()).filter((row) => row.family === family);
    const handle = await world.start(planFor(before));

    const { state, counts } = await handle.result();

    expect({ state, counts }).toMatchObject({
      state: 'finished',
      counts: { total: 3, succeeded: 3, pending: 0, inFlight: 0 },
    });
    expect(await endsOf(world, handle)).toEqual(Array(3).fill('succeeded/upgraded'));
    const after = (await world.fleet()).filter((row) => row.family === family);
    for (const row of after) {
      expect(row).toMatchObject({ version: row.latest, upgradesStarted: 1, upgradesCompleted: 1 });
    }
    expect(violations(await world.journal())).toEqual([]);
  },
);

test('a second rollout finds everything up to date and submits nothing', async () => {
  const fleet = await world.fleet();
  const handle = await world.start(planFor(fleet));

  const { counts } = await handle.result();

  expect(counts).toMatchObject({ total: 12, upToDate: 12 });
  const after = await world.fleet();
  expect(after.map(({ upgradesStarted }) => upgradesStarted)).toEqual(Array(12).fill(1));
});
