import { exhaustionOf, spentWords, strictRoom, type Exhaustion } from './budget';
import { countsOf } from './counts';
import { stepOfSlowStart } from './slow-start';
import { earliest, isBefore } from './instants';
import type { Counts, Wait } from './outcome';
import { inOrder } from './lost-clouds';
import { resolvingAt } from './openings';
import { fitterOf, type Fitter } from './wave-window';
import type { TargetState, Used, WaveState } from './wave-state';
import { limitedValue } from './waves';

/** What may begin now. */
export interface Admission {
  readonly start: readonly Start[];
  /** What the wave waits for once those are started; null when every target has ended. */
  readonly wait: Wait | null;
  /** How many places more it could use at once. */
  readonly wants: number;
}

/** A target whose attempt may start, in the order of {@link inOrder}. */
export interface Start {
  readonly index: number;
  /** Its request must not be sent after this instant; null: whenever it gets there. */
  readonly notAfter: string | null;
}

/**
 * Decides which targets may start an attempt right now. Never above the places that the wave has,
 * the steps of a slow start, a label's limit or the room of a strict budget; never two targets of
 * one instance together; nothing outside a window, while paused, aborting or out of budget. A
 * target that may not start yet gives its place to the next.
 */
export function admit(state: WaveState, now: string): Admission {
  const counts = countsOf(state.targets);
  if (counts.pending + counts.inFlight === 0) return { start: [], wait: null, wants: 0 };

  const stop = stopped(state, counts);
  if (stop !== null) return { start: [], wait: stop, wants: 0 };

  const limit = limitNow(state, counts);
  const { start, left } = choose(state, { places: limit.attempts - counts.inFlight, now });
  const inFlight = counts.inFlight + start.length;
  const places = placesOf(state);
  return {
    start,
    wait: waiting({ inFlight, limit, left, shares: state.terms.shares }),
    wants: inFlight >= places ? Math.min(left.ready, limit.beyondPlaces - inFlight) : 0,
  };
}

/** The attempts that the wave may have in flight, as its places stand. */
export function placesOf({ terms, returned }: Pick<WaveState, 'terms' | 'returned'>): number {
  return terms.granted - returned;
}

/** The budget that is exhausted and that no person has accepted since; null if there is none. */
export function exhaustedIn(state: WaveState): Exhaustion | null {
  return spentIn(state, countsOf(state.targets));
}

/** True while nothing may be submitted: attempts that have not sent their request hold it back. */
export function isHolding(state: WaveState): boolean {
  return state.terms.paused || state.terms.aborting || exhaustedIn(state) !== null;
}

function stopped(state: WaveState, counts: Counts): Wait | null {
  const rest = counts.inFlight > 0 ? ', attempts in flight go on to their end' : '';
  if (state.terms.aborting) return wait('aborting', `the rollout is being aborted${rest}`);
  if (state.terms.paused) return wait('paused', `paused${rest}`);
  const spent = spentIn(state, counts);
  return spent === null ? null : wait('budgetExhausted', `${spentWords(spent)}${rest}`);
}

function spentIn({ terms }: WaveState, counts: Counts): Exhaustion | null {
  const { budget, rolloutBudget, elsewhere } = terms;
  return (
    exhaustionOf('wave', plus(counts, elsewhere.wave), budget) ??
    exhaustionOf('rollout', plus(counts, elsewhere.rollout), rolloutBudget)
  );
}

/** What bounds the attempts in flight, and how it is called. */
interface Limit {
  readonly attempts: number;
  /** As if there were places without end. */
  readonly beyondPlaces: number;
  readonly words: string;
}

function limitNow(state: WaveState, counts: Counts): Limit {
  const { budget, rolloutBudget, elsewhere } = state.terms;
  const { inFlight } = counts;
  const room = Math.min(
    strictRoom(plus(counts, elsewhere.wave), inFlight, budget),
    strictRoom(plus(counts, elsewhere.rollout), inFlight, rolloutBudget),
  );
  const strict = inFlight + room;
  const slow = state.wave.slowStart
    ? stepOfSlowStart(counts.succeeded + elsewhere.wave.succeeded)
    : Infinity;
  const places = placesOf(state);
  const beyondPlaces = Math.min(strict, slow);
  const attempts = Math.min(places, beyondPlaces);
  const { shares } = state.terms;
  return { attempts, beyondPlaces, words: limitWords({ attempts, places, strict, shares }) };
}

function limitWords(limit: {
  readonly attempts: number;
  readonly places: number;
  readonly strict: number;
  readonly shares: boolean;
}): string {
  const { attempts, places, strict, shares } = limit;
  if (attempts === places) {
    if (attempts === 0) return 'the other parts of the wave have all places';
    // How many they are changes with each that a part gets or gives back.
    if (shares) return 'all places of this part are taken';
    return attempts === 1 ? 'the only place is taken' : `all ${attempts} places are taken`;
  }
  return strict === attempts
    ? `the strict budget lets ${attempts} at once be in flight`
    : `a slow start: ${attempts} at once so far`;
}

/** Targets that stay behind, by what keeps them. */
interface Left {
  /** Could start, if there were a place. */
  readonly ready: number;
  /** Another target of the instance, or as many as allowed of its label, are in flight. */
  readonly taken: number;
  /** Not before a later instant. */
  readonly later: readonly Later[];
}

interface Later {
  readonly kind: Kind;
  readonly until: string | null;
}

/** Who stands in whose way: instances, and values of limited labels, with attempts in flight. */
function newClaims(state: WaveState) {
  const instances = new Set<string>();
  const labels = state.wave.concurrencyBy.map((limit) => ({
    max: limit.max,
    valueOf: ({ target }: TargetState) => limitedValue(limit, target, state.upgrades),
    claimed: new Map<string, number>(),
  }));
  const add = (each: TargetState) => {
    instances.add(each.target.instanceId);
    for (const { valueOf, claimed } of labels) {
      const value = valueOf(each);
      if (value !== null) claimed.set(value, (claimed.get(value) ?? 0) + 1);
    }
  };
  // Asked of every waiting target at every step of a wave: nothing is built for the answer.
  const isFree = (each: TargetState) =>
    !instances.has(each.target.instanceId) &&
    labels.every(({ valueOf, max, claimed }) => {
      const value = valueOf(each);
      return value === null || (claimed.get(value) ?? 0) < max;
    });
  for (const each of state.targets) if (each.status === 'inFlight') add(each);
  return { add, isFree };
}

interface Choice {
  readonly places: number;
  readonly now: string;
  /** Null: that of the plan. */
  readonly order?: readonly number[] | null;
}

function choose(
  state: WaveState,
  { places, now, order = null }: Choice,
): { readonly start: readonly Start[]; readonly left: Left } {
  const claims = newClaims(state);
  const fits: Fitter = fitterOf(state, now);
  const resolving = resolvingAt(state.rules.openings);
  // What is due is done before anything is admitted.
  const again = resolving !== null && isBefore(now, resolving) ? resolving : null;
  const start: Start[] = [];
  const later: (Later & { readonly of: TargetState })[] = [];
  let ready = 0;
  let taken = 0;
  let isInVain = false;
  for (let nth = 0; nth < state.targets.length; nth += 1) {
    const index = order?.[nth] ?? nth;
    const each = state.targets[index];
    if (each?.status !== 'waiting') continue;
    isInVain ||= each.waitsFor === 'cloudAccess';
    if (each.notBefore !== null && isBefore(now, each.notBefore)) {
      later.push({ of: each, kind: kindOf(each), until: each.notBefore });
      continue;
    }
    const fit = fits(each.target);
    if (!fit.fits) later.push({ of: each, kind: 'window', until: fit.until ?? again });
    else if (!claims.isFree(each)) taken += 1;
    else if (start.length >= places) ready += 1;
    else {
      claims.add(each);
      start.push({ index, notAfter: fit.notAfter });
    }
  }
  const better = isInVain && order === null ? inOrder(state) : null;
  if (better !== null) return choose(state, { places, now, order: better });
  // Only now is it known whether a later target of the plan took the instance of an earlier one.
  const free = later.filter(({ of }) => claims.isFree(of));
  taken += later.length - free.length;
  return { start, left: { ready, taken, later: free } };
}

/**
 * Words without numbers that change with each attempt, where that can be: a wave tells its rollout
 * what it waits for whenever that changes.
 */
function waiting(given: {
  readonly inFlight: number;
  readonly limit: Limit;
  readonly left: Left;
  readonly shares: boolean;
}): Wait {
  const { inFlight, limit, left, shares } = given;
  if (left.ready + left.taken + left.later.length === 0) {
    return wait('inFlight', 'the last attempts are in flight');
  }
  const until = earliest(...left.later.map((each) => each.until));
  const next = left.later.find((each) => each.until === until);
  // Without a place no instant changes anything, unless another part has one to give then.
  const asksLater = shares && left.ready === 0 && inFlight < limit.beyondPlaces;
  if (inFlight >= limit.attempts && !asksLater) {
    const mayGetPlaces = shares && limit.beyondPlaces > inFlight;
    return { ...wait('inFlight', limit.words), until: mayGetPlaces ? until : null };
  }
  if (next !== undefined) {
    return { reason: next.kind, until, words: laterWords(left.later, until) };
  }
  return wait('inFlight', 'others of the same instance, label or cloud are in flight');
}

const KINDS = ['retry', 'busy', 'cloudAccess', 'window'] as const;
type Kind = (typeof KINDS)[number];

function kindOf({ waitsFor }: TargetState): Kind {
  return waitsFor === 'busy' || waitsFor === 'cloudAccess' ? waitsFor : 'retry';
}

function laterWords(later: readonly Later[], until: string | null): string {
  const parts: string[] = [];
  for (const kind of KINDS) {
    const count = later.filter((each) => each.kind === kind).length;
    if (count > 0)
      parts.push(`${count === 1 ? '1 target waits' : `${count} targets wait`} ${KIND_WORDS[kind]}`);
  }
  return `${parts.join(', ')}, ${until === null ? 'none is known' : `the next at ${until}`}`;
}

const KIND_WORDS = {
  retry: 'for a retry',
  busy: 'until no longer busy',
  cloudAccess: 'for access to the cloud',
  window: 'for a window',
} as const satisfies Record<Kind, string>;

function plus(counts: Used, others: Used): Used {
  return {
    rejected: counts.rejected + others.rejected,
    failed: counts.failed + others.failed,
    unknown: counts.unknown + others.unknown,
    succeeded: counts.succeeded + others.succeeded,
  };
}

function wait(reason: Wait['reason'], words: string): Wait {
  return { reason, until: null, words };
}
