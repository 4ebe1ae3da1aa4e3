import { waveId } from '../rollout/ids';
import { freeze, startFrozen } from '../test/support/rollouts';
import type { World } from '../test/support/world';
import type { WaveResult } from '../workflows/messages';
import { atLeast, atMost, figure, type Bench, type BenchResult } from './bench';
import { spansIn, type Span } from './journal';
import { inPlace } from './place';
import { benchPlan } from './plans';
import { listMakespan, longestFirstMakespan, median, shortestMakespan } from './schedule';

const TARGETS = 200;
const PLACES = 50;
const SEED = 62;

/** How much of the time is ours: from the end of an upgrade to our knowing it, and to the next start. */
export const makespan: Bench = {
  name: 'makespan',
  about:
    `${TARGETS} targets at ${PLACES} at once, durations log-normal with median 20 s (seed ${SEED}), ` +
    'against the same durations begun in the same order without any delay',
  run: (say) =>
    inPlace(
      { seed: SEED, size: TARGETS, set: { duration: '20s', spread: 0.5 } },
      say,
      async ({ world }): Promise<BenchResult> => {
        // The longest gap is the bound on how late an end is seen: a plan that must know at once says so.
        const polling = { min: '250ms', max: '2s' };
        const plan = benchPlan(await world.fleet(), { concurrency: PLACES, polling });
        const handle = await startFrozen(world, await freeze(world, plan));
        say('upgrading for about two minutes');
        const { counts, startedAt, endedAt } = await handle.result();

        const spans = spansIn(await world.journal());
        const durations = spans.map(({ startedMs, endedMs }) => endedMs - startedMs);
        const tookMs = Date.parse(endedAt ?? '') - Date.parse(startedAt);
        const list = listMakespan(durations, PLACES);
        const delays = delaysOf(spans, await knownAt(world, handle.workflowId));
        return {
          state: 'measured',
          figures: [
            atMost(1.05, 'makespan by the list schedule', tookMs / list),
            figure('makespan', tookMs / 1000, 's'),
            figure('list schedule', list / 1000, 's'),
            figure(
              'longest first, all known beforehand',
              longestFirstMakespan(durations, PLACES) / 1000,
              's',
            ),
            figure('no schedule is shorter than', shortestMakespan(durations, PLACES) / 1000, 's'),
            figure('median duration', median(durations) / 1000, 's'),
            atMost(1_000, 'median delay until an end is known', median(delays), 'ms'),
            figure('longest such delay', Math.max(...delays), 'ms'),
            atLeast(TARGETS, 'succeeded', counts.succeeded),
          ],
        };
      },
    ),
};

/** When the last attempt of each target ended, by the wave's own result. */
async function knownAt(world: World, rollout: string): Promise<ReadonlyMap<string, number>> {
  const wave = world.client.workflow.getHandle(waveId(rollout, 'all', 1, 1));
  const { targets } = (await wave.result()) as WaveResult;
  return new Map(
    targets.map(({ target, attempts }) => [
      target.proxyId ?? target.instanceId,
      Date.parse(attempts.at(-1)?.endedAt ?? ''),
    ]),
  );
}

function delaysOf(spans: readonly Span[], known: ReadonlyMap<string, number>): readonly number[] {
  return spans.map(({ target, endedMs }) => (known.get(target) ?? NaN) - endedMs);
}
