import fc from 'fast-check';
import type { ReasonCode } from '../../rollout/outcome';
import { busySinceAfter, recover, type Recovering } from '../../rollout/recovery';
import type { AttemptRecord } from '../../rollout/wave-state';
import { noon, rules, secondsAfterNoon, sent, unsent } from './wave-builder';

function given(attempts: readonly AttemptRecord[], changes: Partial<Recovering> = {}): Recovering {
  return {
    attempts,
    policy: rules.recovery,
    busy: rules.busy,
    polling: rules.polling,
    busySince: null,
    openings: null,
    aborting: false,
    now: noon,
    ...changes,
  };
}

const refused = sent('rejected', 'refusedForNow');
const failed = sent('failed', 'jobFailed');
const lost = sent('notSubmitted', 'requestLost');
const busy = unsent('notSubmitted', 'busy');
const step = sent('advanced', 'stepDone');
const there = unsent('upToDate', 'alreadyThere');

test.each([
  {
    name: 'succeeded -> succeeded',
    attempts: [sent('succeeded', 'upgraded')],
    end: 'succeeded upgraded',
  },
  {
    name: 'adopted after a lost answer -> succeeded',
    attempts: [sent('succeeded', 'reconciled')],
    end: 'succeeded reconciled',
  },
  { name: 'there, nothing sent -> up to date', attempts: [there], end: 'upToDate alreadyThere' },
  {
    name: 'brought by others, nothing sent -> up to date',
    attempts: [busy, unsent('upToDate', 'upgradedElsewhere')],
    end: 'upToDate upgradedElsewhere',
  },
  {
    name: 'refused, then there -> up to date: a refused request did nothing',
    attempts: [refused, there],
    end: 'upToDate alreadyThere',
  },
  {
    name: 'refused as busy, then there -> up to date',
    attempts: [sent('notSubmitted', 'busy'), there],
    end: 'upToDate alreadyThere',
  },
  {
    name: 'failed in verify, then there -> ours',
    attempts: [sent('failed', 'versionUnchanged'), there],
    end: 'succeeded reconciled',
  },
  {
    name: 'unknown, then there -> ours',
    attempts: [sent('unknown', 'notReconciled'), there],
    end: 'succeeded reconciled',
  },
  {
    name: 'a step of ours, then there -> ours',
    attempts: [step, there],
    end: 'succeeded reconciled',
  },
  {
    name: 'request lost, then there -> ours',
    attempts: [lost, there],
    end: 'succeeded reconciled',
  },
  {
    name: 'a foreign upgrade failed, then there -> up to date',
    attempts: [unsent('failed', 'jobFailed'), there],
    end: 'upToDate alreadyThere',
  },
  {
    name: 'unknown -> never again',
    attempts: [sent('unknown', 'stillRunning')],
    end: 'unknown stillRunning',
  },
  {
    name: 'terminated by hand -> unknown',
    attempts: [unsent('unknown', 'terminated')],
    end: 'unknown terminated',
  },
  ...(['refusedForGood', 'notFound', 'notUpgradable', 'badState', 'unexpectedAnswer'] as const).map(
    (reason) => ({
      name: `${reason} -> rejected at once`,
      attempts: [sent('rejected', reason)],
      end: `rejected ${reason}`,
    }),
  ),
  {
    name: 'refused for now, retries used up -> rejected',
    attempts: [refused, refused, refused],
    end: 'rejected refusedForNow',
  },
  {
    name: 'failed, retries used up -> failed',
    attempts: [failed, failed],
    end: 'failed jobFailed',
  },
  {
    name: 'failed, its retry refused -> failed: something had begun',
    attempts: [failed, sent('rejected', 'badState')],
    end: 'failed jobFailed',
  },
  {
    name: 'a step done, the next refused -> failed: something has changed',
    attempts: [step, sent('rejected', 'refusedForGood')],
    end: 'failed stepDone',
  },
  {
    name: 'unknown, then refused -> unknown: it may still work',
    attempts: [sent('unknown', 'notReconciled'), sent('rejected', 'refusedForGood')],
    end: 'unknown notReconciled',
  },
  {
    name: 'lost once too often -> never begun',
    attempts: Array.from({ length: 6 }, () => lost),
    end: 'skipped requestLost',
  },
  {
    name: 'lost once too often, with no access in between -> never begun',
    attempts: Array.from({ length: 6 }, () => [
      unsent('notSubmitted', 'cloudAccess', 9),
      lost,
    ]).flat(),
    end: 'skipped requestLost',
  },
  {
    name: 'lost once too often after a failure -> failed',
    attempts: [failed, ...Array.from({ length: 6 }, () => lost)],
    end: 'failed jobFailed',
  },
  {
    name: 'never sent for half an hour -> never begun',
    attempts: [unsent('notSubmitted', 'notSent', 31)],
    end: 'skipped notSent',
  },
  {
    name: 'twenty steps and not there -> failed',
    attempts: Array.from({ length: 20 }, () => step),
    end: 'failed stepDone',
  },
])('ends: $name', ({ attempts, end }) => {
  const decision = recover(given(attempts));

  expect(
    decision.kind === 'end' ? `${decision.end.outcome} ${decision.end.reason}` : decision,
  ).toBe(end);
});

const repeated = (reason: ReasonCode, times: number) => [unsent('notSubmitted', reason, times)];

test.each([
  { name: 'refused for now -> first retry', attempts: [refused], why: 'refusedForNow', after: 300 },
  {
    name: 'refused for now -> last retry',
    attempts: [refused, refused],
    why: 'refusedForNow',
    after: 300,
  },
  {
    name: 'failures use no retries of refusals',
    attempts: [failed, refused, refused],
    why: 'refusedForNow',
    after: 300,
  },
  { name: 'failed -> retry', attempts: [failed], why: 'jobFailed', after: 900 },
  {
    name: 'refusals and busy use no retries of failures',
    attempts: [refused, refused, busy, failed],
    why: 'jobFailed',
    after: 900,
  },
  { name: 'a step done -> the next at once', attempts: [step], why: 'stepDone', after: null },
  {
    name: 'nineteen steps -> the next at once',
    attempts: Array.from({ length: 19 }, () => step),
    why: 'stepDone',
    after: null,
  },
  {
    name: 'held back -> again at once',
    attempts: repeated('heldBack', 99),
    why: 'heldBack',
    after: null,
  },
  { name: 'lost -> again shortly', attempts: [lost], why: 'requestLost', after: 5 },
  {
    name: 'lost as often as allowed -> again',
    attempts: Array.from({ length: 5 }, () => lost),
    why: 'requestLost',
    after: 60,
  },
  {
    name: 'lost before and after a refusal -> counted anew',
    attempts: [lost, lost, lost, refused, lost, lost, lost],
    why: 'requestLost',
    after: 20,
  },
  {
    name: 'never sent -> again shortly',
    attempts: repeated('notSent', 1),
    why: 'notSent',
    after: 5,
  },
  {
    name: 'never sent as often as allowed -> again',
    attempts: repeated('notSent', 30),
    why: 'notSent',
    after: 60,
  },
  {
    name: 'no access -> again',
    attempts: repeated('cloudAccess', 1),
    why: 'cloudAccess',
    after: 5,
  },
  {
    name: 'no access twice -> twice as long',
    attempts: repeated('cloudAccess', 2),
    why: 'cloudAccess',
    after: 10,
  },
  {
    name: 'no access four times -> 40 s',
    attempts: repeated('cloudAccess', 4),
    why: 'cloudAccess',
    after: 40,
  },
  {
    name: 'no access for weeks -> five minutes, without end',
    attempts: repeated('cloudAccess', 40_000),
    why: 'cloudAccess',
    after: 300,
  },
  {
    name: 'the window closed -> again, and never too often',
    attempts: repeated('windowClosed', 40_000),
    why: 'windowClosed',
    after: 5,
  },
  {
    name: 'the window closed after two refusals -> again: no retry is used',
    attempts: [refused, refused, unsent('notSubmitted', 'windowClosed')],
    why: 'windowClosed',
    after: 5,
  },
  {
    name: 'refused after closed windows -> the retry that is left',
    attempts: [refused, ...repeated('windowClosed', 9), refused],
    why: 'refusedForNow',
    after: 300,
  },
  { name: 'busy -> again', attempts: [busy], why: 'busy', after: 5 },
  { name: 'busy three times -> 20 s', attempts: repeated('busy', 3), why: 'busy', after: 20 },
])('again: $name', ({ attempts, why, after }) => {
  const decision = recover(given(attempts, { busySince: noon }));

  const notBefore = after === null ? null : secondsAfterNoon(after);
  expect(decision).toMatchObject({ kind: 'again', why, notBefore });
});

test('words of a retry say which of how many', () => {
  expect(recover(given([refused, busy, refused]))).toMatchObject({
    words: 'refused for now, retry 2 of 2',
  });
});

const hours = 3_600;
test.each([
  { name: 'long before the limit -> two minutes', waited: 1 * hours, expected: 120 },
  {
    name: 'shortly before the limit -> once more at the limit',
    waited: 2 * hours - 7,
    expected: 7,
  },
  { name: 'a moment before the limit -> once more', waited: 2 * hours - 0.001, expected: 0.001 },
  { name: 'at the limit -> skipped', waited: 2 * hours, expected: null },
  { name: 'after the limit -> skipped', waited: 3 * hours, expected: null },
])('busy $name', ({ waited, expected }) => {
  const decision = recover(
    given(repeated('busy', 50), { busySince: secondsAfterNoon(-waited), now: noon }),
  );

  if (expected === null) {
    expect(decision).toMatchObject({
      kind: 'end',
      end: { outcome: 'skipped', reason: 'busyTooLong' },
    });
  } else {
    expect(decision).toMatchObject({ kind: 'again', notBefore: secondsAfterNoon(expected) });
  }
});

/** Open for the hour before noon and the hour that begins with it, with `closed` hours between. */
function openAround(closed: number) {
  const from = secondsAfterNoon(-(1 + closed) * hours);
  return {
    spans: [
      { from, to: secondsAfterNoon(-closed * hours) },
      { from: noon, to: secondsAfterNoon(hours) },
    ],
    until: secondsAfterNoon(1_000 * hours),
  };
}

test.each([
  {
    name: 'an hour of the window, then closed for days',
    waited: 168 * hours,
    waitFor: 60,
    ends: true,
  },
  { name: 'a minute of the limit is left', waited: 168 * hours, waitFor: 61, ends: false },
  { name: 'begun when it was closed', waited: 3 * hours, waitFor: 1, ends: false },
])('busy, only open time counts: $name -> ends: $ends', ({ waited, waitFor, ends }) => {
  const decision = recover(
    given([busy], {
      busySince: secondsAfterNoon(-waited),
      openings: openAround(waited > 5 * hours ? 100 : 4),
      busy: { waitForMs: waitFor * 60_000 },
    }),
  );

  expect(decision.kind).toBe(ends ? 'end' : 'again');
});

test('busy, the next look comes when the rest of the open time could be used up', () => {
  const decision = recover(
    given(repeated('busy', 50), {
      busySince: secondsAfterNoon(-200 * hours),
      openings: openAround(100),
      busy: { waitForMs: hours * 1_000 + 7_000 },
    }),
  );

  expect(decision).toMatchObject({ kind: 'again', notBefore: secondsAfterNoon(7) });
});

test('a plan that waits for nothing skips what is busy at the first look', () => {
  const decision = recover(given([busy], { busy: { waitForMs: 0 }, busySince: noon }));

  expect(decision).toMatchObject({ end: { outcome: 'skipped', reason: 'busyTooLong' } });
});

test('busy for too long after a failure -> failed, and both are said', () => {
  const decision = recover(given([failed, busy], { busySince: secondsAfterNoon(-9 * hours) }));

  expect(decision).toEqual({
    kind: 'end',
    end: {
      outcome: 'failed',
      reason: 'jobFailed',
      reasonText: `jobFailed; then busy, since ${secondsAfterNoon(-9 * hours)}: longer than the plan waits`,
    },
  });
});

const before = secondsAfterNoon(-60);
test.each([
  { name: 'not busy, busy -> since now', before: null, last: busy, expected: noon },
  { name: 'busy, busy -> since before', before, last: busy, expected: before },
  {
    name: 'busy, no access -> no break',
    before,
    last: unsent('notSubmitted', 'cloudAccess'),
    expected: before,
  },
  {
    name: 'busy, held back -> no break',
    before,
    last: unsent('notSubmitted', 'heldBack'),
    expected: before,
  },
  {
    name: 'not busy, held back -> not busy',
    before: null,
    last: unsent('notSubmitted', 'heldBack'),
    expected: null,
  },
  {
    name: 'busy, request lost -> a break: it was free to be asked',
    before,
    last: lost,
    expected: null,
  },
  {
    name: 'busy, window closed -> a break: it was looked at, and was free',
    before,
    last: unsent('notSubmitted', 'windowClosed'),
    expected: null,
  },
  { name: 'busy, refused -> a break', before, last: refused, expected: null },
])('busySince: $name', ({ before: since, last, expected }) => {
  expect(busySinceAfter(since, last, noon)).toBe(expected);
});

test('without an attempt there is nothing to decide', () => {
  expect(() => recover(given([]))).toThrow('without attempts');
});

test('the same attempts give the same decision, and are left as they were', () => {
  const attempt = fc.constantFrom(refused, failed, lost, busy, step, there);
  fc.assert(
    fc.property(fc.array(attempt, { minLength: 1 }), fc.boolean(), (attempts, aborting) => {
      const copy = structuredClone(attempts);

      expect(recover(given(attempts, { aborting }))).toEqual(recover(given(copy, { aborting })));
      expect(attempts).toEqual(copy);
    }),
  );
});
