import { admit } from '../../rollout/admission';
import { countsOf } from '../../rollout/counts';
import type { AttemptResult } from '../../rollout/outcome';
import {
  attemptEnded,
  attemptStarted,
  isDone,
  newWave,
  retryTarget,
  settle,
  skipTarget,
  whyNotRetry,
  whyNotSkip,
} from '../../rollout/wave';
import type { Terms, WaveState } from '../../rollout/wave-state';
import {
  aResult,
  aTarget,
  aWave,
  aWaveState,
  noLimits,
  noon,
  on,
  rules,
  secondsAfterNoon,
  someTerms,
  startsOf,
  upgrades,
} from './wave-builder';
import { timed } from '../support/timed';

const soon = secondsAfterNoon(60);
const succeeded = aResult();
const failed = aResult({ result: 'failed', reason: 'jobFailed', submittedAt: noon });
const refused = aResult({ result: 'rejected', reason: 'refusedForNow', submittedAt: noon });
const busy = aResult({ result: 'notSubmitted', reason: 'busy' });
const heldBack = aResult({ result: 'notSubmitted', reason: 'heldBack' });

/** One attempt of a target, from its start at noon to its end a minute later. */
function attempted(state: WaveState, index: number, result: AttemptResult): WaveState {
  return attemptEnded(attemptStarted(state, index, noon), index, result, soon);
}

test('new: everything waits, nothing has begun', () => {
  const state = aWaveState();

  expect(countsOf(state.targets)).toMatchObject({ total: 4, pending: 4 });
  expect(isDone(state)).toBe(false);
});

test('started: in flight, and the former state is as it was', () => {
  const before = aWaveState();

  const after = attemptStarted(before, 1, noon);

  expect(after.targets[1]).toMatchObject({ status: 'inFlight', startedAt: noon });
  expect(before).toEqual(aWaveState());
  expect(after.targets[0]).toBe(before.targets[0]);
});

test('ended well: it has its outcome', () => {
  const state = attempted(aWaveState(), 0, succeeded);

  expect(state.targets[0]).toMatchObject({
    status: 'ended',
    end: { outcome: 'succeeded', reason: 'upgraded', reasonText: 'text' },
    startedAt: noon,
    endedAt: soon,
    attempts: [{ ...succeeded, times: 1 }],
  });
});

test('refused for now: waits for its retry, and gives its place back', () => {
  const state = attempted(aWaveState(), 0, refused);

  expect(state.targets[0]).toMatchObject({
    status: 'waiting',
    notBefore: secondsAfterNoon(360),
    waitsFor: 'refusedForNow',
    waitWords: 'refused for now, retry 1 of 2',
    end: null,
    endedAt: null,
  });
  expect(startsOf(state, soon)).toEqual([1, 2]);
});

test('the retry begins: it waits for nothing, and keeps when it first began', () => {
  const state = attemptStarted(attempted(aWaveState(), 0, refused), 0, secondsAfterNoon(360));

  expect(state.targets[0]).toMatchObject({
    status: 'inFlight',
    notBefore: null,
    waitsFor: null,
    waitWords: null,
    startedAt: noon,
  });
});

test('busy again and again: one record, from the first start to the last end', () => {
  const first = { ...busy, startedAt: noon, endedAt: soon };
  const second = {
    ...busy,
    startedAt: soon,
    endedAt: secondsAfterNoon(90),
    reasonText: 'in backup',
  };

  const state = attempted(attempted(aWaveState(), 0, first), 0, second);

  expect(state.targets[0]?.attempts).toEqual([{ ...second, startedAt: noon, times: 2 }]);
  expect(state.targets[0]?.busySince).toBe(soon);
});

test.each([
  { name: 'another reason', results: [busy, heldBack] },
  { name: 'requests that were sent', results: [refused, refused] },
  {
    name: 'lost requests, each of which was sent',
    results: Array(2).fill(aResult({ result: 'notSubmitted', reason: 'requestLost' })),
  },
])('records stay apart: $name', ({ results }: { results: AttemptResult[] }) => {
  const state = results.reduce((wave, result) => attempted(wave, 0, result), aWaveState());

  expect(state.targets[0]?.attempts.map(({ times }) => times)).toEqual([1, 1]);
});

test('no longer busy: the next time counts anew', () => {
  const state = attempted(attempted(aWaveState(), 0, busy), 0, refused);

  expect(state.targets[0]?.busySince).toBeNull();
});

test('a page in an error message is cut', () => {
  const state = attempted(aWaveState(), 0, { ...failed, reasonText: 'x'.repeat(9_999) });

  expect(state.targets[0]?.attempts[0]?.reasonText).toHaveLength(500);
});

test('paused -> nothing starts; on the former terms -> as before', () => {
  const paused = on(aWaveState(), { paused: true });

  expect(startsOf(paused, noon)).toEqual([]);
  expect(on(paused, { paused: false })).toEqual({ ...aWaveState(), resumedAt: noon });
});

test('abort: waiting ones are skipped, those in flight go on to their end', () => {
  const flying = attemptStarted(aWaveState(), 0, noon);

  const aborted = on(flying, { aborting: true }, soon);

  expect(aborted.targets[0]).toEqual(flying.targets[0]);
  expect(aborted.targets.slice(1)).toEqual(
    flying.targets.slice(1).map((target) => ({
      ...target,
      status: 'ended',
      end: { outcome: 'skipped', reason: 'aborted', reasonText: 'the rollout was aborted' },
      endedAt: soon,
    })),
  );
  expect(isDone(aborted)).toBe(false);
  expect(isDone(attemptEnded(aborted, 0, succeeded, soon))).toBe(true);
});

test.each([
  { name: 'held back -> skipped', result: heldBack, expected: 'skipped' },
  { name: 'busy -> skipped', result: busy, expected: 'skipped' },
  { name: 'refused for now -> rejected', result: refused, expected: 'rejected' },
  { name: 'failed with a retry left -> failed', result: failed, expected: 'failed' },
  { name: 'succeeded -> succeeded', result: succeeded, expected: 'succeeded' },
])('in flight at an abort, $name, and nothing starts', ({ result, expected }) => {
  const aborted = on(attemptStarted(aWaveState(), 0, noon), { aborting: true });

  const state = attemptEnded(aborted, 0, result, soon);

  expect(state.targets[0]?.end?.outcome).toBe(expected);
  expect(isDone(state)).toBe(true);
  expect(admit(state, soon)).toEqual({ start: [], wait: null, wants: 0 });
});

test('an abort while it waits for a retry says what had happened', () => {
  const state = on(attempted(aWaveState(), 0, refused), { aborting: true }, soon);

  expect(state.targets[0]?.end).toEqual({
    outcome: 'rejected',
    reason: 'refusedForNow',
    reasonText: 'text; then the rollout was aborted',
  });
});

test('a wave without targets is done', () => {
  expect(isDone(aWaveState({ targets: [] }))).toBe(true);
});

test.each([
  { name: 'start what is in flight', act: (s: WaveState) => attemptStarted(s, 0, noon) },
  { name: 'start what has ended', act: (s: WaveState) => attemptStarted(s, 1, noon) },
  { name: 'start what is not there', act: (s: WaveState) => attemptStarted(s, 9, noon) },
  { name: 'end what waits', act: (s: WaveState) => attemptEnded(s, 2, succeeded, noon) },
  { name: 'end what has ended', act: (s: WaveState) => attemptEnded(s, 1, succeeded, noon) },
])('our mistake throws: $name', ({ act }) => {
  const state = attemptStarted(attempted(aWaveState(), 1, succeeded), 0, noon);

  expect(() => act(state)).toThrow(/^target \d of wave tenth is/);
});

test('500 targets: a whole wave decided in less than two seconds', () => {
  const targets = Array.from({ length: 500 }, (_, index) => aTarget(`instance-${index}`));
  let state = aWaveState({ targets, concurrency: 50 });

  const { seconds } = timed(() => {
    while (!isDone(state)) {
      for (const index of startsOf(state, noon)) state = attempted(state, index, succeeded);
    }
  });

  expect(countsOf(state.targets).succeeded).toBe(500);
  expect(seconds).toBeLessThan(2);
});

test('a wave aborted before it began -> all of it is skipped', () => {
  const terms = someTerms({ aborting: true });

  const state = newWave({ wave: aWave(), part: 1, rules, upgrades, terms, skips: [] }, noon);

  expect(state.targets.map(({ end }) => end?.reason)).toEqual(Array(4).fill('aborted'));
});

test('targets left out before it began -> skipped, with the words of who did it', () => {
  const skips = [{ target: 'b', words: 'skipped by kim: too busy' }];

  const state = newWave(
    { wave: aWave(), part: 1, rules, upgrades, terms: someTerms(), skips },
    noon,
  );

  expect(state.targets.map(({ status }) => status)).toEqual([
    'waiting',
    'ended',
    'waiting',
    'waiting',
  ]);
  expect(state.targets[1]?.end).toEqual({
    outcome: 'skipped',
    reason: 'skippedByPerson',
    reasonText: 'skipped by kim: too busy',
  });
});

describe('a person skips', () => {
  test.each([
    { name: 'a waiting one -> may', state: aWaveState(), why: null },
    {
      name: 'one in flight -> may not',
      state: attemptStarted(aWaveState(), 0, noon),
      why: 'it is in flight and is followed to its end',
    },
    {
      name: 'one that has ended -> may not',
      state: attempted(aWaveState(), 0, succeeded),
      why: 'it has ended: succeeded',
    },
  ])('$name', ({ state, why }) => {
    const [target] = state.targets;
    expect(target && whyNotSkip(target)).toBe(why);
  });

  test('one that waits for a retry of a failure -> its failure stays its outcome', () => {
    const state = skipTarget(attempted(aWaveState(), 0, failed), 0, 'skipped by kim: no', soon);

    expect(state.targets[0]?.end).toMatchObject({ outcome: 'failed', reason: 'jobFailed' });
  });
});

describe('a person retries', () => {
  const noRetries = { ...rules.recovery, failed: { retries: 0, afterMs: 0 } };
  const spent = aWaveState({}, { rules: { ...rules, recovery: noRetries } });
  const unknown = aResult({ result: 'unknown', reason: 'stillRunning', submittedAt: noon });
  const withWindows = (state: WaveState, outside: 'wait' | 'skip'): WaveState => ({
    ...state,
    rules: { ...state.rules, openings: { spans: [], until: '2027-12-24T00:00:00.000Z' }, outside },
  });
  test.each([
    { name: 'a fresh one -> may not', state: aWaveState(), may: false },
    { name: 'one in flight -> may not', state: attemptStarted(spent, 0, noon), may: false },
    {
      name: 'one that waits for its retry -> may',
      state: attempted(aWaveState(), 0, failed),
      may: true,
    },
    { name: 'one that failed for good -> may', state: attempted(spent, 0, failed), may: true },
    { name: 'one that succeeded -> may not', state: attempted(spent, 0, succeeded), may: false },
    { name: 'one that is unknown -> may not', state: attempted(spent, 0, unknown), may: false },
    {
      name: 'any one while aborting -> may not',
      state: on(attempted(spent, 0, failed), { aborting: true }),
      may: false,
    },
    {
      name: 'one whose failure has exhausted a budget -> may not, for all others would begin with it',
      state: on(attempted(spent, 0, failed), { budget: { ...noLimits, failed: 0 } }),
      may: false,
    },
    {
      name: 'one that waits for its retry under an exhausted budget -> may',
      state: on(attempted(attempted(aWaveState(), 1, unknown), 0, failed), {
        budget: { ...noLimits, unknown: 0 },
      }),
      may: true,
    },
    {
      name: 'one outside its windows, and the plan waits for the next -> may',
      state: withWindows(attempted(spent, 0, failed), 'wait'),
      may: true,
    },
    {
      name: 'one outside its windows, and the plan waits for none -> may not',
      state: withWindows(attempted(spent, 0, failed), 'skip'),
      may: false,
    },
  ])('$name', ({ state, may }) => {
    const [target] = state.targets;
    expect(target && whyNotRetry(state, target, soon) === null).toBe(may);
  });

  test('after hours in which nobody looked, it is busy from then on', () => {
    const aMinute = { ...rules, busy: { waitForMs: 60_000 } };
    const first = attempted(aWaveState({}, { rules: aMinute }), 0, busy);
    const tooLong = attemptEnded(attemptStarted(first, 0, soon), 0, busy, secondsAfterNoon(300));
    expect(tooLong.targets[0]?.end).toMatchObject({ reason: 'busyTooLong' });

    const again = attemptStarted(retryTarget(tooLong, 0), 0, secondsAfterNoon(9_000));
    const after = attemptEnded(again, 0, busy, secondsAfterNoon(9_001));

    expect(after.targets[0]).toMatchObject({ end: null, busySince: secondsAfterNoon(9_001) });
  });

  test('it waits for nothing but a place, and its attempts stay', () => {
    const state = retryTarget(attempted(spent, 0, failed), 0);

    expect(state.targets[0]).toMatchObject({ status: 'waiting', notBefore: null, end: null });
    expect(state.targets[0]?.attempts).toHaveLength(1);
    expect(startsOf(state, soon)).toContain(0);
  });
});

test('the last window has closed while an attempt is in flight -> the others end, once', () => {
  const before = attemptStarted(aWaveState(), 0, noon);
  const openings = { spans: [], until: '2027-12-24T00:00:00.000Z' };
  const rules = { ...before.rules, openings, outside: 'skip' } as const;

  const after = settle({ ...before, rules, hadWindow: true }, noon);

  expect(countsOf(after.targets)).toMatchObject({ total: 4, inFlight: 1, skipped: 3 });
  // A wave looks again until nothing changes.
  expect(settle(after, noon)).toBe(after);
});

/** A part with so many in flight and nothing left to start. */
function withInFlight(count: number, terms: Partial<Terms>): WaveState {
  const targets = Array.from({ length: count }, (_, at) => aTarget(`i${at}`));
  const begun = targets.reduce(
    (state, _target, at) => attemptStarted(state, at, noon),
    aWaveState({ targets }),
  );
  return on(begun, { shares: true, ...terms });
}

describe('places', () => {
  const flying = attemptStarted(aWaveState(), 0, noon);
  test.each([
    {
      name: 'a wave alone keeps what it cannot use',
      state: aWaveState({ targets: [] }),
      returned: 0,
    },
    {
      name: 'fewer places by a person -> free ones go back',
      state: on(flying, { keep: 1 }),
      returned: 1,
    },
    {
      name: 'fewer places than in flight -> those in flight keep theirs',
      state: on(attemptStarted(flying, 1, noon), { keep: 1 }),
      returned: 0,
    },
    {
      name: 'a part that can use all -> keeps all',
      state: on(flying, { shares: true }),
      returned: 0,
    },
    {
      name: 'a part with one left in flight and nothing to start -> gives the other back',
      state: on(attemptStarted(aWaveState({ targets: [aTarget('a')] }), 0, noon), { shares: true }),
      returned: 1,
    },
    {
      name: 'nothing to start, one place free, a wave that hands over 100 -> gives it back',
      state: withInFlight(8, { granted: 9, keep: 10, ofWave: 11 * 8 }),
      returned: 1,
    },
    {
      name: 'one that hands over more -> waits until it is worth a message',
      state: withInFlight(8, { granted: 9, keep: 10, ofWave: 11 * 8 + 1 }),
      returned: 0,
    },
    {
      name: 'two places free, a quarter of those in flight -> gives both back',
      state: withInFlight(8, { granted: 10, keep: 10, ofWave: 11 * 8 + 1 }),
      returned: 2,
    },
    {
      name: 'one place too many by a person -> goes back alone',
      state: withInFlight(8, { granted: 9, keep: 8, ofWave: 1_000 }),
      returned: 1,
    },
  ])('$name', ({ state, returned }) => {
    expect(settle(state, noon).returned).toBe(returned);
  });

  test('a part without places wants as many as it has ready, those of one instance once', () => {
    const targets = ['a', 'a', 'b'].map((id, at) => aTarget(id, { proxyId: `p${at}` }));
    const state = on(aWaveState({ targets }), { granted: 0, shares: true });

    expect(admit(state, noon)).toMatchObject({ start: [], wants: 3 });
  });
});
