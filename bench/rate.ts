import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { startProgram, type StartedProgram } from '../local/processes';
import { startFrozen } from '../test/support/rollouts';
import type { FleetRow, World } from '../test/support/world';
import type { BareInput } from './bare/workflows';
import { atLeast, atMost, figure, type Bench, type BenchResult } from './bench';
import { activitiesOf, runsIn } from './histories';
import { inPlace, type Place } from './place';
import { benchPlan, frozenWithoutCalls } from './plans';

// So many that the processors are what all wait for, and not others with whom a list is shared.
const AT_ONCE = 100;
const WARM_UP = 60;
// One part of a wave: a second would be begun and ended beside it.
const MEASURED = 400;
// Both in turns, so that a machine that has become slower is slower for both.
const ROUNDS = 2;
const ALLOWED_ACTIVITIES = 3;

/** How much of a machine's time upwave takes beside what Temporal takes. */
export const rate: Bench = {
  name: 'rate',
  about:
    `targets a second with upgrades of no length, ${AT_ONCE} at once, by the rate of a bare child ` +
    'workflow with as many empty activities, on the same server, with the same worker settings',
  run: (say) =>
    inPlace(
      {
        seed: 63,
        size: WARM_UP + ROUNDS * MEASURED,
        set: { duration: '0s', jobVisibleAfter: '0s', maintenanceDelay: '0s' },
      },
      say,
      measure(say),
    ),
};

function measure(say: (line: string) => void) {
  return async ({ server, world }: Place): Promise<BenchResult> => {
    const fleet = await world.fleet();
    await targetsPerSecond(world, fleet.slice(0, WARM_UP));
    const activities = await mostActivities(world);
    say(`${activities} activities on the straight path of an attempt`);

    const taskQueue = `bare-${randomUUID()}`;
    const worker = await startBareWorker(server.address, taskQueue);
    try {
      const bare = (children: number) =>
        childrenPerSecond({ world, taskQueue }, { children, atOnce: AT_ONCE, activities });
      await bare(WARM_UP);
      const rates = { ours: 0, bare: 0 };
      for (let round = 0; round < ROUNDS; round += 1) {
        const from = WARM_UP + round * MEASURED;
        const ours = await targetsPerSecond(world, fleet.slice(from, from + MEASURED));
        const theirs = await bare(MEASURED);
        say(`round ${round + 1}: ${ours.toFixed(1)} and, bare, ${theirs.toFixed(1)} a second`);
        rates.ours += ours / ROUNDS;
        rates.bare += theirs / ROUNDS;
      }
      return {
        state: 'measured',
        figures: [
          atLeast(0.8, 'rate by the bare rate', rates.ours / rates.bare),
          figure('upwave', rates.ours, 'targets/s'),
          figure('bare child workflows', rates.bare, 'children/s'),
          atMost(ALLOWED_ACTIVITIES, 'activities on the straight path', activities),
        ],
      };
    } finally {
      await worker.kill();
    }
  };
}

async function targetsPerSecond(world: World, fleet: readonly FleetRow[]): Promise<number> {
  // The first look comes after the shortest gap: upgrades of no length are not waited for longer.
  const polling = { min: '50ms', max: '500ms' };
  const plan = benchPlan(fleet, { concurrency: AT_ONCE, polling });
  const handle = await startFrozen(world, frozenWithoutCalls(plan, fleet));
  const { counts, startedAt, endedAt } = await handle.result();
  if (counts.succeeded !== fleet.length) {
    throw new Error(`not every upgrade succeeded: ${JSON.stringify(counts)}`);
  }
  return (fleet.length * 1_000) / (Date.parse(endedAt ?? '') - Date.parse(startedAt));
}

async function childrenPerSecond(
  { world, taskQueue }: { readonly world: World; readonly taskQueue: string },
  input: BareInput,
): Promise<number> {
  const handle = await world.client.workflow.start('bareParent', {
    workflowId: `bare/${randomUUID()}`,
    taskQueue,
    args: [input],
  });
  await handle.result();
  const { startTime, closeTime } = await handle.describe();
  return (input.children * 1_000) / ((closeTime?.getTime() ?? NaN) - startTime.getTime());
}

/** Of all attempts that have ended: an upgrade of no length has none but the straight path. */
async function mostActivities({ client }: World): Promise<number> {
  const attempts = (await runsIn(client)).filter(({ type }) => type === 'upgrade');
  let most = 0;
  for (const run of attempts) most = Math.max(most, await activitiesOf(client, run));
  return most;
}

function startBareWorker(address: string, taskQueue: string): Promise<StartedProgram> {
  return startProgram({
    file: join(__dirname, '..', 'test', 'support', 'run-ts.mjs'),
    args: [join(__dirname, 'bare', 'worker.ts'), address, taskQueue],
    env: {},
    name: 'the bare worker',
    readyLine: 'ready',
  });
}
