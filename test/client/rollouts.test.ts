import { ApplicationFailure, TerminatedFailure } from '@temporalio/common';
import { WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import { durationOfFlag } from '../../client/durations';
import { endingOf, isPassing } from '../../client/errors';
import { EXIT } from '../../client/exit-codes';
import { joinRuns } from '../../client/rollouts';
import { sameInstants } from '../../client/schedules';
import { newUnique } from '../../client/starting';
import { waveNotes } from '../../client/summary';
import { changeLines } from '../../client/watch/changes';
import { exitCodeOf } from '../../client/watch/watch';
import { durationWords } from '../../client/words';
import { REFUSED } from '../../workflows/messages';
import { action, counts, status, wave } from './status-builder';

/** An error as the connection gives it. */
function grpc(code: number, details: string): Error {
  return Object.assign(new Error(`${code}: ${details}`), { code, details, metadata: {} });
}

test.each([
  { code: 1, expected: true },
  { code: 3, expected: false },
  { code: 5, expected: false },
  { code: 8, expected: true },
  { code: 14, expected: true },
  { code: 16, expected: false },
])('a read that failed with $code may go well the next time: $expected', ({ code, expected }) => {
  expect(isPassing(grpc(code, ''))).toBe(expected);
});

const at = (minute: number) => new Date(Date.UTC(2026, 10, 20, 18, minute));

test('runs of one rollout are one entry with the age of the first; newest rollout first', () => {
  const run = (workflowId: string, start: number, name: string, close?: number) => ({
    workflowId,
    startTime: at(start),
    ...(close !== undefined && { closeTime: at(close) }),
    status: { name },
  });

  const entries = joinRuns([
    run('rollout/a/old', 9, 'RUNNING'),
    run('rollout/a/new', 5, 'COMPLETED', 8),
    run('rollout/a/old', 1, 'CONTINUED_AS_NEW', 9),
  ]);

  expect(entries).toEqual([
    { rolloutId: 'rollout/a/new', startedAt: at(5), endedAt: at(8), execution: 'COMPLETED' },
    { rolloutId: 'rollout/a/old', startedAt: at(1), endedAt: null, execution: 'RUNNING' },
  ]);
});

test.each([
  { name: 'all well', given: status({ state: 'finished' }), expected: EXIT.done },
  {
    name: 'one failed',
    given: status({ state: 'finished', counts: counts({ succeeded: 3, failed: 1 }) }),
    expected: EXIT.unsuccessful,
  },
  {
    name: 'one skipped',
    given: status({ state: 'finished', counts: counts({ upToDate: 3, skipped: 1 }) }),
    expected: EXIT.unsuccessful,
  },
  { name: 'aborted', given: status({ state: 'aborted' }), expected: EXIT.aborted },
])('an ended rollout, $name -> exit code $expected', ({ given, expected }) => {
  expect(exitCodeOf(given)).toBe(expected);
});

test.each([
  {
    name: 'a refused control',
    given: new WorkflowUpdateFailedError(
      'Workflow Update failed',
      ApplicationFailure.nonRetryable('the rollout is paused already', REFUSED),
    ),
    words: 'Refused: the rollout is paused already. Nothing has changed.',
    exitCode: EXIT.refused,
  },
  {
    name: 'a refused control, with a question',
    given: new WorkflowUpdateFailedError(
      'Workflow Update failed',
      ApplicationFailure.nonRetryable('no wave rset: did you mean rest?', REFUSED),
    ),
    words: 'Refused: no wave rset: did you mean rest? Nothing has changed.',
    exitCode: EXIT.refused,
  },
  {
    name: 'a failed workflow: its innermost words',
    given: new WorkflowFailedError(
      'Workflow execution failed',
      ApplicationFailure.nonRetryable('credentials refused'),
      'NON_RETRYABLE_FAILURE',
    ),
    words: 'credentials refused',
    exitCode: EXIT.failure,
  },
  {
    name: 'a terminated workflow',
    given: new WorkflowFailedError(
      'Workflow execution terminated',
      new TerminatedFailure('gone'),
      'NON_RETRYABLE_FAILURE',
    ),
    words: 'terminated in Temporal',
    exitCode: EXIT.failure,
  },
  {
    name: 'a server that is away',
    given: grpc(14, 'connection refused'),
    words:
      'does not answer (connection refused). Whether the last request took effect is not known',
    exitCode: EXIT.failure,
  },
  {
    name: 'a server that ended in the middle of a call',
    given: grpc(1, 'Call cancelled'),
    words: 'did not carry out the request (Call cancelled). Whether',
    exitCode: EXIT.failure,
  },
  {
    name: 'no such namespace',
    given: grpc(5, 'Namespace prod is not found'),
    words: 'has no namespace prod. Nothing was done. Set TEMPORAL_NAMESPACE',
    exitCode: EXIT.failure,
  },
  {
    name: 'no permission',
    given: grpc(7, 'unauthorized'),
    words: 'refused us (unauthorized). Nothing was done. Check TEMPORAL_API_KEY',
    exitCode: EXIT.failure,
  },
  {
    name: 'a query that the workers do not know',
    given: grpc(3, 'unknown queryType'),
    words: 'Are upwave here and its workers of the same version?',
    exitCode: EXIT.failure,
  },
  { name: 'anything', given: new Error('oops'), words: 'Unexpected: oops', exitCode: EXIT.failure },
])('$name -> words and exit code', ({ given, words, exitCode }) => {
  const ending = endingOf(given);

  expect(ending.words).toContain(words);
  expect(ending.exitCode).toBe(exitCode);
});

test.each([
  { name: 'the same', wanted: [1, 2], found: [1, 2], jitterMs: 0, expected: true },
  { name: 'within the jitter', wanted: [1], found: [3], jitterMs: 180_000, expected: true },
  { name: 'beyond the jitter', wanted: [1], found: [5], jitterMs: 180_000, expected: false },
  { name: 'early', wanted: [2], found: [1], jitterMs: 180_000, expected: false },
  { name: 'one less', wanted: [1, 2], found: [1], jitterMs: 0, expected: false },
])(
  'instants of the server and ours, $name -> $expected',
  ({ wanted, found, jitterMs, expected }) => {
    expect(sameInstants(wanted.map(at), found.map(at), jitterMs)).toBe(expected);
  },
);

test('a log says once what begins, ends and is waited for', () => {
  const canary = (state: 'pending' | 'running' | 'finished', some: Parameters<typeof counts>[0]) =>
    wave({ state, counts: counts(some) });
  const before = status({ waves: [canary('pending', { pending: 1 })] });
  const during = status({ waves: [canary('running', { inFlight: 1 })] });
  const after = status({ state: 'finished', waves: [canary('finished', { failed: 1 })] });

  expect(changeLines(before, during, at(7))).toEqual({
    begun: ['18:07:00  wave canary began'],
    ended: [],
  });
  expect(changeLines(during, during, at(7))).toEqual({ begun: [], ended: [] });
  expect(changeLines(during, after, at(8)).ended).toEqual([
    '18:08:00  wave canary finished: 1 failed',
    '18:08:00  now finished',
  ]);
});

test("a log says once what people did to waves and targets, and health's verdict", () => {
  const before = status({ waves: [wave({ bake: { state: 'watching', words: '' } })] });
  const after = status({
    waves: [wave({ bake: { state: 'unhealthy', words: '3 of 3 looks' } })],
    actions: [
      action({}),
      action({ action: 'resume', reason: null }),
      action({ action: 'pause', wave: 'rest', reason: 'lunch' }),
      action({ action: 'budget', wave: 'rest', change: 'failed 2 to 5', reason: null }),
      action({ action: 'skip', wave: 'rest', target: 'a', reason: 'its owner asked' }),
    ],
  });

  expect(changeLines(before, after, at(7)).ended).toEqual([
    '18:07:00  pause wave rest by ann: lunch',
    '18:07:00  budget wave rest by ann (failed 2 to 5)',
    '18:07:00  skip a of wave rest by ann: its owner asked',
    '18:07:00  wave canary: unhealthy: 3 of 3 looks',
  ]);
  expect(changeLines(after, after, at(7)).ended).toEqual([]);
});

test.each([
  { name: 'as planned -> nothing', given: wave({}), expected: [] },
  {
    name: 'paused by itself',
    given: wave({ paused: true }),
    expected: ['wave canary: paused'],
  },
  {
    name: 'health is being watched',
    given: wave({ bake: { state: 'watching', words: '2 of 20 looks' } }),
    expected: ['wave canary: watching health: 2 of 20 looks'],
  },
  {
    name: 'healthy, without words',
    given: wave({ bake: { state: 'healthy', words: '' } }),
    expected: ['wave canary: healthy'],
  },
])('notes on a wave: $name', ({ given, expected }) => {
  expect(waveNotes(status({ waves: [given] }))).toEqual(expected);
});

test.each([
  { name: 'of this wave', of: 'canary', expected: ['wave canary: 20 at once'] },
  { name: 'of another', of: 'rest', expected: [] },
  { name: 'of the whole rollout', of: null, expected: [] },
])('a limit that a person changed, $name', ({ of, expected }) => {
  const actions = [action({ action: 'concurrency', wave: of })];

  expect(waveNotes(status({ waves: [wave({ concurrency: 20 })], actions }))).toEqual(expected);
});

test('durations in words and from flags', () => {
  expect([0, 42_000, 60_000, 3_900_000, 90_000_000].map(durationWords)).toEqual([
    '0 s',
    '42 s',
    '1 min',
    '1 h 5 min',
    '1 d 1 h',
  ]);
  expect(durationOfFlag('--jitter', '10m')).toBe(600_000);
  expect(() => durationOfFlag('--jitter', '10')).toThrow('--jitter 10');
});

test('ids made of the time sort by age', () => {
  expect(newUnique(at(4))).toMatch(/^20261120T180400Z-[0-9a-f]{4}$/);
});
