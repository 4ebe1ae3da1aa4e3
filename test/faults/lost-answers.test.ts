import { dishonest, violations } from '../support/judge';
import { planFor } from '../support/plans';
import { targetsOf } from '../support/rollouts';
import type { World } from '../support/world';
import { startWorld } from '../support/world';

/** Tries per family and fault; a hundred take some minutes. */
const TRIES = Number(process.env.UPWAVE_LOST_ANSWER_TRIES ?? 5);
/** The first seed: each world takes the next one, and a seed plays the same story again. */
const SEED = Number(process.env.UPWAVE_LOST_ANSWER_SEED ?? 1);
const FAMILIES = 4;
// As many as one rollout has at once without waiting for places.
const AT_ONCE = 25;

interface Story {
  readonly fault: 'lostAfter' | 'lostBefore';
  readonly seed: number;
  readonly each: number;
}

/** Each fault as often as was asked for, in worlds of at most 25 targets of each family. */
const stories = (['lostAfter', 'lostBefore'] as const).flatMap((fault, which) =>
  Array.from({ length: Math.ceil(TRIES / AT_ONCE) }, (_, nth): Story => {
    const seed = SEED + 1_000 * which + nth;
    return { fault, seed, each: Math.min(AT_ONCE, TRIES - nth * AT_ONCE) };
  }),
);

test.each(stories)(
  'each of $each submits per family meets $fault, seed $seed: one upgrade each, and said so',
  async ({ fault, seed, each }) => {
    const world = await startWorld({
      // Every world has targets of its own: they share a server, and with it the locks.
      seed: seed * 7_919 + process.pid,
      size: each * FAMILIES,
      set: { duration: '1s', spread: 0.6, jobVisibleAfter: '700ms' },
    });
    try {
      const ends = await play(world, fault);

      const expected = { lostAfter: ADOPTED, lostBefore: SENT_AGAIN }[fault];
      expect(ends).toEqual(Array(each * FAMILIES).fill(expected));
      const fleet = await world.fleet();
      expect(fleet.map(({ upgradesStarted }) => upgradesStarted)).toEqual(
        Array(each * FAMILIES).fill(1),
      );
      expect(violations(await world.journal())).toEqual([]);
    } finally {
      await world.stop();
    }
  },
  240_000,
);

const ADOPTED = 'succeeded: succeeded reconciled';
const SENT_AGAIN = 'succeeded: notSubmitted requestLost, succeeded upgraded';

/** Outcome and attempts of each target. */
async function play(world: World, fault: string): Promise<readonly string[]> {
  const fleet = await world.fleet();
  const list = fleet.map(({ proxyId, instanceId }) => ({
    target: proxyId ?? instanceId,
    on: 'submit',
    fault,
    times: 1,
  }));
  await world.setFaults({ list });
  await world.startWorker();
  const waves = [{ name: 'all', take: 'rest', concurrency: AT_ONCE }];
  const handle = await world.start(planFor(fleet, { waves }));
  await handle.result();

  const targets = await targetsOf(world, handle);
  expect(dishonest(targets, await world.fleet())).toEqual([]);
  return targets.map(({ end, attempts }) => {
    // Many lost answers in a row stop the calls for a while: nothing is sent by who comes then.
    const sent = attempts.filter(({ reason }) => reason !== 'cloudAccess');
    const each = sent.map(({ result, reason }) => `${result} ${reason}`);
    return `${end?.outcome}: ${each.join(', ')}`;
  });
}
