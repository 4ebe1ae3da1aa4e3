import type { Bake, BakeLimit } from './frozen-plan';
import { addMs, isBefore, msBetween } from './instants';
import type { Verdict } from './status';

/** What one check, or one look (all checks once), came to. */
export interface Finding {
  readonly verdict: Verdict;
  /** Why, for a person. Holds no more of an address than scheme and host. */
  readonly words: string;
}

/** How far watching health after one wave has come. Small plain JSON: the rollout carries it. */
export interface BakeState {
  readonly startedAt: string;
  readonly looks: number;
  readonly unhealthy: number;
  readonly inconclusive: number;
  /** When the last look was done; null before the first. */
  readonly lastLookAt: string | null;
  /** Of the last look that was not healthy; empty while there is none. */
  readonly words: string;
}

/** What a bake asks for now. */
export type BakeStep =
  | { readonly do: 'look' }
  | { readonly do: 'wait'; readonly until: string; readonly words: string }
  | {
      readonly do: 'end';
      readonly verdict: Verdict;
      readonly words: string;
      readonly then: 'goOn' | BakeLimit['then'];
    };

/** The bake of a wave that has just ended. */
export function beginBake(now: string): BakeState {
  return {
    startedAt: now,
    looks: 0,
    unhealthy: 0,
    inconclusive: 0,
    lastLookAt: null,
    words: '',
  };
}

/** After a look that was done at `now`. */
export function looked(state: BakeState, { verdict, words }: Finding, now: string): BakeState {
  const count = (kind: Verdict) => (verdict === kind ? 1 : 0);
  return {
    ...state,
    looks: state.looks + 1,
    unhealthy: state.unhealthy + count('unhealthy'),
    inconclusive: state.inconclusive + count('inconclusive'),
    lastLookAt: now,
    words: verdict === 'healthy' ? state.words : words,
  };
}

/**
 * A first look at the beginning, one every `everyMs` from then on (those that nobody could make in
 * time are left out, not made up for), a last one at the end of `forMs`. It ends early with the look
 * that is one more than a limit allows. Looks of a kind are counted over the whole bake, not in a
 * row: a service that comes and goes must not pass for having come back between two looks. At the
 * end it is healthy only if at least one look was. Without checks the time alone passes.
 */
export function nextOfBake(bake: Bake, state: BakeState, now: string): BakeStep {
  const { checks, forMs } = bake;
  const verdict = verdictOf(bake, state, now);
  if (verdict !== null) return ended(bake, state, verdict);
  const endsAt = addMs(state.startedAt, forMs);
  const until = checks.length === 0 ? endsAt : nextLookAt(bake, state);
  if (!isBefore(now, until)) return { do: 'look' };
  return { do: 'wait', until, words: tally(state) };
}

/** All checks of one look together: as bad as the worst, in the words of the worst. */
export function oneLook(findings: readonly Finding[]): Finding {
  const of = (verdict: Verdict) => findings.filter((each) => each.verdict === verdict);
  const verdict = WORST_FIRST.find((each) => of(each).length > 0) ?? 'healthy';
  const words = of(verdict).map((each) => each.words);
  const more = words.length > MOST_WORDS ? `; and ${words.length - MOST_WORDS} more` : '';
  return { verdict, words: `${words.slice(0, MOST_WORDS).join('; ')}${more}` };
}

/** A look that no worker could make, or finish. */
export function lostLook(words: string): Finding {
  return { verdict: 'inconclusive', words: `the look could not be made: ${words}` };
}

const WORST_FIRST: readonly Verdict[] = ['unhealthy', 'inconclusive', 'healthy'];

// Kept in the rollout's progress: who wants to know the rest looks there.
const MOST_WORDS = 3;

/** Null while it is not decided. */
function verdictOf(bake: Bake, state: BakeState, now: string): Verdict | null {
  const { unhealthy, inconclusive, looks, lastLookAt } = state;
  if (unhealthy > bake.unhealthy.limit) return 'unhealthy';
  if (inconclusive > bake.inconclusive.limit) return 'inconclusive';
  const endsAt = addMs(state.startedAt, bake.forMs);
  const seenUntil = bake.checks.length === 0 ? now : lastLookAt;
  if (seenUntil === null || isBefore(seenUntil, endsAt)) return null;
  if (looks === 0 || looks > unhealthy + inconclusive) return 'healthy';
  return unhealthy > 0 ? 'unhealthy' : 'inconclusive';
}

function ended(bake: Bake, state: BakeState, verdict: Verdict): BakeStep {
  const then = verdict === 'healthy' ? 'goOn' : bake[verdict].then;
  return { do: 'end', verdict, then, words: tally(state) };
}

/** From the beginning, not from the last look: looks that take long must not make them fewer. */
function nextLookAt({ forMs, everyMs }: Bake, { startedAt, lastLookAt }: BakeState): string {
  if (lastLookAt === null) return startedAt;
  const times = Math.floor(msBetween(startedAt, lastLookAt) / everyMs) + 1;
  return addMs(startedAt, Math.min(times * everyMs, forMs));
}

/** How many looks there were and how many of them bad, for a person. */
export function tally({ startedAt, looks, unhealthy, inconclusive, words }: BakeState): string {
  if (looks === 0) return `watched since ${startedAt}`;
  const many = looks === 1 ? '1 look' : `${looks} looks`;
  const bad = [
    ...(unhealthy > 0 ? [`${unhealthy} unhealthy`] : []),
    ...(inconclusive > 0 ? [`${inconclusive} inconclusive`] : []),
  ];
  return bad.length === 0 ? `${many}, all healthy` : `${many}, ${bad.join(', ')}: ${words}`;
}
