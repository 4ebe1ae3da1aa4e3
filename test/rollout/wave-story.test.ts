import fc from 'fast-check';
import { admit } from '../../rollout/admission';
import { countsOf } from '../../rollout/counts';
import { addMs } from '../../rollout/instants';
import { BUDGETED, type AttemptResult } from '../../rollout/outcome';
import { acknowledge } from '../../rollout/budget';
import { attemptEnded, attemptStarted, isDone } from '../../rollout/wave';
import type { WaveState } from '../../rollout/wave-state';
import {
  aResult,
  aTarget,
  aWaveState,
  noon,
  on,
  rules,
  sent,
  startsOf,
  unsent,
} from './wave-builder';

/** Whole waves with random answers, acts and delays, against the rules that always hold. */

const results: readonly AttemptResult[] = [
  sent('succeeded', 'upgraded'),
  sent('succeeded', 'reconciled'),
  unsent('upToDate', 'alreadyThere'),
  sent('rejected', 'refusedForNow'),
  sent('rejected', 'refusedForGood'),
  sent('failed', 'jobFailed'),
  sent('unknown', 'notReconciled'),
  sent('advanced', 'stepDone'),
  unsent('notSubmitted', 'busy'),
  unsent('notSubmitted', 'notSent'),
  unsent('notSubmitted', 'heldBack'),
  unsent('notSubmitted', 'cloudAccess'),
  sent('notSubmitted', 'requestLost'),
];

type Step =
  | { readonly do: 'start' | 'pause' | 'resume' | 'abort' }
  | { readonly do: 'end'; readonly which: number; readonly result: AttemptResult }
  | { readonly do: 'pass'; readonly ms: number };

const end = fc.record({
  do: fc.constant('end' as const),
  which: fc.nat(9),
  result: fc.constantFrom(...results),
});
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Step>({ do: 'start' }) },
  { weight: 8, arbitrary: end },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.nat(900_000) }) },
  { weight: 1, arbitrary: fc.constantFrom<Step>({ do: 'pause' }, { do: 'resume' }) },
);

const limit = fc.option(fc.nat(2));
const budget = fc.record({
  rejected: limit,
  failed: limit,
  unknown: limit,
  strict: fc.boolean(),
});
const retries = fc.record({ retries: fc.nat(3), afterMs: fc.nat(600_000) });
const anyWave = fc
  .record({
    instances: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 12 }),
    concurrency: fc.integer({ min: 1, max: 4 }),
    budget,
    rolloutBudget: budget,
    rejected: retries,
    failed: retries,
    waitForMs: fc.nat(600_000),
  })
  .map(({ instances, concurrency, rejected, failed, waitForMs, ...budgets }) => {
    const targets = instances.map((id, at) => aTarget(id, { proxyId: `p${at}` }));
    const own = {
      ...rules,
      recovery: { ...rules.recovery, rejected, failed },
      busy: { waitForMs },
    };
    const terms = { rolloutBudget: budgets.rolloutBudget };
    return aWaveState({ targets, concurrency, budget: budgets.budget }, { rules: own, terms });
  });

interface Story {
  readonly state: WaveState;
  readonly now: string;
}

function flyingIn({ targets }: WaveState): number[] {
  return targets.flatMap(({ status }, index) => (status === 'inFlight' ? [index] : []));
}

function take({ state, now }: Story, step: Step): Story {
  switch (step.do) {
    case 'start': {
      const start = startsOf(state, now);
      return { state: start.reduce((wave, index) => attemptStarted(wave, index, now), state), now };
    }
    case 'end': {
      const flying = flyingIn(state);
      const index = flying[step.which % Math.max(1, flying.length)];
      return {
        state: index === undefined ? state : attemptEnded(state, index, step.result, now),
        now,
      };
    }
    case 'pass':
      return { state, now: addMs(now, step.ms) };
    case 'pause':
      return { state: on(state, { paused: true }), now };
    case 'resume':
      return { state: resumed(state), now };
    case 'abort':
      return { state: on(state, { aborting: true }, now), now };
  }
}

/** As the rollout does it: ends a pause, or else accepts what is used. */
function resumed(state: WaveState): WaveState {
  const { paused, budget, rolloutBudget } = state.terms;
  if (paused) return on(state, { paused: false });
  const used = countsOf(state.targets);
  return on(state, {
    budget: acknowledge(budget, used),
    rolloutBudget: acknowledge(rolloutBudget, used),
  });
}

/** Which of the rules that must hold after every step were broken by this one. */
function broken(before: WaveState, after: WaveState, step: Step): string[] {
  const { total, ...counts } = countsOf(after.targets);
  const sum = Object.values(counts).reduce((some, count) => some + count, 0);
  const flying = flyingIn(after).map((index) => after.targets[index]?.target.instanceId);
  const { paused, aborting, granted } = before.terms;
  const held = paused || aborting || BUDGETED.some((kind) => exceeds(before, kind));
  const rules: Record<string, boolean> = {
    'counts sum up to the total': sum === total && total === before.targets.length,
    'never above concurrency': flying.length <= granted,
    'never two of one instance': new Set(flying).size === flying.length,
    'nothing starts while held':
      step.do !== 'start' || !held || flying.length === flyingIn(before).length,
    // So there is no attempt after the end, and none after an unknown.
    'an end is for ever': before.targets.every(
      (was, at) => was.status !== 'ended' || after.targets[at] === was,
    ),
    'ended means an outcome': after.targets.every(
      ({ status, end: own, endedAt }) =>
        (status === 'ended') === (own !== null) && (own === null) === (endedAt === null),
    ),
    'unknown ends it': after.targets.every(
      ({ attempts, end: own }) =>
        own?.outcome === 'unknown' || !attempts.some(({ result }) => result === 'unknown'),
    ),
  };
  return Object.keys(rules).filter((rule) => !rules[rule]);
}

function exceeds({ terms, targets }: WaveState, kind: (typeof BUDGETED)[number]) {
  const used = countsOf(targets)[kind];
  return [terms.budget[kind], terms.rolloutBudget[kind]].some(
    (most) => most !== null && used > most,
  );
}

function expectRules(before: WaveState, after: WaveState, step: Step): void {
  const rules = broken(before, after, step);
  // One `expect` for each of a hundred thousand steps would take a minute.
  if (rules.length > 0) throw new Error(`${step.do}: ${rules.join(', ')}`);
}

function tell(state: WaveState, steps: readonly Step[]): Story {
  let story: Story = { state, now: noon };
  for (const step of steps) {
    const next = take(story, step);
    expectRules(story.state, next.state, step);
    story = next;
  }
  return story;
}

/** Goes on as a wave workflow does, with one and the same answer to every attempt. */
function goOn(
  story: Story,
  result: AttemptResult,
): { readonly story: Story; readonly rounds: number } {
  let rounds = 0;
  let at = story;
  for (; !isDone(at.state) && rounds < ROUNDS_AT_MOST; rounds += 1) {
    const { start, wait } = admit(at.state, at.now);
    const steps: Step[] = [{ do: 'start' }];
    for (let count = flyingIn(at.state).length + start.length; count > 0; count -= 1) {
      steps.push({ do: 'end', which: 0, result });
    }
    if (wait?.until) steps.push({ do: 'pass', ms: Date.parse(wait.until) - Date.parse(at.now) });
    if (wait?.reason === 'paused' || wait?.reason === 'budgetExhausted')
      steps.push({ do: 'resume' });
    for (const step of steps) {
      const next = take(at, step);
      expectRules(at.state, next.state, step);
      at = next;
    }
  }
  return { story: at, rounds };
}

const ROUNDS_AT_MOST = 1_000;
const endless = results.filter(({ reason }) => reason !== 'heldBack' && reason !== 'cloudAccess');

test('whatever happens, the rules hold; whatever is answered from then on, the wave ends', () => {
  fc.assert(
    fc.property(
      anyWave,
      fc.array(anyStep, { maxLength: 60 }),
      fc.constantFrom(...endless),
      (state, steps, answer) => {
        const { story } = goOn(tell(state, steps), answer);

        expect(isDone(story.state)).toBe(true);
        expect(story.state.targets.every((each) => each.end !== null)).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});

test('retries are never more than the plan allows', () => {
  fc.assert(
    fc.property(
      anyWave,
      fc.array(anyStep, { maxLength: 60 }),
      fc.constantFrom(...endless),
      (state, steps, answer) => {
        const { targets, rules: own } = goOn(tell(state, steps), answer).story.state;

        for (const { attempts } of targets) {
          const count = (kind: string) => attempts.filter(({ result }) => result === kind).length;
          expect(count('rejected')).toBeLessThanOrEqual(own.recovery.rejected.retries + 1);
          expect(count('failed')).toBeLessThanOrEqual(own.recovery.failed.retries + 1);
          expect(count('unknown')).toBeLessThanOrEqual(1);
        }
      },
    ),
  );
});

test('after an abort nothing starts, and the wave ends with the attempts in flight', () => {
  fc.assert(
    fc.property(
      anyWave,
      fc.array(anyStep, { maxLength: 40 }),
      fc.array(fc.constantFrom(...results), { minLength: 4, maxLength: 4 }),
      (state, steps, answers) => {
        const aborted = take(tell(state, steps), { do: 'abort' });
        const flying = flyingIn(aborted.state);

        const after = tell(aborted.state, [
          { do: 'resume' },
          { do: 'start' },
          ...answers.map((result): Step => ({ do: 'end', which: 0, result })),
          { do: 'start' },
        ]);

        expect(isDone(after.state)).toBe(true);
        expect(flyingIn(take({ ...aborted }, { do: 'start' }).state)).toEqual(flying);
      },
    ),
  );
});

test('an outcome says what the attempts did', () => {
  fc.assert(
    fc.property(
      anyWave,
      fc.array(anyStep, { maxLength: 80 }),
      fc.boolean(),
      fc.constantFrom(...endless),
      (state, steps, aborted, answer) => {
        const told = tell(state, steps);
        const { story } = goOn(aborted ? take(told, { do: 'abort' }) : told, answer);

        for (const { end: own, attempts } of story.state.targets) {
          const had = (...kinds: string[]) => attempts.some(({ result }) => kinds.includes(result));
          if (own?.outcome === 'skipped') expect(had('failed', 'advanced', 'unknown')).toBe(false);
          if (own?.outcome === 'rejected') expect(had('failed', 'advanced', 'unknown')).toBe(false);
          if (own?.outcome === 'failed') expect(had('failed', 'advanced')).toBe(true);
          if (own?.outcome === 'succeeded') {
            expect(attempts.some(({ submittedAt }) => submittedAt !== null)).toBe(true);
          }
          if (own?.outcome === 'upToDate') expect(had('upToDate')).toBe(true);
        }
      },
    ),
    { numRuns: 200 },
  );
});

test('the same answers at the same instants give the same wave', () => {
  fc.assert(
    fc.property(anyWave, fc.array(anyStep, { maxLength: 40 }), (state, steps) => {
      expect(tell(structuredClone(state), steps)).toEqual(tell(state, steps));
    }),
    { numRuns: 50 },
  );
});

test('no access to the cloud for many hours: the wave waits, small and unharmed', () => {
  const noAccess = aResult({ result: 'notSubmitted', reason: 'cloudAccess' });

  const { story } = goOn({ state: aWaveState(), now: noon }, noAccess);

  expect(story.state.targets.map(({ attempts }) => attempts.length)).toEqual([1, 1, 1, 1]);
  expect(countsOf(story.state.targets)).toMatchObject({ pending: 4 });
});
