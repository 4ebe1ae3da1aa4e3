import { admit, isHolding, type Admission, type Start } from './admission';
import { countsOf } from './counts';
import { isDue, newsOf, waitDueMs, type News } from './news';
import type { Action, AttemptResult, Counts } from './outcome';
import type { Rules } from './frozen-plan';
import type { PartNews } from './progress';
import { lockedAt, type SimulatedAttempt, type SimulatedAttempts } from './simulated-attempts';
import type { Engine, TargetOrder } from './simulation';
import {
  attemptEnded,
  attemptStarted,
  isCalled,
  isDone,
  needsPerson,
  newWave,
  retryTarget,
  settle,
  skipTarget,
  whyNotRetry,
  whyNotSkip,
  withTerms,
  type WaveBeginning,
} from './wave';
import type { TargetState, Terms, WaveState } from './wave-state';
import { learnedIn } from './wave-window';

/** A wave, or a part of one, that runs. */
export interface SimulatedPart {
  readonly terms: (terms: Terms) => void;
  /** Carries out a person's order; the words say why not. */
  readonly obey: (order: TargetOrder) => string | null;
  readonly has: (target: string) => boolean;
  readonly targets: () => readonly TargetState[];
}

export interface PartToBegin {
  readonly beginning: WaveBeginning;
  readonly part: number;
  /** Whether the rollout says that nothing may be submitted. */
  readonly isRolloutHolding: () => boolean;
  readonly news: (news: PartNews) => void;
  readonly acted: (action: Action) => void;
  /** A rule of the plan wants a person to look. */
  readonly stop: (words: string) => void;
  readonly ended: (result: { readonly counts: Counts; readonly learned: Rules['learned'] }) => void;
}

/** Does what the workflow `wave` does, with the same functions: admits, collects, queues again. */
export function simulatedPart(
  engine: Engine,
  attempts: SimulatedAttempts,
  given: PartToBegin,
): SimulatedPart {
  const { beginning, part, isRolloutHolding } = given;
  const wave = beginning.wave.name;
  const inFlight = new Map<number, SimulatedAttempt>();
  const ends: (TargetState['end'] | undefined)[] = [];
  let state = newWave(beginning, engine.now());
  let changes = 0;
  let wake = 0;
  let told: News | null = null;
  let toldAt = engine.now();
  const begunAt = toldAt;
  let times = 0;
  let held = false;
  let isOver = false;

  function become(next: WaveState): void {
    state = next;
    changes += 1;
  }

  /** Everything that follows from what has just happened. */
  function go(): void {
    if (isOver) return;
    wake += 1;
    while (true) {
      const settled = settle(state, engine.now());
      const isSame = settled.targets === state.targets;
      state = settled;
      if (!isSame) logEnds();
      if (isDone(state)) break;
      const seen = changes;
      const admission = admit(state, engine.now());
      admission.start.forEach(begin);
      tell(admission);
      // More has changed than what has begun: an instance was taken, its target waits.
      if (changes === seen + admission.start.length)
        return sleepUntil(admission.wait?.until ?? null);
    }
    isOver = true;
    given.ended({ counts: countsOf(state.targets), learned: learnedIn(state) });
  }

  function sleepUntil(instant: string | null): void {
    const mine = wake;
    if (instant === null) return;
    engine.at(instant, () => {
      if (mine === wake) go();
    });
  }

  function begin({ index, notAfter }: Start): void {
    const target = state.targets[index]?.target;
    if (target === undefined) return;
    become(attemptStarted(state, index, engine.now()));
    const attempt = attempts.begin({
      target,
      place: { wave, part, index },
      notAfter,
      isHolding: () => isRolloutHolding() || isHolding(state),
      ended: (result) => {
        inFlight.delete(index);
        end(index, result);
        go();
      },
    });
    if (attempt === null) end(index, lockedAt(engine.now()));
    else inFlight.set(index, attempt);
  }

  function end(index: number, result: AttemptResult): void {
    become(attemptEnded(state, index, result, engine.now()));
    const notBefore = state.targets[index]?.notBefore ?? null;
    const { result: what, reason } = result;
    engine.log({ kind: 'attemptEnded', wave, part, index, result: what, reason, notBefore });
    const words = needsPerson(state, index);
    if (words !== null) given.stop(words);
    logEnd(index);
  }

  function tell(admission: Pick<Admission, 'wait' | 'wants'>): void {
    const holding = isHolding(state);
    if (holding && !held) for (const attempt of inFlight.values()) attempt.hold();
    held = holding;
    const next = newsOf(state, { part }, admission);
    const now = engine.now();
    const due = isDue(told, next);
    // Here nobody reads what it waits for: news that may come later come with the next.
    if (due === 'no' || (due === 'later' && waitDueMs({ begunAt, toldAt, now, times }) > 0)) return;
    times += due === 'later' ? 1 : 0;
    toldAt = now;
    told = next;
    given.news(next.news);
  }

  function logEnds(): void {
    for (let index = 0; index < state.targets.length; index += 1) logEnd(index);
  }

  function logEnd(index: number): void {
    const end = state.targets[index]?.end ?? null;
    if (end === (ends[index] ?? null)) return;
    ends[index] = end;
    if (end === null) return;
    const { outcome, reason } = end;
    engine.log({ kind: 'ended', wave, part, index, outcome, reason });
  }

  const find = (name: string) => state.targets.findIndex(({ target }) => isCalled(target, name));

  function obey({ action, target: name }: TargetOrder): string | null {
    const index = find(name);
    const target = state.targets[index];
    if (target === undefined || isOver) return `no running wave has ${name}`;
    const isSkip = action === 'skipTarget';
    const why = isSkip ? whyNotSkip(target) : whyNotRetry(state, target, engine.now());
    if (why !== null) return why;
    const words = 'skipped by a person';
    become(isSkip ? skipTarget(state, index, words, engine.now()) : retryTarget(state, index));
    logEnd(index);
    const at = engine.now();
    const act = { action: isSkip ? 'skip' : 'retry', at, wave, target: name } as const;
    given.acted({ ...act, by: 'person', reason: words, change: null });
    engine.after(0, go);
    return null;
  }

  engine.log({ kind: 'begun', wave, part });
  logEnds();
  go();
  return {
    terms: (terms) => {
      if (isOver) return;
      become(withTerms(state, terms, engine.now()));
      if (terms.aborting) logEnds();
      go();
    },
    obey,
    has: (name) => find(name) !== -1,
    targets: () => state.targets,
  };
}
