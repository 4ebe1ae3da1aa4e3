import { newEventQueue } from './event-queue';
import type { FrozenPlan } from './frozen-plan';
import { endOfUnbegun } from './ending';
import { partKey, type RolloutProgress } from './progress';
import { simulatedRollout, type SimulatedRollout } from './simulated-rollout';
import type { Engine, LogEntry, Simulated, Simulation } from './simulation';
import { newTarget } from './wave';
import type { TargetState } from './wave-state';
import { splitParts } from './waves';

/**
 * Plays a rollout through in virtual time: the functions that decide are those that the workflows
 * obey, the world is given. The same input gives the same log. It ends when the rollout does, or
 * when nothing happens any more unless a person acts.
 */
export function simulate(given: Simulation): Simulated {
  const { frozen, orders = [], startsAt = frozen.frozenAt, eventsAtMost = 1_000_000 } = given;
  const queue = newEventQueue();
  const log: LogEntry[] = [];
  const startMs = Date.parse(startsAt);
  let nowMs = startMs;
  let now = startsAt;
  let events = 0;

  const engine: Engine = {
    now: () => now,
    after: (ms, happen) => queue.put(nowMs + ms, happen),
    at: (instant, happen) => queue.put(Math.max(nowMs, Date.parse(instant)), happen),
    log: (happening) => log.push({ at: now, ...happening }),
  };
  const rollout = simulatedRollout(engine, given);
  for (const { afterMs, order } of orders) {
    queue.put(startMs + afterMs, () => rollout.order(order));
  }
  let state: Simulated['state'] = 'waiting';
  for (let next = queue.take(); next !== null; next = queue.take()) {
    if (events >= eventsAtMost) {
      state = 'givenUp';
      break;
    }
    events += 1;
    if (next.atMs !== nowMs) {
      nowMs = next.atMs;
      now = new Date(nowMs).toISOString();
    }
    next.happen();
  }
  const progress = rollout.progress();
  if (progress.endedAt !== null) state = 'over';
  const targets = targetsOf(frozen, rollout, progress);
  return { log, state, progress, targets, events, messages: rollout.messages() };
}

function targetsOf(
  { waves }: FrozenPlan,
  rollout: SimulatedRollout,
  progress: RolloutProgress,
): Simulated['targets'] {
  return waves.flatMap((whole) =>
    splitParts(whole).flatMap(({ name: wave, targets }, i) => {
      const part = i + 1;
      const states =
        rollout.targets(wave, part) ??
        targets.map((target) => notBegun(progress, { wave, part }, newTarget(target)));
      return states.map((state, index) => ({ wave, part, index, state }));
    }),
  );
}

/** A target of a part that has not begun, and perhaps never will. */
function notBegun(
  progress: RolloutProgress,
  at: { readonly wave: string; readonly part: number },
  target: TargetState,
): TargetState {
  const part = progress.parts.find((each) => partKey(each) === partKey(at));
  const wave = progress.waves.find(({ name }) => name === at.wave);
  if (part?.state !== 'ended' || wave === undefined) return target;
  const end = endOfUnbegun(progress, wave);
  if (end === null) return target;
  return { ...target, status: 'ended', end, endedAt: wave.doneAt ?? progress.endedAt };
}
