import { setTimeout as sleep } from 'node:timers/promises';
import { dishonest, violations } from '../support/judge';
import { planFor } from '../support/plans';
import { endsOf, freeze, targetsOf, until } from '../support/rollouts';
import { startWorld } from '../support/world';

test('the worker is killed twice in mid-wave and started again: as if nothing had happened', async () => {
  const world = await startWorld({ size: 12, set: { duration: '2s' } });
  try {
    let worker = await world.startWorker();
    const handle = await world.start(planFor(await world.fleet()));
    for (const begun of [2, 7]) {
      const haveBegun = async () => {
        const fleet = await world.fleet();
        return fleet.filter(({ upgradesStarted }) => upgradesStarted > 0).length >= begun;
      };
      // A call that died with its worker is missed only when its time-out of 30 s has passed.
      await until(`${begun} upgrades have begun`, haveBegun, 90_000);
      await worker.kill();
      await sleep(1_500);
      worker = await world.startWorker();
    }

    const { state, counts } = await handle.result();

    expect({ state, succeeded: counts.succeeded }).toEqual({ state: 'finished', succeeded: 12 });
    const ends = await endsOf(world, handle);
    for (const end of ends) expect(end).toMatch(/^succeeded\/(upgraded|reconciled)$/);
    const fleet = await world.fleet();
    expect(fleet.map(({ upgradesStarted }) => upgradesStarted)).toEqual(Array(12).fill(1));
    expect(violations(await world.journal())).toEqual([]);
    expect(dishonest(await targetsOf(world, handle), fleet)).toEqual([]);
  } finally {
    await world.stop();
  }
}, 240_000);

test('the worker is killed while it reads the targets of a plan: another reads them again soon', async () => {
  const slow = { rates: { '*': { read: { slow: 1 } } } };
  const world = await startWorld({ size: 12, set: { slowFor: '2s' }, faults: slow });
  try {
    const worker = await world.startWorker();
    const frozen = freeze(world, planFor(await world.fleet()));
    await until('a target is read', async () => (await world.journal()).length > 0);
    await worker.kill();
    await world.setFaults({});
    await world.startWorker();
    const killedAt = Date.now();

    const { waves } = await frozen;

    expect(waves.flatMap(({ targets }) => targets)).toHaveLength(12);
    // The time-out of a heartbeat is 20 s; that of the whole reading would be 300 s.
    expect(Date.now() - killedAt).toBeLessThan(45_000);
  } finally {
    await world.stop();
  }
}, 360_000);
