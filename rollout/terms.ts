import type { FrozenPlan } from './frozen-plan';
import {
  countsIn,
  partKey,
  partsIn,
  type RolloutProgress,
  type WavePart,
  type WaveProgress,
} from './progress';
import { stepOfSlowStart } from './slow-start';
import type { Terms, Used } from './wave-state';

/** The attempts that a wave may have in flight, all its parts together. */
export function placesIn({ concurrency }: RolloutProgress, wave: WaveProgress): number {
  return Math.min(wave.concurrency, concurrency ?? Infinity);
}

/** Places of a wave that no part holds. Below 0 when a person has lowered the concurrency. */
export function sparePlaces(progress: RolloutProgress, wave: WaveProgress): number {
  const held = partsIn(progress, wave.name)
    .filter(({ state }) => state === 'running')
    .map(({ granted, returned }) => granted - returned);
  return held.reduce((spare, places) => spare - places, placesIn(progress, wave));
}

/** A part that is to begin, with the places that no other part holds. */
export function begunPart(progress: RolloutProgress, part: WavePart): WavePart {
  const wave = progress.waves.find(({ name }) => name === part.wave);
  const granted = wave ? Math.max(0, sparePlaces(progress, wave)) : 0;
  return { ...part, state: 'running', granted };
}

/**
 * Gives the spare places of every running wave to its parts that can use them, the oldest first.
 * A wave of one part holds all of them whether it can use them or not, which saves messages.
 */
export function withGrants(progress: RolloutProgress): RolloutProgress {
  const running = new Set(
    progress.parts.filter(({ state }) => state === 'running').map(({ wave }) => wave),
  );
  if (running.size === 0) return progress;
  const parts = progress.waves.flatMap((wave) =>
    running.has(wave.name) ? granted(progress, wave) : partsIn(progress, wave.name),
  );
  return { ...progress, parts };
}

function granted(progress: RolloutProgress, wave: WaveProgress): WavePart[] {
  let spare = sparePlaces(progress, wave);
  return partsIn(progress, wave.name).map((part) => {
    if (part.state !== 'running' || spare <= 0) return part;
    const more = part.parts === 1 ? spare : Math.min(spare, part.wants);
    spare -= more;
    return more === 0 ? part : { ...part, granted: part.granted + more, wants: part.wants - more };
  });
}

/**
 * Whether the next part of a wave may begin while former ones still run. Not where parts that know
 * of each other only by message could break a limit together: a strict budget, a label's
 * concurrency, the steps of a slow start.
 */
export function mayOverlap(
  progress: RolloutProgress,
  frozen: FrozenPlan,
  wave: WaveProgress,
): boolean {
  const rules = frozen.waves.find(({ name }) => name === wave.name);
  if (rules === undefined || rules.concurrencyBy.length > 0) return false;
  if (wave.budget.strict || progress.budget.strict) return false;
  const { succeeded } = countsIn(partsIn(progress, wave.name));
  return !rules.slowStart || stepOfSlowStart(succeeded) >= placesIn(progress, wave);
}

/** What one part of a wave may do now. */
export function termsFor(progress: RolloutProgress, part: WavePart): Terms {
  const { paused, aborting, budget, parts, learned, waves } = progress;
  const wave = waves.find(({ name }) => name === part.wave);
  if (wave === undefined) throw new Error(`the rollout has no wave ${part.wave}`);
  const others = parts.filter((each) => each.wave !== part.wave || each.part !== part.part);
  return {
    paused: paused || wave.paused,
    aborting,
    granted: part.granted,
    keep: keptBy(progress, wave, part),
    shares: part.parts > 1,
    ofWave: countsIn(partsIn(progress, wave.name)).total,
    budget: wave.budget,
    rolloutBudget: budget,
    elsewhere: {
      wave: usedBy(
        others.filter((each) => each.wave === part.wave),
        2 * placesIn(progress, wave),
      ),
      rollout: usedBy(others, 0),
    },
    learned,
  };
}

/** The terms of a part, if they are others than those that it was told last, with how to tell. */
export function newTerms(
  progress: RolloutProgress,
  last: { readonly part: WavePart; readonly told: string },
): { readonly terms: Terms; readonly told: string } | null {
  const part = progress.parts.find((one) => partKey(one) === partKey(last.part));
  if (part === undefined) return null;
  const terms = termsFor(progress, part);
  const told = JSON.stringify(terms);
  return told === last.told ? null : { terms, told };
}

/**
 * All places; none while the parts together hold more than there are (a person has lowered the
 * concurrency): then each of them gives back what is freed until they do not.
 */
function keptBy(progress: RolloutProgress, wave: WaveProgress, { parts }: WavePart): number {
  return parts > 1 && sparePlaces(progress, wave) < 0 ? 0 : placesIn(progress, wave);
}

/** Successes matter to a slow start alone, until it is over: more would be messages for nothing. */
function usedBy(parts: readonly WavePart[], succeededAtMost: number): Used {
  const { rejected, failed, unknown, succeeded } = countsIn(parts);
  return { rejected, failed, unknown, succeeded: Math.min(succeeded, succeededAtMost) };
}
