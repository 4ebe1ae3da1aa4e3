import { dishonest, violations } from '../support/judge';
import { planFor } from '../support/plans';
import { targetsOf } from '../support/rollouts';
import { startWorld } from '../support/world';

const CALL_FAULTS = [
  '400',
  '401',
  '403',
  '404',
  '409',
  '429',
  '500',
  '503',
  'lostAfter',
  'lostBefore',
  'slow',
  'html',
];
const rate = (faults: readonly string[], each: number) =>
  Object.fromEntries(faults.map((fault) => [fault, each]));

test('every fault of the emulator, ten calls in a hundred: each target ends honestly', async () => {
  const share = 0.1 / CALL_FAULTS.length;
  const rates = {
    '*': {
      submit: { ...rate(CALL_FAULTS, share), reject: 0.1 },
      read: rate(CALL_FAULTS, share),
      job: rate(['fail', 'stuck', 'slow', 'liar'], 0.025),
    },
  };
  const world = await startWorld({
    size: 40,
    seed: 7,
    faults: { rates },
    set: { duration: '600ms', slowFor: '1s', lockAfter: 1000, retryAfter: 1 },
  });
  try {
    await world.startWorker();
    const fleet = await world.fleet();
    const plan = planFor(fleet, {
      waves: [{ name: 'all', take: 'rest', concurrency: 10, budget: { unknown: 40 } }],
    });
    const upgrades = Object.fromEntries(
      Object.entries(plan.upgrades).map(([name, upgrade]) => [
        name,
        { ...upgrade, followForMs: 15_000 },
      ]),
    );
    const handle = await world.start({ ...plan, upgrades });

    const { state, counts } = await handle.result();

    expect({
      state,
      pending: counts.pending,
      inFlight: counts.inFlight,
      total: counts.total,
    }).toEqual({
      state: 'finished',
      pending: 0,
      inFlight: 0,
      total: 40,
    });
    const journal = await world.journal();
    expect(violations(journal)).toEqual([]);
    expect(dishonest(await targetsOf(world, handle), await world.fleet())).toEqual([]);
    // The faults did come: without them this test would prove nothing.
    expect(journal.filter(({ fault }) => fault !== null).length).toBeGreaterThan(20);
    expect(counts.succeeded).toBeGreaterThan(20);
  } finally {
    await world.stop();
  }
}, 240_000);
