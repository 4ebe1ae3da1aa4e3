import { exhaustion, type Exhaustion } from './budget';
import { countsOf } from './counts';
import { earliest, isBefore } from './instants';
import type { Counts, Wait } from './outcome';
import type { TargetState, WaveState } from './wave-state';

/** What may begin now. */
export interface Admission {
  /** Indexes of the targets whose attempts may start, in plan order. */
  readonly start: readonly number[];
  /** What the wave waits for once those are started; null when every target has ended. */
  readonly wait: Wait | null;
}

/**
 * Decides which targets may start an attempt right now. Never above the wave's concurrency, never
 * two targets of one instance together, nothing while paused, aborting or out of budget. A target
 * that may not start yet gives its place to the next in plan order.
 */
export function admit(state: WaveState, now: string): Admission {
  const counts = countsOf(state.targets);
  if (counts.pending + counts.inFlight === 0) return { start: [], wait: null };

  const stop = stopped(state, counts);
  if (stop !== null) return { start: [], wait: stop };

  const { start, left } = choose(state, counts, now);
  const inFlight = counts.inFlight + start.length;
  return { start, wait: waiting(state.wave.concurrency, inFlight, left) };
}

/** The budget that is exhausted and that no person has accepted since; null if there is none. */
export function exhaustedIn(state: WaveState): Exhaustion | null {
  return spentIn(state, countsOf(state.targets));
}

/** True while nothing may be submitted: attempts that have not sent their request hold it back. */
export function isHolding(state: WaveState): boolean {
  return state.paused || state.aborting || exhaustedIn(state) !== null;
}

/** Targets that stay behind, by what keeps them. */
interface Left {
  /** Could start, if there were a place. */
  readonly ready: number;
  /** Another target of the instance is in flight. */
  readonly instanceTaken: number;
  /** Not before a later instant. */
  readonly later: readonly TargetState[];
}

function stopped(state: WaveState, counts: Counts): Wait | null {
  const rest = counts.inFlight > 0 ? ', attempts in flight go on to their end' : '';
  if (state.aborting) return wait('aborting', `the rollout is being aborted${rest}`);
  if (state.paused) return wait('paused', `paused${rest}`);
  const spent = spentIn(state, counts);
  return spent === null ? null : wait('budgetExhausted', `${spentWords(spent)}${rest}`);
}

/**
 * What the rollout must wait for before its next wave, when a budget was exhausted by the last
 * outcomes of this one; null when it may go on.
 */
export function waitAfter(state: WaveState): Wait | null {
  const spent = exhaustedIn(state);
  return spent === null ? null : wait('budgetExhausted', spentWords(spent));
}

function spentIn({ wave, rolloutBudget }: WaveState, counts: Counts): Exhaustion | null {
  return exhaustion({ counts, wave: wave.budget, rollout: rolloutBudget });
}

function choose(
  state: WaveState,
  counts: Counts,
  now: string,
): { readonly start: readonly number[]; readonly left: Left } {
  const places = state.wave.concurrency - counts.inFlight;
  const taken = new Set<string>();
  for (const { status, target } of state.targets) {
    if (status === 'inFlight') taken.add(target.instanceId);
  }

  const start: number[] = [];
  const later: TargetState[] = [];
  let ready = 0;
  let instanceTaken = 0;
  for (const [index, each] of state.targets.entries()) {
    if (each.status !== 'waiting') continue;
    if (taken.has(each.target.instanceId)) instanceTaken += 1;
    else if (each.notBefore !== null && isBefore(now, each.notBefore)) later.push(each);
    else if (start.length >= places) ready += 1;
    else {
      taken.add(each.target.instanceId);
      start.push(index);
    }
  }
  // Only now is it known whether a later target of the plan took the instance of an earlier one.
  const free = later.filter(({ target }) => !taken.has(target.instanceId));
  instanceTaken += later.length - free.length;
  return { start, left: { ready, instanceTaken, later: free } };
}

/**
 * Words without numbers that change with each attempt, where that can be: a wave tells its rollout
 * what it waits for whenever that changes.
 */
function waiting(concurrency: number, inFlight: number, left: Left): Wait {
  const { ready, instanceTaken, later } = left;
  if (ready + instanceTaken + later.length === 0) {
    return wait('inFlight', 'the last attempts are in flight');
  }
  // Without a place no instant changes anything; only the end of an attempt does.
  if (inFlight >= concurrency) {
    const places = concurrency === 1 ? 'the only place is' : `all ${concurrency} places are`;
    return wait('inFlight', `${places} taken`);
  }
  const until = earliest(...later.map(({ notBefore }) => notBefore));
  const next = later.find(({ notBefore }) => notBefore === until);
  if (until !== null && next !== undefined) {
    return { reason: kindOf(next), until, words: laterWords(later, until) };
  }
  return wait('inFlight', 'another target of the same instance is in flight');
}

const KINDS = ['retry', 'busy', 'cloudAccess'] as const;

function kindOf({ waitsFor }: TargetState): (typeof KINDS)[number] {
  return waitsFor === 'busy' || waitsFor === 'cloudAccess' ? waitsFor : 'retry';
}

function laterWords(later: readonly TargetState[], until: string): string {
  const parts: string[] = [];
  for (const kind of KINDS) {
    const count = later.filter((each) => kindOf(each) === kind).length;
    if (count > 0)
      parts.push(`${count === 1 ? '1 target waits' : `${count} targets wait`} ${KIND_WORDS[kind]}`);
  }
  return `${parts.join(', ')}, the next at ${until}`;
}

const KIND_WORDS = {
  retry: 'for a retry',
  busy: 'until no longer busy',
  cloudAccess: 'for access to the cloud',
} as const satisfies Record<(typeof KINDS)[number], string>;

function spentWords({ of, kind, used, limit }: Exhaustion): string {
  return `the ${of}'s budget is exhausted, ${used} ${kind} and at most ${limit} allowed`;
}

function wait(reason: Wait['reason'], words: string): Wait {
  return { reason, until: null, words };
}
