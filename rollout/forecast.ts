import type { FrozenPlan, FrozenTarget, FrozenWave, Gate } from './frozen-plan';
import { addMs, isBefore, msBetween } from './instants';
import { expectedMs } from './expected';
import { scheduleWave, type Job } from './forecast-wave';
import { fit } from './openings';
import { placesOfWave } from './places';
import { limitedValue } from './waves';

/** When a plan's waves would begin and end if all went well. Nothing here is a promise. */
export interface Forecast {
  readonly waves: readonly WaveForecast[];
  /** ISO instant; null when it cannot be told. */
  readonly endsAt: string | null;
  /** How many waves wait for a person first: what that takes comes on top of all instants. */
  readonly approvals: number;
  /** Why there is no end; null when there is one. */
  readonly problem: ForecastProblem | null;
}

export interface WaveForecast {
  readonly name: string;
  /** When its first attempt starts: its gate has let it begin, and a window is open. */
  readonly begins: string | null;
  /** When its last target ends, before its bake. */
  readonly ends: string | null;
  /** How many targets are expected to be upgraded. */
  readonly upgrades: number;
}

export type ForecastProblem =
  /** How long these upgrades take was never said nor learned. */
  | { readonly kind: 'noExpectation'; readonly upgrades: readonly string[] }
  /** No opening is known in which this wave's targets that are left would fit. */
  | { readonly kind: 'noOpening'; readonly wave: string };

/**
 * The forecast of a rollout that begins at `now`: each target that is not there already takes what
 * the plan expects (else what was learned of its family), as many at once as the plan allows, one
 * place filled as soon as one is freed; then come delays of gates, and bakes. Retries, busy targets
 * and a person's approval take no time in it.
 */
export function forecast(frozen: FrozenPlan, now: string): Forecast {
  const waves: WaveForecast[] = [];
  let from: string | null = now;
  let problem: ForecastProblem | null = null;
  for (const wave of frozen.waves) {
    const jobs = jobsOf(frozen, wave);
    const { name } = wave;
    if (from === null) {
      waves.push({ name, begins: null, ends: null, upgrades: jobs.length });
      continue;
    }
    const told = spanOf({ frozen, wave, jobs, from: afterGate(wave.gate, from) });
    const { begins, ends } = told;
    waves.push({ name, begins, ends, upgrades: jobs.length });
    problem = told.problem;
    from = ends === null ? null : addMs(ends, wave.bake?.forMs ?? 0);
  }
  const approvals = frozen.waves.filter(({ gate }) => gate?.kind === 'approval').length;
  return { waves, endsAt: from, approvals, problem: allSilent(frozen, problem) };
}

/** How long one upgrade of this target takes; null when neither plan nor experience says. */
function expectOf(frozen: FrozenPlan, target: FrozenTarget): number | null {
  const upgrade = frozen.upgrades[target.upgrade];
  if (upgrade === undefined) return null;
  const { expectMs, family } = upgrade;
  return expectedMs({ expectMs, endedMs: [], learnedMs: frozen.rules.learned[family] ?? null });
}

function afterGate(gate: Gate | null, from: string): string {
  switch (gate?.kind) {
    case 'delay':
      return addMs(from, gate.forMs);
    case 'at':
      return isBefore(from, gate.instant) ? gate.instant : from;
    case 'approval':
    case undefined:
      return from;
  }
}

interface Planned {
  readonly target: FrozenTarget;
  readonly expectMs: number | null;
}

// What is there already, or cannot be upgraded, ends with the first look.
function jobsOf(frozen: FrozenPlan, wave: FrozenWave): readonly Planned[] {
  return wave.targets
    .filter(({ standing }) => standing !== 'upToDate' && standing !== 'notUpgradable')
    .map((target) => ({ target, expectMs: expectOf(frozen, target) }));
}

function spanOf(given: {
  readonly frozen: FrozenPlan;
  readonly wave: FrozenWave;
  readonly jobs: readonly Planned[];
  readonly from: string;
}): Pick<WaveForecast, 'begins' | 'ends'> & { readonly problem: ForecastProblem | null } {
  const { frozen, wave, from } = given;
  const jobs: Job[] = [];
  for (const { target, expectMs } of given.jobs) {
    if (expectMs === null) {
      return { begins: from, ends: null, problem: { kind: 'noExpectation', upgrades: [] } };
    }
    jobs.push({ expectMs, claims: claimsOf(frozen, wave, target) });
  }
  const { openings } = frozen.rules;
  const span = scheduleWave({
    jobs,
    places: placesOfWave(wave, frozen).most,
    slowStart: wave.slowStart,
    fit: (expectMs, atMs) => fit(openings, expectMs, addMs(from, atMs)),
    msUntil: (instant) => msBetween(from, instant),
  });
  if (span === null) {
    return { begins: from, ends: null, problem: { kind: 'noOpening', wave: wave.name } };
  }
  const { firstStartMs, lastEndMs } = span;
  return { begins: addMs(from, firstStartMs), ends: addMs(from, lastEndMs), problem: null };
}

// Two targets of one instance never run together, and of one label's value only so many.
function claimsOf(frozen: FrozenPlan, wave: FrozenWave, target: FrozenTarget): Job['claims'] {
  const claims = [{ key: `instance ${target.instanceId}`, max: 1 }];
  for (const limit of wave.concurrencyBy) {
    const value = limitedValue(limit, target, frozen.upgrades);
    if (value !== null) claims.push({ key: `label ${limit.label} ${value}`, max: limit.max });
  }
  return claims;
}

/** Every upgrade that lacks an expectation at once, not just the first one met. */
function allSilent(frozen: FrozenPlan, problem: ForecastProblem | null): ForecastProblem | null {
  if (problem?.kind !== 'noExpectation') return problem;
  const silent = frozen.waves
    .flatMap((wave) => jobsOf(frozen, wave))
    .filter(({ expectMs }) => expectMs === null)
    .map(({ target }) => target.upgrade);
  return { kind: 'noExpectation', upgrades: [...new Set(silent)] };
}
