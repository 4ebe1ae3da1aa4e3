import { stepIn } from '../../client/watch/steps';

const ROLLOUT = 'rollout/caches/1';
const startTime = new Date('2026-11-20T18:00:00Z');

function attempt(activity: string | null, lastFailure?: string, change: object = {}) {
  const pending = {
    activityType: { name: activity },
    ...(lastFailure !== undefined && { lastFailure: { message: lastFailure } }),
  };
  return {
    status: { name: 'RUNNING', code: 1 },
    parentExecution: { workflowId: `${ROLLOUT}/wave/rest/2`, runId: 'run' },
    raw: { pendingActivities: activity === null ? [] : [pending] },
    startTime,
    ...change,
  } as unknown as Parameters<typeof stepIn>[0];
}

test.each([
  { name: 'before its request', given: attempt('inspect'), words: 'reading its version' },
  { name: 'submitting', given: attempt('submit'), words: 'submitting' },
  { name: 'accepted a moment ago', given: attempt('follow'), words: 'upgrading' },
  {
    name: 'followed',
    given: attempt('follow', 'EXECUTING'),
    words: 'upgrading: EXECUTING',
  },
  {
    name: 'followed, and the cloud says how far it is',
    given: attempt('follow', 'Running 42 %'),
    words: 'upgrading: Running',
    percent: 42,
  },
  {
    name: 'the answer was lost',
    given: attempt('reconcile', 'no trace of it'),
    words: 'answer lost, looking: no trace of it',
  },
  { name: 'a hook', given: attempt('callHook'), words: 'calling a hook' },
  { name: 'an activity of a later version', given: attempt('rest'), words: 'rest' },
  {
    name: 'it has ended, and its wave does not know yet',
    given: attempt(null, '', { status: { name: 'COMPLETED' } }),
    words: 'ending',
  },
  { name: 'no activity', given: attempt(null), words: 'between two steps' },
])('$name -> $words', ({ given, words, percent = null }) => {
  expect(stepIn(given, ROLLOUT)).toEqual({ since: startTime.toISOString(), words, percent });
});

test.each([
  {
    name: "another rollout's, whose name begins alike",
    change: { parentExecution: { workflowId: `${ROLLOUT}2/wave/rest`, runId: 'run' } },
  },
  { name: "nobody's child", change: { parentExecution: undefined } },
])('$name -> nothing is told of it', ({ change }) => {
  expect(stepIn(attempt('follow', 'EXECUTING', change), ROLLOUT)).toBeNull();
});
