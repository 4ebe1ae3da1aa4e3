import type { FrozenPlan } from '../../rollout/frozen-plan';
import type { AttemptEnd, AttemptResult } from '../../rollout/outcome';
import type { HistoryText } from './evidence';
import type { HookCall } from './hook-server';
import { judge } from './verdict';
import { undoneIn } from './verdict-hooks';
import { A, at, ended, evidence, historyOf, NEW, submit, target } from './verdict-world';

/** Hooks by their receiver's log: what ran is undone, backwards and once, unless it completed. */

const ATTEMPT = 'run-of-a';

function call(
  second: number,
  event: HookCall['event'],
  nth: number,
  changes: Partial<HookCall> = {},
): HookCall {
  const key = `${ATTEMPT}-${event}-${nth}`;
  return {
    at: at(second),
    event,
    nth,
    target: A,
    attemptId: ATTEMPT,
    key,
    status: 204,
    ...changes,
  };
}

const before = [call(1, 'before', 0), call(2, 'before', 1)];
const undos = [call(12, 'undo', 1), call(13, 'undo', 0)];
const refused = (event: HookCall['event'], nth: number, times: number) =>
  Array.from({ length: times }, (_, i) => call(12 + i / 10, event, nth, { status: 500 }));

const undone = { words: '2 hooks undone', complete: true };
const notUndone = { words: 'NOT undone: undo of before hook 2 failed: 500', complete: false };

function historyOfA(result: AttemptEnd, compensation: AttemptResult['compensation']): HistoryText {
  const end = { result, compensation, startedAt: at(0), endedAt: at(20) };
  const data = Buffer.from(JSON.stringify(end)).toString('base64');
  const payloads = [{ data }];
  return historyOf(`upgrade/p/${A}`, ATTEMPT, [
    { eventTime: at(20), workflowExecutionCompletedEventAttributes: { result: { payloads } } },
  ]);
}

interface Given {
  readonly calls: readonly HookCall[];
  /** How the attempt ended; null: it has not. */
  readonly result?: AttemptEnd | null;
  readonly compensation?: AttemptResult['compensation'];
  /** What the report says of the compensation. */
  readonly reported?: string | null;
  /** When A was submitted. */
  readonly submitted?: number;
}

function rulesOf(given: Given): number[] {
  const { calls, result = 'failed', compensation = undone, submitted = 3 } = given;
  const { reported = 'undone' } = given;
  const base = evidence({
    journal: [submit(submitted, A), ended(10, A)],
    targets: [target(A, { compensation: reported })],
    versions: [NEW, NEW],
  });
  const [wave] = base.frozen.waves;
  const waves = [{ ...wave, targets: [target(A)] }];
  const rules = { ...base.frozen.rules, hooks: { before: [{}, {}], after: [{}] } };
  const found = judge(
    {
      ...base,
      frozen: { ...base.frozen, waves, rules } as unknown as FrozenPlan,
      fleet: base.fleet.slice(0, 1),
      hookCalls: calls,
      histories: result === null ? [] : [historyOfA(result, compensation)],
    },
    [],
  );
  return found.map(({ rule }) => rule);
}

test.each<[string, Given, number[]]>([
  ['failed, and undone backwards -> nothing', { calls: [...before, ...undos] }, []],
  ['unknown, and undone -> nothing', { calls: [...before, ...undos], result: 'unknown' }, []],
  ['failed, and nothing undone -> rule 7, twice', { calls: before }, [7, 7]],
  ['failed, and one of two undone -> rule 7', { calls: [...before, call(12, 'undo', 1)] }, [7]],
  [
    'undone in the order in which they ran -> rule 7',
    { calls: [...before, call(12, 'undo', 0), call(13, 'undo', 1)] },
    [7],
  ],
  [
    'undone twice with one key -> nothing',
    { calls: [...before, call(12, 'undo', 1, { status: 503 }), ...undos] },
    [],
  ],
  [
    'undone twice with two keys -> rule 7',
    { calls: [...before, ...undos, call(14, 'undo', 0, { key: 'other' })] },
    [7],
  ],
  [
    'ran, but its answer was lost, and not undone -> rule 7',
    { calls: [call(1, 'before', 0, { status: null })], submitted: 30 },
    [7],
  ],
  [
    'did not run, and not undone -> nothing',
    { calls: [call(1, 'before', 0, { status: 500 })], submitted: 30, compensation: null },
    [],
  ],
  [
    'an undo whose answer was lost, and no other try -> rules 7, and its words',
    { calls: [...before, call(12, 'undo', 1, { status: null }), call(13, 'undo', 0)] },
    [7, 7],
  ],
  [
    'refused six times, and a person is told -> nothing',
    {
      calls: [...before, ...refused('undo', 1, 6), call(13, 'undo', 0)],
      compensation: notUndone,
    },
    [],
  ],
  [
    'refused five times, and no more tries -> rule 7',
    {
      calls: [...before, ...refused('undo', 1, 5), call(13, 'undo', 0)],
      compensation: notUndone,
    },
    [7],
  ],
  [
    'refused six times, and called undone -> rule 7, and its words',
    { calls: [...before, ...refused('undo', 1, 6), call(13, 'undo', 0)] },
    [7, 7],
  ],
  [
    'undone, and called not undone -> rule 7',
    { calls: [...before, ...undos], compensation: notUndone },
    [7],
  ],
  [
    'undone, and the report is silent -> rule 7',
    { calls: [...before, ...undos], reported: null },
    [7],
  ],
  [
    'a before hook took effect after an undo -> rule 7',
    { calls: [call(1, 'before', 0), ...undos, call(14, 'before', 1)], submitted: 30 },
    [7],
  ],
  [
    'a known key came again after an undo -> nothing',
    { calls: [...before, ...undos, call(14, 'before', 1)] },
    [],
  ],
  [
    'succeeded, and not undone -> nothing',
    { calls: [...before, call(11, 'after', 0)], result: 'succeeded', compensation: null },
    [],
  ],
  [
    'a step done, and not undone -> nothing',
    { calls: [...before, call(11, 'after', 0)], result: 'advanced', compensation: null },
    [],
  ],
  ['succeeded, and undone -> rule 7', { calls: [...before, ...undos], result: 'succeeded' }, [7]],
  [
    'succeeded, its after hook refused and nobody told -> rule 7',
    { calls: [...before, ...refused('after', 0, 4)], result: 'succeeded', compensation: null },
    [7],
  ],
  [
    'failed, and an after hook was called -> rule 7',
    { calls: [...before, ...undos, call(14, 'after', 0)] },
    [7],
  ],
  [
    'submitted before the second hook was called -> rule 7',
    { calls: [...before, ...undos], submitted: 1.5 },
    [7],
  ],
  ['an attempt without an end -> rule 7', { calls: [...before, ...undos], result: null }, [7]],
])('%s', (_name, given, expected) => {
  expect(rulesOf(given)).toEqual(expected);
});

test('what was undone is counted once for all tries of a call', () => {
  const lost = call(12, 'undo', 1, { status: null });

  expect(undoneIn([...before, lost, ...undos])).toBe(2);
});
