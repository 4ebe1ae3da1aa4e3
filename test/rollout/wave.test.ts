import { admit } from '../../rollout/admission';
import { countsOf } from '../../rollout/counts';
import type { AttemptResult } from '../../rollout/outcome';
import {
  abortWave,
  attemptEnded,
  attemptStarted,
  isDone,
  newWave,
  pauseWave,
  resumeWave,
} from '../../rollout/wave';
import type { WaveState } from '../../rollout/wave-state';
import {
  aResult,
  aTarget,
  aWave,
  aWaveState,
  noLimits,
  noon,
  rules,
  secondsAfterNoon,
} from './wave-builder';

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
  const state = newWave(aWave(), rules, noLimits);

  expect(countsOf(state.targets)).toMatchObject({ total: 4, pending: 4 });
  expect(state).toMatchObject({ paused: false, aborting: false });
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
  expect(admit(state, soon).start).toEqual([1, 2]);
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

test('paused -> nothing starts; resumed -> as before', () => {
  const paused = pauseWave(aWaveState());

  expect(admit(paused, noon).start).toEqual([]);
  expect(resumeWave(paused)).toEqual(aWaveState());
});

test.each([
  { name: "the wave's", budget: { ...noLimits, failed: 0 }, rolloutBudget: noLimits },
  { name: "the rollout's", budget: noLimits, rolloutBudget: { ...noLimits, failed: 0 } },
])('$name budget exhausted, resumed -> goes on until the next', ({ budget, rolloutBudget }) => {
  const noRetries = { ...rules.recovery, failed: { retries: 0, afterMs: 0 } };
  const wave = newWave(aWave({ budget }), { ...rules, recovery: noRetries }, rolloutBudget);
  const spent = attempted(wave, 0, failed);
  expect(admit(spent, soon)).toMatchObject({ start: [], wait: { reason: 'budgetExhausted' } });

  const resumed = resumeWave(spent);

  expect(admit(resumed, soon).start).toEqual([1, 2]);
  expect(admit(attempted(resumed, 1, failed), soon).start).toEqual([]);
});

test('resumed without need -> the budget is as it was', () => {
  const budget = { rejected: 1, failed: 2, unknown: 3 };

  expect(resumeWave(aWaveState({ budget })).wave.budget).toEqual(budget);
});

test('abort: waiting ones are skipped, those in flight go on to their end', () => {
  const flying = attemptStarted(aWaveState(), 0, noon);

  const aborted = abortWave(flying, soon);

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
  const aborted = abortWave(attemptStarted(aWaveState(), 0, noon), noon);

  const state = attemptEnded(aborted, 0, result, soon);

  expect(state.targets[0]?.end?.outcome).toBe(expected);
  expect(isDone(state)).toBe(true);
  expect(admit(state, soon)).toEqual({ start: [], wait: null });
});

test('an abort while it waits for a retry says what had happened', () => {
  const state = abortWave(attempted(aWaveState(), 0, refused), soon);

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
  const begun = performance.now();

  while (!isDone(state)) {
    for (const index of admit(state, noon).start) state = attempted(state, index, succeeded);
  }

  expect(countsOf(state.targets).succeeded).toBe(500);
  expect(performance.now() - begun).toBeLessThan(2_000);
});
