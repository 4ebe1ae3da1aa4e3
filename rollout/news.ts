import { badEndsIn } from './bad-ends';
import { placesOf, type Admission } from './admission';
import { countsOf, endedOf } from './counts';
import type { BudgetLimits } from './frozen-plan';
import { msBetween } from './instants';
import { BUDGETED, type Budgeted, type Counts, type Wait } from './outcome';
import type { PartNews, WavePart } from './progress';
import type { WaveState } from './wave-state';

/** What a wave has to tell its rollout. */
export interface News {
  readonly news: PartNews;
  /** The places that it had been given by then. */
  readonly granted: number;
  /** Another text than last time: told at once. */
  readonly digest: string;
}

/**
 * Where a wave, or a part of one, stands: told at each whole percent of the wave and when what it
 * waits for changes. A part of several tells more, for the others stop by what it has used, and go
 * on with what it gives back: but each message costs its rollout four events, so outcomes that no
 * budget limits are told with the next percent, and of those that one limits the more of them at
 * once, the further off the limit is.
 */
export function newsOf(
  state: WaveState,
  { part }: Pick<WavePart, 'part'>,
  { wait, wants: wanted }: Pick<Admission, 'wait' | 'wants'>,
): News {
  const { terms, returned } = state;
  const counts = countsOf(state.targets);
  const percent = Math.floor((100 * endedOf(counts)) / Math.max(1, terms.ofWave));
  // One at least: a part that says that it needs nothing lets the next one begin.
  const most = terms.shares ? Math.max(1, terms.keep - placesOf(state)) : 0;
  const wants = Math.min(wanted, most);
  const shared = terms.shares ? [returned, ...nearnessOf(state, counts)] : [];
  const stop = wait !== null && STOPS.includes(wait.reason) ? wait.reason : null;
  const wave = state.wave.name;
  const badEnds = badEndsIn(wave, state.targets);
  return {
    news: { wave, part, counts, returned, wants, waitingFor: wait, badEnds },
    granted: terms.granted,
    digest: JSON.stringify([percent, stop, ...shared]),
  };
}

// The others come and go with each attempt.
const STOPS: readonly Wait['reason'][] = ['aborting', 'paused', 'budgetExhausted', 'window'];

/**
 * Whether news must be told, `told` being the last that were. `later`: nothing has changed
 * but what it waits for (see {@link waitDueMs}).
 */
export function isDue(told: News | null, next: News): 'now' | 'later' | 'no' {
  if (told === null || told.digest !== next.digest || asksAnew(told, next)) return 'now';
  const words = [told, next].map(({ news }) => JSON.stringify(news.waitingFor));
  return words[0] === words[1] ? 'no' : 'later';
}

/** A rollout knows that a part which wanted some places and got them wants so many less. */
function asksAnew(told: News, next: News): boolean {
  const known = Math.max(0, told.news.wants - (next.granted - told.granted));
  const { wants } = next.news;
  // A few too many do not matter: if there are any to be had, it gets them and gives them back.
  return wants > known || (known - wants >= FEW && (known - wants) * FEW > known);
}

const FEW = 8;

/** For each kind that a budget limits, how near that limit is. */
function nearnessOf({ terms }: WaveState, counts: Counts): readonly (number | null)[] {
  const { budget, rolloutBudget, elsewhere } = terms;
  return BUDGETED.map((kind) => {
    const room = Math.min(
      roomIn(kind, budget, counts[kind] + elsewhere.wave[kind]),
      roomIn(kind, rolloutBudget, counts[kind] + elsewhere.rollout[kind]),
    );
    return room === Infinity ? null : nearness(room);
  });
}

function roomIn(kind: Budgeted, limits: BudgetLimits, used: number): number {
  const limit = limits[kind];
  return limit === null ? Infinity : limit - used;
}

/** Each number for itself below ten and beyond the limit; above, a step for each tenth or so. */
function nearness(room: number): number {
  return room < 0 ? room : Math.ceil(STEPS_PER_DOUBLING * Math.log2(room + 1));
}

const STEPS_PER_DOUBLING = 8;

/**
 * How long a change of nothing but what it waits for stays untold, so that a wave whose targets wait
 * for one thing after the other cannot fill its rollout's history. The first `AT_ONCE` are told at
 * once; then one in a minute, and fewer in a wave that has run for long, which adds up to some 350
 * in a week. 0: it is time.
 */
export function waitDueMs(given: {
  readonly begunAt: string;
  readonly toldAt: string;
  readonly now: string;
  /** How many such changes were told before. */
  readonly times: number;
}): number {
  const { begunAt, toldAt, now, times } = given;
  if (times < AT_ONCE) return 0;
  const gapMs = Math.max(SHORTEST_GAP_MS, msBetween(begunAt, now) / GAPS_PER_AGE);
  return Math.max(0, Math.round(gapMs - msBetween(toldAt, now)));
}

const AT_ONCE = 50;
const SHORTEST_GAP_MS = 60_000;
const GAPS_PER_AGE = 50;
