import { beginBake, nextOfBake } from './bake';
import { spentWords, type Exhaustion } from './budget';
import { leftOut } from './ending';
import { exhaustionIn } from './exhaustion';
import type { FrozenPlan, FrozenWave } from './frozen-plan';
import { atGate } from './gate';
import { addMs, isBefore } from './instants';
import type { TargetEnd, Wait } from './outcome';
import {
  partsIn,
  withWave,
  type RolloutProgress,
  type WavePart,
  type WaveProgress,
} from './progress';
import { actByRule, isHeldByPerson, isHeldByRule, lastPause } from './steering';
import { mayOverlap, sparePlaces, withGrants } from './terms';

/** What the rollout has to do now. */
export type Step =
  | { readonly do: 'begin'; readonly part: WavePart }
  /** One look at the health checks of a wave. */
  | { readonly do: 'look'; readonly wave: FrozenWave }
  /** `wakeAt`: when it has to be asked again although nothing has happened; null: never. */
  | { readonly do: 'wait'; readonly wait: Wait; readonly wakeAt: string | null }
  | { readonly do: 'end' };

/** The next step, with everything done that needs nobody: expiries, gates, verdicts, grants. */
export interface Advance {
  readonly progress: RolloutProgress;
  readonly step: Step;
}

/**
 * The runbook of a rollout: for each wave its gate, its parts, the budget, its health; an abort or
 * a person's word at any point. Called again after everything that happens.
 */
export function advance(before: RolloutProgress, frozen: FrozenPlan, now: string): Advance {
  const progress = withGrants(withExhaustion(before, frozen, now));
  if (progress.aborting) return untilAborted(progress);

  const wave = progress.waves.find(({ doneAt }) => doneAt === null);
  const rules = frozen.waves.find(({ name }) => name === wave?.name);
  if (wave === undefined || rules === undefined) return atTheEnd(progress);

  const parts = partsIn(progress, wave.name);
  const pending = parts.find(({ state }) => state === 'pending');
  if (pending === parts[0] && pending !== undefined) {
    return beforeWave({ progress, frozen, wave, rules, pending }, now);
  }
  const running = parts.filter(({ state }) => state === 'running');
  if (pending !== undefined && mayBeginPart({ progress, frozen, wave, running })) {
    return { progress, step: { do: 'begin', part: pending } };
  }
  if (pending !== undefined || running.length > 0) {
    const held = heldWait(progress, frozen);
    if (held !== null) return wait(progress, held);
    // The part wakes by itself, and tells.
    const told = running.at(-1)?.waitingFor ?? pausedWave(wave) ?? IN_FLIGHT;
    return { progress, step: { do: 'wait', wait: told, wakeAt: null } };
  }
  return afterWave({ progress, frozen, wave, rules }, now);
}

interface AtWave {
  readonly progress: RolloutProgress;
  readonly frozen: FrozenPlan;
  readonly wave: WaveProgress;
  readonly rules: FrozenWave;
}

function beforeWave(at: AtWave & { readonly pending: WavePart }, now: string): Advance {
  const { progress, frozen, wave, rules } = at;
  if (wave.skipped !== null || rules.targets.length === 0) {
    const left = leftOut(progress, wave.name);
    return advance(withWave(left, wave.name, { doneAt: now }), frozen, now);
  }
  const held = heldWait(progress, frozen) ?? pausedWave(wave);
  if (held !== null) return wait(withoutDeadline(at), held);

  if (wave.gateSince === null && rules.gate !== null) {
    return advance(withWave(progress, wave.name, { gateSince: now }), frozen, now);
  }
  const { name, approved, gateSince } = wave;
  const gate = atGate(rules.gate, { wave: name, since: gateSince ?? now, approved }, now);
  switch (gate.state) {
    case 'open':
      return { progress, step: { do: 'begin', part: at.pending } };
    case 'closed':
      return wait(progress, gate.wait);
    case 'expired': {
      if (gate.then === 'abort') {
        return advance(actByRule(progress, 'abort', gate.words, now), frozen, now);
      }
      const skip: TargetEnd = {
        outcome: 'skipped',
        reason: 'gateExpired',
        reasonText: gate.words,
      };
      return advance(withWave(progress, name, { skipped: skip }), frozen, now);
    }
  }
}

/** Whoever is to approve is not kept from it by a pause: the time for that begins anew. */
function withoutDeadline({ progress, wave, rules }: AtWave): RolloutProgress {
  if (rules.gate?.kind !== 'approval' || wave.gateSince === null) return progress;
  return withWave(progress, wave.name, { gateSince: null });
}

function mayBeginPart(at: {
  readonly progress: RolloutProgress;
  readonly frozen: FrozenPlan;
  readonly wave: WaveProgress;
  readonly running: readonly WavePart[];
}): boolean {
  const { progress, frozen, wave, running } = at;
  if (heldWait(progress, frozen) !== null || wave.paused) return false;
  if (running.length === 0) return true;
  const isNeeded = running.some(({ wants }) => wants > 0);
  return !isNeeded && sparePlaces(progress, wave) > 0 && mayOverlap(progress, frozen, wave);
}

function afterWave({ progress, frozen, wave, rules }: AtWave, now: string): Advance {
  const isLast = progress.waves.at(-1) === wave;
  const spent = isLast ? null : exhaustionIn(progress);
  if (spent !== null) return wait(progress, exhaustedWait(progress, frozen, spent));
  const { bake } = rules;
  const done = () => advance(withWave(progress, wave.name, { doneAt: now }), frozen, now);
  if (bake === null || wave.skipped !== null) return done();
  if (wave.bake === null) {
    return advance(withWave(progress, wave.name, { bake: beginBake(now) }), frozen, now);
  }
  const next = nextOfBake(bake, wave.bake, now);
  switch (next.do) {
    case 'look':
      return { progress, step: { do: 'look', wave: rules } };
    case 'wait':
      return wait(progress, { reason: 'bake', until: next.until, words: next.words });
    case 'end': {
      const words = `after wave ${wave.name}: ${next.words}`;
      const verdict = { state: next.verdict, words: next.words };
      const judged = withWave(progress, wave.name, { verdict, doneAt: now });
      if (next.then === 'goOn') return advance(judged, frozen, now);
      return advance(actByRule(judged, next.then, words, now), frozen, now);
    }
  }
}

function atTheEnd(progress: RolloutProgress): Advance {
  // What a rule has stopped for, a person should know of before the rollout is over.
  if (progress.paused && isHeldByRule(progress)) return wait(progress, pausedWait(progress));
  return { progress, step: { do: 'end' } };
}

function untilAborted(progress: RolloutProgress): Advance {
  const running = progress.parts.filter(({ state }) => state === 'running');
  if (running.length === 0) return { progress, step: { do: 'end' } };
  const words = 'the rollout is being aborted, attempts in flight go on to their end';
  return wait(progress, { reason: 'aborting', until: null, words });
}

/**
 * Notes since when a budget keeps anything from beginning; aborts when that has lasted as long as the
 * plan bears. While a person has paused the rollout, somebody is there.
 */
function withExhaustion(
  progress: RolloutProgress,
  { rules }: FrozenPlan,
  now: string,
): RolloutProgress {
  const spent = exhaustionIn(progress);
  const isOver = progress.parts.every(({ state }) => state === 'ended' || state === 'lost');
  if (spent === null || isOver || progress.aborting || isHeldByPerson(progress)) {
    return { ...progress, exhaustedSince: null };
  }
  const since = progress.exhaustedSince ?? now;
  const until = expiryOf(since, rules.onExhausted.expiresMs);
  if (until === null || isBefore(now, until)) return { ...progress, exhaustedSince: since };
  return actByRule(
    progress,
    'abort',
    `${spentWords(spent)}, and nobody said more until ${until}`,
    now,
  );
}

function heldWait(progress: RolloutProgress, frozen: FrozenPlan): Wait | null {
  const spent = exhaustionIn(progress);
  const exhausted = spent === null ? null : exhaustedWait(progress, frozen, spent);
  if (progress.paused) return { ...pausedWait(progress), until: exhausted?.until ?? null };
  return exhausted;
}

function pausedWait(progress: RolloutProgress): Wait {
  const last = lastPause(progress);
  const words = last ? `paused by ${last.by}: ${last.reason ?? ''}` : 'paused';
  return { reason: 'paused', until: null, words };
}

function pausedWave({ name, paused }: WaveProgress): Wait | null {
  return paused ? { reason: 'paused', until: null, words: `wave ${name} is paused` } : null;
}

function exhaustedWait(
  { exhaustedSince }: RolloutProgress,
  { rules }: FrozenPlan,
  spent: Exhaustion,
): Wait {
  const until = exhaustedSince && expiryOf(exhaustedSince, rules.onExhausted.expiresMs);
  return { reason: 'budgetExhausted', until, words: spentWords(spent) };
}

function expiryOf(since: string, expiresMs: number | null): string | null {
  return expiresMs === null ? null : addMs(since, expiresMs);
}

function wait(progress: RolloutProgress, given: Wait): Advance {
  return { progress, step: { do: 'wait', wait: given, wakeAt: given.until } };
}

const IN_FLIGHT: Wait = { reason: 'inFlight', until: null, words: 'attempts are in flight' };
