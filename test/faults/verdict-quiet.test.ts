import type { FrozenPlan } from '../../rollout/frozen-plan';
import type { Action } from '../../rollout/outcome';
import type { Evidence, HistoryText } from './evidence';
import type { CutSpan } from './play';
import { judge } from './verdict';
import { exhaustedSpans } from './verdict-quiet';
import {
  A,
  at,
  B,
  ended,
  evidence,
  historyOf,
  NEW,
  NO_LIMITS,
  OLD,
  submit,
  submitOfB,
  target,
} from './verdict-world';

/** Budgets and windows: nothing is submitted after the one is exhausted, or outside the other. */

const NONE = { ...NO_LIMITS, strict: false, failed: 0 };

const act = (second: number, changes: Partial<Action>): Action => ({
  ...{ action: 'budget', by: 'faults', reason: 'why', at: at(second), wave: null, target: null },
  ...{ change: null },
  ...changes,
});
const raise = (second: number, changes: Partial<Action> = {}) =>
  act(second, { change: 'failed 0 to 2', ...changes });

/** A failed at second 3, which the wave had noted at second 4; B was submitted at second 5. */
function afterFailure(given: {
  readonly budgets?: { readonly rollout?: object; readonly wave?: object };
  readonly actions?: readonly Action[];
  readonly histories?: readonly HistoryText[];
}): Evidence {
  const { budgets = { rollout: NONE }, actions = [], histories = [] } = given;
  const failed = { outcome: 'failed', reason: 'jobFailed', versionAfter: null } as const;
  const base = evidence({
    journal: [submit(1, A), ended(3, A, 'failed'), submit(6, B), ended(7, B)],
    targets: [target(A, { ...failed, endedAt: at(3) }), target(B)],
    versions: [OLD, NEW],
  });
  const noted = historyOf('r/wave/all', '1', [
    { eventType: 'EVENT_TYPE_WORKFLOW_TASK_COMPLETED', eventTime: at(2) },
    { eventType: 'EVENT_TYPE_WORKFLOW_TASK_COMPLETED', eventTime: at(4) },
  ]);
  const waves = base.frozen.waves.map((wave) => ({ ...wave, budget: budgets.wave ?? NO_LIMITS }));
  return {
    ...base,
    frozen: { ...base.frozen, budget: budgets.rollout ?? NO_LIMITS, waves } as FrozenPlan,
    report: { ...base.report, actions },
    histories: [noted, ...histories],
  };
}

test.each<[string, Parameters<typeof afterFailure>[0], number[]]>([
  ["submitted after the rollout's budget was exhausted -> rule 2", {}, [2]],
  ["submitted after the wave's budget was exhausted -> rule 2", { budgets: { wave: NONE } }, [2]],
  [
    'a limit that is reached, not exceeded -> nothing',
    { budgets: { wave: { ...NONE, failed: 1 } } },
    [],
  ],
  ['handed out when the wave noted it -> nothing', { histories: [submitOfB(4)] }, []],
  ['handed out afterwards -> rule 2', { histories: [submitOfB(5)] }, [2]],
  ['a person raised it before -> nothing', { actions: [raise(5)] }, []],
  ['a person raised it too late -> rule 2', { actions: [raise(7)] }, [2]],
  ['another budget was raised -> rule 2', { actions: [raise(5, { wave: 'all' })] }, [2]],
  ['raised too little -> rule 2', { actions: [raise(5, { change: 'unknown 0 to 2' })] }, [2]],
  ['raised by a rule -> rule 2', { actions: [raise(5, { by: 'upwave' })] }, [2]],
  [
    'a person resumed although nothing was paused -> nothing',
    { actions: [act(5, { action: 'resume' })] },
    [],
  ],
  [
    'a person ended a pause, which accepts no budget -> rule 2',
    { actions: [act(2, { action: 'pause' }), act(5, { action: 'resume' })] },
    [2],
  ],
])('%s', (_name, given, expected) => {
  const rules = judge(afterFailure(given), []).map(({ rule }) => rule);

  expect(rules).toEqual(expected);
});

test('a budget that was exhausted, raised and not exhausted again -> one span', () => {
  const spans = exhaustedSpans(afterFailure({ actions: [raise(5)] }));

  expect(spans).toEqual([{ from: at(4), to: at(5), why: 'exhausted budget' }]);
});

const opening = (from: number, to: number) => ({ from: at(from), to: at(to) });
const cut = (from: number, to: number, changes: Partial<CutSpan> = {}): CutSpan => ({
  ...{ from: at(from), to: at(to), of: 'cloud', how: 'frozen' },
  ...changes,
});

// A is submitted at second 1, B at second 5.
test.each<[string, { spans: ReturnType<typeof opening>[]; cuts?: CutSpan[] }, number[]]>([
  ['both in a window -> nothing', { spans: [opening(0, 9)] }, []],
  ['each in its window -> nothing', { spans: [opening(0, 2), opening(4, 9)] }, []],
  ['at the beginning of one -> nothing', { spans: [opening(1, 9)] }, []],
  ['before it opened -> rule 2', { spans: [opening(2, 9)] }, [2]],
  ['between two -> rule 2', { spans: [opening(0, 2), opening(6, 9)] }, [2]],
  ['a moment after the end: on its way -> nothing', { spans: [opening(0, 4.6)] }, []],
  ['longer after the end -> rule 2', { spans: [opening(0, 4.4)] }, [2]],
  [
    'after the end, held by a network that stood still -> nothing',
    { spans: [opening(0, 4)], cuts: [cut(3, 4.8)] },
    [],
  ],
  [
    'the network stood still only after the end -> rule 2',
    { spans: [opening(0, 4)], cuts: [cut(4, 4.8)] },
    [2],
  ],
  [
    'the network had long been back -> rule 2',
    { spans: [opening(0, 4)], cuts: [cut(3, 4.4)] },
    [2],
  ],
  [
    'a network that refuses holds nothing -> rule 2',
    { spans: [opening(0, 4)], cuts: [cut(3, 4.8, { how: 'refused' })] },
    [2],
  ],
  [
    'not the network to the cloud -> rule 2',
    { spans: [opening(0, 4)], cuts: [cut(3, 4.8, { of: 'server' })] },
    [2],
  ],
])('%s', (_name, { spans, cuts = [] }, expected) => {
  const base = evidence({});
  const openings = { spans, until: at(59) };
  const frozen = { ...base.frozen, rules: { ...base.frozen.rules, openings } };

  const rules = judge({ ...base, frozen, cuts }, []).map(({ rule }) => rule);

  expect(rules).toEqual(expected);
});
