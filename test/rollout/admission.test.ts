import fc from 'fast-check';
import { admit, exhaustedIn, isHolding } from '../../rollout/admission';
import { isBefore } from '../../rollout/instants';
import type { TargetState, Terms, WaveState } from '../../rollout/wave-state';
import {
  aTarget,
  aWaveState,
  ended,
  inFlight,
  noLimits,
  noon,
  on,
  secondsAfterNoon,
  startsOf,
  waiting,
} from './wave-builder';

const soon = secondsAfterNoon(30);
const later = secondsAfterNoon(300);

/** The terms are put in by hand: an abort would end the targets that wait. */
function given(targets: readonly TargetState[], terms: Partial<Terms> = {}): WaveState {
  const state = aWaveState({ concurrency: 2, budget: { ...noLimits, failed: 0 } });
  return { ...state, targets, terms: { ...state.terms, ...terms } };
}

const proxyOf = (instanceId: string, proxyId: string, changes: Partial<TargetState> = {}) => ({
  ...waiting(instanceId, changes),
  target: aTarget(instanceId, { proxyId }),
});

test.each([
  {
    name: 'all waiting -> as many as there are places, in plan order',
    targets: [waiting('a'), waiting('b'), waiting('c')],
    start: [0, 1],
    wait: { reason: 'inFlight', until: null, words: 'all 2 places are taken' },
  },
  {
    name: 'one in flight -> one place',
    targets: [ended('a', 'succeeded'), inFlight('b'), waiting('c'), waiting('d')],
    start: [2],
    wait: { reason: 'inFlight', until: null, words: 'all 2 places are taken' },
  },
  {
    name: 'all places taken -> only an end of one changes that, no instant',
    targets: [inFlight('a'), inFlight('b'), waiting('c', { notBefore: soon })],
    start: [],
    wait: { reason: 'inFlight', until: null, words: 'all 2 places are taken' },
  },
  {
    name: 'nothing left to start -> the ones in flight',
    targets: [ended('a', 'succeeded'), inFlight('b')],
    start: [],
    wait: { reason: 'inFlight', until: null, words: 'the last attempts are in flight' },
  },
  {
    name: 'all ended -> nothing to wait for',
    targets: [ended('a', 'succeeded'), ended('b', 'skipped')],
    start: [],
    wait: null,
  },
  {
    name: 'a retry not due -> its place goes to the next',
    targets: [
      waiting('a', { notBefore: soon, waitsFor: 'refusedForNow' }),
      waiting('b'),
      waiting('c'),
    ],
    start: [1, 2],
    wait: { reason: 'inFlight', until: null, words: 'all 2 places are taken' },
  },
  {
    name: 'retries not due and a free place -> until the first of them',
    targets: [
      waiting('a', { notBefore: later, waitsFor: 'busy' }),
      waiting('b', { notBefore: soon, waitsFor: 'jobFailed' }),
      waiting('c', { notBefore: later, waitsFor: 'refusedForNow' }),
      inFlight('d'),
    ],
    start: [],
    wait: {
      reason: 'retry',
      until: soon,
      words: `2 targets wait for a retry, 1 target waits until no longer busy, the next at ${soon}`,
    },
  },
  {
    name: 'busy ones only -> busy',
    targets: [waiting('a', { notBefore: soon, waitsFor: 'busy' })],
    start: [],
    wait: {
      reason: 'busy',
      until: soon,
      words: `1 target waits until no longer busy, the next at ${soon}`,
    },
  },
  {
    name: 'no access -> cloudAccess',
    targets: [waiting('a', { notBefore: soon, waitsFor: 'cloudAccess' })],
    start: [],
    wait: {
      reason: 'cloudAccess',
      until: soon,
      words: `1 target waits for access to the cloud, the next at ${soon}`,
    },
  },
  {
    name: 'notBefore is now -> starts',
    targets: [waiting('a', { notBefore: noon, waitsFor: 'busy' })],
    start: [0],
    wait: { reason: 'inFlight', until: null, words: 'the last attempts are in flight' },
  },
  {
    name: 'two proxies of one instance -> the first only',
    targets: [proxyOf('a', 'p1'), proxyOf('a', 'p2')],
    start: [0],
    wait: {
      reason: 'inFlight',
      until: null,
      words: 'others of the same instance, label or cloud are in flight',
    },
  },
  {
    name: 'a proxy in flight -> its sibling gives its place to the next instance',
    targets: [inFlight('a'), proxyOf('a', 'p2'), waiting('b')],
    start: [2],
    wait: { reason: 'inFlight', until: null, words: 'all 2 places are taken' },
  },
  {
    name: 'a sibling not due while the instance is taken -> its instant changes nothing',
    targets: [proxyOf('a', 'p1', { notBefore: soon, waitsFor: 'busy' }), proxyOf('a', 'p2')],
    start: [1],
    wait: {
      reason: 'inFlight',
      until: null,
      words: 'others of the same instance, label or cloud are in flight',
    },
  },
])('$name', ({ targets, start, wait }) => {
  const state = given(targets);

  expect(admit(state, noon).wait).toEqual(wait);
  expect(startsOf(state, noon)).toEqual(start);
});

const one = [waiting('a')];
test.each([
  {
    name: 'paused -> nothing',
    targets: one,
    changes: { paused: true },
    reason: 'paused',
    words: 'paused',
  },
  {
    name: 'paused with one in flight -> it goes on',
    targets: [...one, inFlight('b')],
    changes: { paused: true },
    reason: 'paused',
    words: 'paused, attempts in flight go on to their end',
  },
  {
    name: 'aborting and paused -> aborting',
    targets: one,
    changes: { paused: true, aborting: true },
    reason: 'aborting',
    words: 'the rollout is being aborted',
  },
  {
    name: 'budget of the wave exceeded -> nothing',
    targets: [...one, ended('b', 'failed')],
    changes: {},
    reason: 'budgetExhausted',
    words: "the wave's budget is exhausted, 1 failed and at most 0 allowed",
  },
  {
    name: 'budget of the rollout exceeded -> nothing',
    targets: [...one, ended('b', 'unknown')],
    changes: { rolloutBudget: { ...noLimits, unknown: 0 } },
    reason: 'budgetExhausted',
    words: "the rollout's budget is exhausted, 1 unknown and at most 0 allowed",
  },
])('$name', ({ targets, changes, reason, words }) => {
  const state = given(targets, changes);

  const wait = { reason, until: null, words };
  expect(admit(state, noon)).toEqual({ start: [], wait, wants: 0 });
  expect(isHolding(state)).toBe(true);
});

test('budget reached, not exceeded -> goes on', () => {
  const state = given([...one, ended('b', 'unknown')], {
    rolloutBudget: { ...noLimits, unknown: 1 },
  });

  expect(startsOf(state, noon)).toEqual([0]);
  expect(isHolding(state)).toBe(false);
  expect(exhaustedIn(state)).toBeNull();
});

test('one place -> words for one', () => {
  const state = given([inFlight('a'), waiting('b')]);

  const { wait } = admit(on(state, { granted: 1 }), noon);

  expect(wait?.words).toBe('the only place is taken');
});

const instances = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const anyTarget: fc.Arbitrary<TargetState> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .record({ id: instances, after: fc.option(fc.integer({ min: -60, max: 60 })) })
      .map(({ id, after }) =>
        waiting(id, {
          notBefore: after === null ? null : secondsAfterNoon(after),
          waitsFor: after === null ? null : 'busy',
        }),
      ),
  },
  { weight: 1, arbitrary: instances.map((id) => ended(id, 'failed')) },
);
/** At most one in flight of each instance, as admission itself leaves it. */
const anyWave = fc
  .record({
    flying: fc.uniqueArray(instances, { maxLength: 3 }),
    rest: fc.array(anyTarget, { maxLength: 20 }),
    concurrency: fc.integer({ min: 1, max: 6 }),
    failedAtMost: fc.option(fc.integer({ min: 0, max: 3 })),
    paused: fc.boolean(),
  })
  .map(({ flying, rest, concurrency, failedAtMost, paused }) => {
    const budget = { ...noLimits, failed: failedAtMost };
    const state = aWaveState({ concurrency: Math.max(concurrency, flying.length), budget });
    return on({ ...state, targets: [...flying.map(inFlight), ...rest] }, { paused });
  });

test('never above concurrency, never two of an instance, in plan order, none before its time', () => {
  fc.assert(
    fc.property(anyWave, (state) => {
      const start = startsOf(state, noon);
      const begun = start.map((index) => state.targets[index]);
      const flying = [...state.targets.filter(({ status }) => status === 'inFlight'), ...begun];
      const taken = flying.map((each) => each?.target.instanceId);

      expect(flying.length).toBeLessThanOrEqual(state.terms.granted);
      expect(new Set(taken).size).toBe(taken.length);
      expect(start).toEqual([...start].sort((a, b) => a - b));
      expect(begun.every((each) => each?.status === 'waiting')).toBe(true);
      expect(begun.some((each) => each?.notBefore && isBefore(noon, each.notBefore))).toBe(false);
    }),
  );
});

test('nothing while it holds; otherwise a free place is never left to a target that could start', () => {
  fc.assert(
    fc.property(anyWave, (state) => {
      const start = startsOf(state, noon);
      const flying = state.targets.filter(({ status }) => status === 'inFlight');
      const taken = new Set(
        [...flying, ...start.map((index) => state.targets[index])].map(
          (each) => each?.target.instanceId,
        ),
      );
      const couldStart = state.targets.filter(
        ({ status, notBefore, target }) =>
          status === 'waiting' &&
          !taken.has(target.instanceId) &&
          !(notBefore && isBefore(noon, notBefore)),
      );

      if (isHolding(state)) expect(start).toEqual([]);
      else if (flying.length + start.length < state.terms.granted) expect(couldStart).toEqual([]);
    }),
  );
});

test('until is the first instant at which something starts', () => {
  fc.assert(
    fc.property(anyWave, (state) => {
      const first = admit(state, noon);
      fc.pre(first.start.length === 0 && first.wait !== null);
      const until = first.wait?.until ?? null;
      const before =
        until === null ? secondsAfterNoon(86_400) : new Date(Date.parse(until) - 1).toISOString();

      expect(startsOf(state, before)).toEqual([]);
      if (until !== null) expect(startsOf(state, until)).not.toEqual([]);
    }),
  );
});
