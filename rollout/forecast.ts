import type { FrozenPlan, FrozenTarget, FrozenWave, Gate } from './frozen-plan';
import { addMs, isBefore, msBetween } from './instants';
import { expectedMs } from './expected';
import {
  remainingMs,
  type Standing,
  type TargetLeft,
  type WaveStanding,
} from './forecast-standing';
import { scheduleWave, type Job } from './forecast-wave';
import { fit } from './openings';
import { placesOfWave } from './places';
import { limitedValue } from './waves';

/** When a plan's waves would begin and end if all goes well. Nothing here is a promise. */
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
 * The forecast of a rollout that begins at `now`, or goes on from where it stands then: each target
 * that is not there already takes what the plan expects (else what was learned of its family), as
 * many at once as the plan allows, one place filled as soon as one is freed; then come delays of
 * gates, and bakes. Retries, busy targets, pauses and a person's approval take no time in it.
 */
export function forecast(
  frozen: FrozenPlan,
  now: string,
  standing: Standing = NOTHING_BEGUN,
): Forecast {
  const waves: WaveForecast[] = [];
  let from: string | null = now;
  let problem: ForecastProblem | null = null;
  let approvals = 0;
  for (const wave of frozen.waves) {
    const { name, bake } = wave;
    const stands = standing.waves[name];
    const isOver = stands?.phase === 'done' || (standing.aborting && stands === undefined);
    const gate = stands || standing.approved.includes(name) ? null : wave.gate;
    if (gate?.kind === 'approval' && !isOver) approvals += 1;
    const jobs = isOver ? [] : jobsOf({ frozen, wave, standing, now });
    if (from === null || isOver) {
      waves.push({ name, begins: null, ends: null, upgrades: jobs.length });
      continue;
    }
    const isNext = waves.every((before) => standing.waves[before.name]);
    const begins: string = afterGate(gate, from, isNext ? standing.gateUntil : null);
    const told = spanOf({ frozen, wave, stands, jobs, from: begins });
    waves.push({ name, begins: told.begins, ends: told.ends, upgrades: jobs.length });
    problem = told.problem;
    from = told.ends;
    if (from === null || standing.aborting) continue;
    from = later(now, addMs(bakedFrom(stands, from), bake?.forMs ?? 0));
  }
  return { waves, endsAt: from, approvals, problem: allSilent(problem, { frozen, standing, now }) };
}

const NOTHING_BEGUN: Standing = {
  waves: {},
  gateUntil: null,
  approved: [],
  aborting: false,
  endedMs: {},
};

/** From when the health after a wave is watched. */
function bakedFrom(stands: WaveStanding | undefined, ends: string): string {
  return stands?.phase === 'baking' ? (stands.lastEndedAt ?? ends) : ends;
}

function later(a: string, b: string): string {
  return isBefore(a, b) ? b : a;
}

/** How long one upgrade of this target takes; null when neither plan nor experience says. */
function expectOf(
  frozen: FrozenPlan,
  target: FrozenTarget,
  ended: Standing['endedMs'],
): number | null {
  const upgrade = frozen.upgrades[target.upgrade];
  if (upgrade === undefined) return null;
  const { expectMs, family } = upgrade;
  const learnedMs = frozen.rules.learned[family] ?? null;
  return expectedMs({ expectMs, endedMs: ended[family] ?? [], learnedMs });
}

/** `until`: when a gate opens at which the rollout waits already; null: it is not there yet. */
function afterGate(gate: Gate | null, from: string, until: string | null): string {
  switch (gate?.kind) {
    case 'delay':
      return until ?? addMs(from, gate.forMs);
    case 'at':
      return isBefore(from, gate.instant) ? gate.instant : from;
    case 'approval':
    case undefined:
      return from;
  }
}

interface Planned extends TargetLeft {
  /** What is left of it, if it runs. */
  readonly expectMs: number | null;
}

interface Moment {
  readonly frozen: FrozenPlan;
  readonly standing: Standing;
  readonly now: string;
}

function jobsOf({ frozen, wave, standing, now }: Moment & { readonly wave: FrozenWave }) {
  const left: readonly TargetLeft[] =
    standing.waves[wave.name]?.left ??
    wave.targets.map((target) => ({ target, runningSince: null }));
  return left
    .filter(({ target, runningSince }) => {
      if (runningSince !== null) return true;
      // What is there already, or cannot be upgraded, ends with the first look.
      const endsAtOnce = target.standing === 'upToDate' || target.standing === 'notUpgradable';
      return !standing.aborting && !endsAtOnce;
    })
    .map(({ target, runningSince }): Planned => {
      const expectMs = expectOf(frozen, target, standing.endedMs);
      const isRunning = expectMs !== null && runningSince !== null;
      const leftMs = isRunning ? remainingMs(expectMs, runningSince, now) : expectMs;
      return { target, runningSince, expectMs: leftMs };
    });
}

function spanOf(given: {
  readonly frozen: FrozenPlan;
  readonly wave: FrozenWave;
  readonly stands: WaveStanding | undefined;
  readonly jobs: readonly Planned[];
  readonly from: string;
}): Pick<WaveForecast, 'begins' | 'ends'> & { readonly problem: ForecastProblem | null } {
  const { frozen, wave, stands, from } = given;
  const jobs: Job[] = [];
  const running: Job[] = [];
  for (const { target, expectMs, runningSince } of given.jobs) {
    if (expectMs === null) {
      return { begins: from, ends: null, problem: { kind: 'noExpectation', upgrades: [] } };
    }
    const list = runningSince === null ? jobs : running;
    list.push({ expectMs, claims: claimsOf(frozen, wave, target) });
  }
  const { openings } = frozen.rules;
  const span = scheduleWave({
    jobs,
    running,
    ended: stands?.ended ?? 0,
    places: placesOfWave(stands ?? wave, frozen).most,
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
function allSilent(problem: ForecastProblem | null, moment: Moment): ForecastProblem | null {
  if (problem?.kind !== 'noExpectation') return problem;
  const silent = moment.frozen.waves
    .flatMap((wave) => jobsOf({ ...moment, wave }))
    .filter(({ expectMs }) => expectMs === null)
    .map(({ target }) => target.upgrade);
  return { kind: 'noExpectation', upgrades: [...new Set(silent)] };
}
