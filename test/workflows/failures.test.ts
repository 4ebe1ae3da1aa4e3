import {
  ActivityFailure,
  ApplicationFailure,
  RetryState,
  TimeoutFailure,
  TimeoutType,
} from '@temporalio/common';
import { failureType, wasNeverStarted, wordsOf } from '../../workflows/failures';

function activityFailure(cause: Error): ActivityFailure {
  return new ActivityFailure('Activity task failed', 'inspect', '1', RetryState.TIMEOUT, '', cause);
}

function timeOut(type: TimeoutType, last?: Error): ActivityFailure {
  const timeOut = new TimeoutFailure(`activity ${type} timeout`, undefined, type);
  return activityFailure(Object.assign(timeOut, { cause: last }));
}

const braked = ApplicationFailure.create({ message: 'dcs: not asked', type: 'CloudAccess' });

test.each([
  { name: 'failed -> its message', error: activityFailure(braked), words: 'dcs: not asked' },
  {
    name: 'its time was up -> what the last try was told',
    error: timeOut(TimeoutType.SCHEDULE_TO_CLOSE, braked),
    words: 'dcs: not asked',
  },
  {
    name: 'its time was up without a try -> that',
    error: timeOut(TimeoutType.SCHEDULE_TO_CLOSE),
    words: 'activity SCHEDULE_TO_CLOSE timeout',
  },
  { name: 'any other error -> its message', error: new TypeError('no'), words: 'no' },
])('words: $name', ({ error, words }) => {
  expect(wordsOf(error)).toBe(words);
});

test.each([
  { name: 'failed -> its type', error: activityFailure(braked), type: 'CloudAccess' },
  {
    name: 'its time was up -> that of the last try',
    error: timeOut(TimeoutType.SCHEDULE_TO_CLOSE, braked),
    type: 'CloudAccess',
  },
  {
    name: 'its time was up without a try -> none',
    error: timeOut(TimeoutType.SCHEDULE_TO_CLOSE),
    type: null,
  },
])('type: $name', ({ error, type }) => {
  expect(failureType(error)).toBe(type);
});

test('only what no worker took was never started', () => {
  expect(wasNeverStarted(timeOut(TimeoutType.SCHEDULE_TO_START))).toBe(true);
  expect(wasNeverStarted(timeOut(TimeoutType.START_TO_CLOSE))).toBe(false);
  expect(wasNeverStarted(activityFailure(braked))).toBe(false);
});
