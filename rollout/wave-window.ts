import { durationsOf, expectedMs, followedMs, learnFrom, plannedMs, soonestMs } from './expected';
import type { Rules } from './frozen-plan';
import { fit, type Fit } from './openings';
import { FAMILIES, type FamilyName, type Target } from './upgrade';
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
    const answer = fit(openings, expectedOf(state, upgrade), now);
    answers.set(upgrade, answer);
    return answer;
  };
}

const ALWAYS: Fit = { fits: true, notAfter: null };

function expectedOf(state: WaveState, name: string): number | null {
  const upgrade = state.upgrades[name];
  if (upgrade === undefined) throw new Error(`the plan has no upgrade ${name}`);
  const { family } = upgrade;
  const learnedMs = state.terms.learned[family] ?? state.rules.learned[family] ?? null;
  return expectedMs({ expectMs: plannedMs(upgrade), endedMs: endedMs(state, family), learnedMs });
}

function endedMs({ targets, upgrades }: WaveState, family: FamilyName): readonly number[] {
  const own = targets.filter(({ target }) => upgrades[target.upgrade]?.family === family);
  return own.flatMap(({ attempts }) => durationsOf(attempts));
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
