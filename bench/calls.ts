import { flightsIn, mostAtOnce } from '../test/support/judge';
import { freeze, startFrozen } from '../test/support/rollouts';
import { atLeast, atMost, figure, type Bench, type BenchResult } from './bench';
import { callsIn, kindsOf, spansIn } from './journal';
import { inPlace } from './place';
import { benchPlan } from './plans';

const TARGETS = 200;
const SHORTEST_GAP_MS = 1_000;
// As the defaults of a plan: the longest gap is six times the shortest.
const LONGEST_GAP_MS = 6 * SHORTEST_GAP_MS;
const POLLS = 60;
// Submit, and the reads of the version before and after.
const BESIDE_POLLS = 3;

/** How many calls a target costs when many are followed together. */
export const calls: Bench = {
  name: 'calls',
  about:
    `${TARGETS} attempts in flight, a quarter of each family, each upgrade about ${POLLS} of the ` +
    'shortest gaps between two polls long; calls after the freeze, by the journal',
  run: (say) =>
    inPlace(
      {
        seed: 61,
        size: TARGETS,
        set: { duration: `${POLLS * SHORTEST_GAP_MS}ms`, spread: 0.1 },
      },
      say,
      async ({ world }): Promise<BenchResult> => {
        const polling = { min: `${SHORTEST_GAP_MS}ms`, max: `${LONGEST_GAP_MS}ms` };
        const plan = benchPlan(await world.fleet(), { concurrency: TARGETS, polling });
        const frozen = await freeze(world, plan);
        const planned = (await world.journal()).at(-1)?.seq ?? 0;
        say(`the plan is frozen (${planned} calls); upgrading for about a minute`);
        const status = await (await startFrozen(world, frozen)).result();

        const journal = await world.journal();
        const made = callsIn(journal, planned);
        for (const [kind, count] of kindsOf(made)) say(`${String(count).padStart(6)}  ${kind}`);
        const polls = spansIn(journal).map(({ startedMs, endedMs }) =>
          Math.ceil((endedMs - startedMs) / SHORTEST_GAP_MS),
        );
        const onePerPoll = polls.reduce((sum, each) => sum + each + BESIDE_POLLS, 0);
        return {
          state: 'measured',
          figures: [
            atMost(4, 'calls', made.length / TARGETS, 'per target'),
            figure('one call per poll would be', onePerPoll / TARGETS, 'per target'),
            figure('calls for the plan', planned / TARGETS, 'per target'),
            atLeast(TARGETS, 'in flight together', mostAtOnce(flightsIn(journal))),
            atLeast(TARGETS, 'succeeded', status.counts.succeeded),
          ],
        };
      },
    ),
};
