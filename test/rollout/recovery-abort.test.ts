import fc from 'fast-check';
import { endByAbort } from '../../rollout/giving-up';
import { recover, type Recovering } from '../../rollout/recovery';
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

const hours = 3_600;
const refused = sent('rejected', 'refusedForNow');
const failed = sent('failed', 'jobFailed');
const lost = sent('notSubmitted', 'requestLost');
const busy = unsent('notSubmitted', 'busy');
const step = sent('advanced', 'stepDone');
const there = unsent('upToDate', 'alreadyThere');
const heldBack = unsent('notSubmitted', 'heldBack');

test.each([
  { name: 'no attempt -> skipped', attempts: [], expected: 'skipped aborted' },
  {
    name: 'held back -> skipped',
    attempts: [heldBack],
    expected: 'skipped aborted',
  },
  { name: 'request lost -> skipped: nothing began', attempts: [lost], expected: 'skipped aborted' },
  {
    name: 'refused by the cloud -> rejected',
    attempts: [refused],
    expected: 'rejected refusedForNow',
  },
  {
    name: 'refused, then busy -> rejected',
    attempts: [refused, busy],
    expected: 'rejected refusedForNow',
  },
  {
    name: 'refused before a request was sent -> skipped',
    attempts: [unsent('rejected', 'refusedForNow')],
    expected: 'skipped aborted',
  },
  { name: 'failed -> failed', attempts: [failed], expected: 'failed jobFailed' },
  {
    name: 'failed, then refused -> failed',
    attempts: [failed, refused],
    expected: 'failed jobFailed',
  },
  {
    name: 'a step done -> failed: begun and not completed',
    attempts: [step],
    expected: 'failed stepDone',
  },
])('abort while it waits: $name', ({ attempts, expected }) => {
  const { outcome, reason, reasonText } = endByAbort(attempts);

  expect(`${outcome} ${reason}`).toBe(expected);
  expect(reasonText).toContain('the rollout was aborted');
});

test.each([
  {
    name: 'held back -> skipped',
    attempts: [heldBack],
    expected: 'skipped aborted',
  },
  {
    name: 'wants a retry of a refusal -> rejected',
    attempts: [refused],
    expected: 'rejected refusedForNow',
  },
  {
    name: 'wants a retry of a failure -> failed',
    attempts: [failed],
    expected: 'failed jobFailed',
  },
  {
    name: 'succeeded -> succeeded',
    attempts: [sent('succeeded', 'upgraded')],
    expected: 'succeeded upgraded',
  },
  {
    name: 'refused for good -> rejected',
    attempts: [sent('rejected', 'notFound')],
    expected: 'rejected notFound',
  },
  { name: 'busy too long -> its own reason', attempts: [busy], expected: 'skipped busyTooLong' },
])('abort while in flight: $name', ({ attempts, expected }) => {
  const busySince = secondsAfterNoon(-9 * hours);

  const decision = recover(given(attempts, { aborting: true, busySince }));

  expect(
    decision.kind === 'end' ? `${decision.end.outcome} ${decision.end.reason}` : decision,
  ).toBe(expected);
});

test('under an abort nothing gets another attempt', () => {
  const attempt = fc.constantFrom(refused, failed, lost, busy, step, there, heldBack);
  fc.assert(
    fc.property(fc.array(attempt, { minLength: 1 }), (attempts) => {
      expect(recover(given(attempts, { aborting: true, busySince: noon })).kind).toBe('end');
    }),
  );
});
