import { standingOf, type Standing } from '../../rollout/forecast-standing';
import type { FrozenPlan } from '../../rollout/frozen-plan';
import type { RolloutStatus } from '../../rollout/status';
import type { TargetState } from '../../rollout/wave-state';
import type { Connected } from '../../temporal/connect';
import { partsOf, readFrozenPlan, readPart, readStatus } from '../rollout-reads';
import { endedCount, hasEnded } from '../words';
import { newlyEnded, tellingKey, type EndedTarget } from './changes';
import { newKnown } from './known';

/** What is known of the targets of a rollout. */
export interface TargetsSight {
  /** Null while the plan is not frozen, or nothing had to be read. */
  readonly frozen: FrozenPlan | null;
  /** False: nothing was due to be read. */
  readonly isNew: boolean;
  /** Those that have ended since the last look. */
  readonly ended: readonly EndedTarget[];
  readonly inFlight: readonly FlightState[];
  readonly standing: Standing;
}

/** A target with an attempt in flight. */
export interface FlightState {
  readonly wave: string;
  readonly state: TargetState;
}

/** Looks at a rollout again and again, and remembers which targets were told. */
export interface Looking {
  status(): Promise<RolloutStatus>;
  /** What is known of the targets; read anew when that is due. */
  targets(status: RolloutStatus): Promise<TargetsSight>;
}

export interface LookingOptions {
  /** False: what had ended before the first look is not told, unless `inFlight` is wanted. */
  readonly fromStart: boolean;
  /** True: targets in flight as well, and those of the newest wave that have ended. */
  readonly inFlight: boolean;
}

// A part of 500 targets is an answer of some 100 KB.
const TARGETS_EVERY_MS = 2_000;
// Whatever a look at the targets costs, the server has rest for four times as long.
const REST = 4;

/**
 * Reads no more than is new. A part of a wave that has ended is read once; parts run in order, so
 * that one or two of them are read again and again, however large the rollout is.
 */
export function createLooking(
  server: Connected,
  rolloutId: string,
  options: LookingOptions,
): Looking {
  const told = new Set<string>();
  /** Read, but not returned yet: a look at the next part may break off. */
  const untold: EndedTarget[] = [];
  /** How many had ended of a wave when it was read last. */
  const endedAtRead = new Map<string, number>();
  const closed = new Set<string>();
  const known = newKnown();
  let frozen: FrozenPlan | null = null;
  let first = true;
  let dueAtMs = 0;

  async function status(): Promise<RolloutStatus> {
    return (await readStatus(server, rolloutId)).status;
  }

  async function targets(now: RolloutStatus): Promise<TargetsSight> {
    if (first && !options.fromStart) closePast(now);
    const startedMs = Date.now();
    const isDue = startedMs >= dueAtMs || hasEnded(now.state);
    const waves = isDue ? now.waves.filter(isWorthReading) : [];
    if (waves.length > 0 || (options.inFlight && now.frozen)) {
      frozen ??= await readFrozenPlan(server, rolloutId);
    }
    for (const { name, state, counts } of waves) {
      await read(name, hasEnded(state) || hasEnded(now.state));
      endedAtRead.set(name, endedCount(counts));
    }
    if (waves.length > 0) {
      const readMs = Date.now();
      dueAtMs = readMs + Math.max(TARGETS_EVERY_MS, REST * (readMs - startedMs));
    }
    const ended = untold.splice(0);
    const isSilent = first && !options.fromStart && !options.inFlight;
    first = false;
    const standing = standingOf(now, known.targets(frozen), known.endedMs());
    return {
      frozen,
      isNew: waves.length > 0,
      ended: isSilent ? [] : ended,
      inFlight: known.inFlight(),
      standing,
    };
  }

  /** Of what had ended long ago nothing is told: only the newest wave may still be of interest. */
  function closePast({ waves }: RolloutStatus): void {
    const begun = waves.filter(({ state }) => state !== 'pending');
    for (const { name, state } of begun.slice(0, -1)) if (hasEnded(state)) closed.add(name);
  }

  function isWorthReading({ name, state, counts }: RolloutStatus['waves'][number]): boolean {
    if (state === 'pending' || closed.has(name)) return false;
    return options.inFlight || hasEnded(state) || endedCount(counts) !== endedAtRead.get(name);
  }

  async function read(wave: string, isOver: boolean): Promise<void> {
    let isClosed = isOver;
    for (const part of partsOf(frozen, wave)) {
      if (known.isClosed(wave, part.part)) continue;
      const look = await readPart(server, rolloutId, { wave, ...part });
      // Parts begin in order.
      if (look.targets === null) break;
      known.keep(look, frozen);
      isClosed &&= !look.running;
      const ended = newlyEnded(wave, look.targets, told);
      for (const { state } of ended) told.add(tellingKey(wave, state));
      untold.push(...ended);
    }
    if (isClosed) closed.add(wave);
  }
  return { status, targets };
}
