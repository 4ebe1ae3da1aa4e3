import { durationsOf, expectedMs, followedMs, learnFrom, plannedMs, soonestMs } from './expected';
import type { Openings, Rules } from './frozen-plan';
import { msBetween } from './instants';
import { fit, type Fit } from './openings';
import { FAMILIES, type FamilyName, type Target, type Upgrade } from './upgrade';
import type { WaveState } from './wave-state';

/** Says of a target whether an attempt at it fits into the window that is open now. */
export type Fitter = (target: Target) => Fit;

/** One answer for each of the plan's upgrades: a wave of 500 targets asks at every step. */
export function fitterOf(state: WaveState, now: string): Fitter {
  const { openings } = state.rules;
  if (openings === null) return () => ALWAYS;
  const answers = new Map<string, Fit>();
  return ({ upgrade }) => {
    const known = answers.get(upgrade);
    if (known !== undefined) return known;
    const answer = fit(openings, neededMs(state, openings, upgrade), now);
    answers.set(upgrade, answer);
    return answer;
  };
}

const ALWAYS: Fit = { fits: true, notAfter: null };

/**
 * As long as the plan says, else as was learned; null: nobody knows. What was learned holds the time in
 * which no worker ran as well: if it is longer than all openings, it would keep its targets out for ever.
 */
function neededMs(state: WaveState, { spans }: Openings, name: string): number | null {
  const upgrade = state.upgrades[name];
  if (upgrade === undefined) throw new Error(`the plan has no upgrade ${name}`);
  const saidMs = plannedMs(upgrade);
  if (saidMs !== null) return saidMs;
  const ms = learnedMs(state, upgrade);
  return ms !== null && spans.some(({ from, to }) => msBetween(from, to) >= ms) ? ms : null;
}

function learnedMs(state: WaveState, upgrade: Upgrade): number | null {
  if (isDelayed(upgrade)) return null;
  const { family } = upgrade;
  const beforeMs = state.terms.learned[family] ?? state.rules.learned[family] ?? null;
  return expectedMs({ expectMs: null, endedMs: endedMs(state, family), learnedMs: beforeMs });
}

function endedMs({ targets, upgrades }: WaveState, family: FamilyName): readonly number[] {
  const own = targets.filter(({ target }) => {
    const upgrade = upgrades[target.upgrade];
    return upgrade?.family === family && !isDelayed(upgrade);
  });
  return own.flatMap(({ attempts }) => durationsOf(attempts));
}

/** It begins in the instance's own maintenance window: how long that took says nothing of another one. */
function isDelayed(upgrade: Upgrade): boolean {
  return upgrade.family === 'taurusdb-instance' && upgrade.delay;
}

/** How long upgrades took in this wave, for the waves after it; families that say too little are left out. */
export function learnedIn(state: WaveState): Rules['learned'] {
  const learned: Partial<Record<FamilyName, number>> = {};
  for (const family of FAMILIES) {
    const ms = learnFrom(endedMs(state, family));
    if (ms !== null) learned[family] = ms;
  }
  return learned;
}

/** When an end of this upgrade may first be seen, by those of it that have ended in this wave. */
export function soonestEndMs(
  { targets }: Pick<WaveState, 'targets'>,
  upgrade: string,
): number | null {
  const own = targets.filter(({ target }) => target.upgrade === upgrade);
  return soonestMs(own.flatMap(({ attempts }) => followedMs(attempts)));
}
