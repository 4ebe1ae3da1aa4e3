import { startFrozen } from '../test/support/rollouts';
import type { FleetRow } from '../test/support/world';
import { atLeast, atMost, figure, type Bench, type BenchResult, type Figure } from './bench';
import { longestByType, runsIn } from './histories';
import { largePlan } from './large-plan';
import { peakMemoryMb } from './memory';
import { inPlace, type Place } from './place';
import { benchPlan, frozenWithoutCalls } from './plans';

const AT_ONCE = 50;
const LONGEST_HISTORY = 4_096;
const SPREAD_ALLOWED = 1.15;

/** Small ones are run again and again: one alone would measure the machine's mood. */
const SIZES = [
  { targets: 100, times: 6 },
  { targets: 1_000, times: 1 },
  { targets: 5_000, times: 1 },
] as const;
const WARM_UP = 200;

/** What grows with a rollout, and what does not. */
export const scale: Bench = {
  name: 'scale',
  about:
    `${SIZES.map(({ targets }) => targets).join(', ')} targets with upgrades of no length at ` +
    `${AT_ONCE} at once; then a plan of 20,000 targets`,
  run: async (say): Promise<BenchResult> => {
    const rollouts = await inPlace(
      {
        seed: 64,
        size: SIZES.reduce((sum, { targets, times }) => sum + targets * times, WARM_UP),
        set: { duration: '0s', jobVisibleAfter: '0s', maintenanceDelay: '0s' },
      },
      say,
      (place) => measure(place, say),
    );
    return { state: 'measured', figures: [...rollouts, ...(await largePlan(say))] };
  },
};

async function measure(place: Place, say: (line: string) => void): Promise<readonly Figure[]> {
  const { world, workers } = place;
  const fleet = await world.fleet();
  let used = 0;
  const next = async (targets: number) => {
    const rows = fleet.slice(used, used + targets);
    used += targets;
    return msPerTarget(place, rows);
  };
  await next(WARM_UP);
  const perTarget: { readonly targets: number; readonly ms: number }[] = [];
  for (const { targets, times } of SIZES) {
    let sum = 0;
    for (let n = 0; n < times; n += 1) sum += await next(targets);
    perTarget.push({ targets, ms: sum / times });
    say(`${targets} targets: ${(sum / times).toFixed(1)} ms per target`);
  }

  const all = perTarget.map(({ ms }) => ms);
  const runs = await runsIn(world.client);
  const attempts = runs.filter(({ type }) => type === 'upgrade').length;
  return [
    ...perTarget.map(({ targets, ms }) => figure(`of ${targets} targets`, ms, 'ms per target')),
    atMost(SPREAD_ALLOWED, 'slowest by quickest', Math.max(...all) / Math.min(...all)),
    ...longestByType(runs).map(({ type, events }) =>
      atMost(LONGEST_HISTORY, `longest history: ${type}`, events, 'events'),
    ),
    // Proof that all histories were looked at.
    atLeast(used, 'histories of attempts', attempts),
    ...(await peakOf(workers)),
  ];
}

async function peakOf(workers: Place['workers']): Promise<readonly Figure[]> {
  const [worker] = workers;
  if (worker === undefined) return [];
  return [figure("the worker's memory at its peak", await peakMemoryMb(worker.pid), 'MB')];
}

async function msPerTarget({ world }: Place, fleet: readonly FleetRow[]): Promise<number> {
  const polling = { min: '250ms', max: '5s' };
  const plan = benchPlan(fleet, { concurrency: AT_ONCE, polling });
  const handle = await startFrozen(world, frozenWithoutCalls(plan, fleet));
  const { counts, startedAt, endedAt } = await handle.result();
  if (counts.succeeded !== fleet.length) {
    throw new Error(`not every upgrade succeeded: ${JSON.stringify(counts)}`);
  }
  return (Date.parse(endedAt ?? '') - Date.parse(startedAt)) / fleet.length;
}
