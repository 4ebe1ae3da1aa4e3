import { OUTCOMES, type Outcome } from '../../rollout/outcome';
import type { ReportedTarget } from '../../rollout/report';
import { retryPlan } from '../../rollout/retry';
import { frozenPlan, frozenTarget, frozenWave } from './frozen-builder';

const endedAt = '2026-11-21T13:00:00.000Z';

function reported(
  instanceId: string,
  outcome: Outcome | null,
  changes: Partial<ReportedTarget> = {},
): ReportedTarget {
  return {
    upgrade: 'cache',
    family: 'dcs-instance',
    projectId: 'project',
    instanceId,
    proxyId: null,
    name: null,
    labels: {},
    wave: 'canary',
    status: 'ended',
    outcome,
    reason: null,
    reasonText: null,
    versionBefore: null,
    versionAfter: null,
    attempts: [],
    compensation: null,
    startedAt: null,
    endedAt,
    ...changes,
  };
}

/** The ids that are left per wave; or why nothing is. */
function left(...args: Parameters<typeof retryPlan>): unknown {
  const retry = retryPlan(...args);
  if (retry.kind === 'refused') return retry.why;
  return retry.plan.waves.map(({ name, targets }) => [
    name,
    ...targets.map(({ instanceId, proxyId }) => proxyId ?? instanceId),
  ]);
}

const GOOD: readonly (Outcome | null)[] = ['succeeded', 'upToDate'];

test.each([...OUTCOMES, null].map((outcome) => ({ outcome, again: !GOOD.includes(outcome) })))(
  'a target that ended $outcome -> retried: $again',
  ({ outcome, again }) => {
    const frozen = frozenPlan([frozenWave('canary', [frozenTarget('a'), frozenTarget('b')])]);
    const targets = [reported('a', outcome), reported('b', 'failed')];

    expect(left(frozen, { endedAt, targets })).toEqual([['canary', ...(again ? ['a'] : []), 'b']]);
  },
);

test('waves that would be empty are left out; waves and targets keep their order', () => {
  const frozen = frozenPlan([
    frozenWave('canary', [frozenTarget('a')]),
    frozenWave('tenth', [frozenTarget('c'), frozenTarget('b'), frozenTarget('d')]),
    frozenWave('rest', [frozenTarget('e')]),
  ]);
  const targets = [
    reported('e', 'unknown'),
    reported('d', 'rejected'),
    reported('c', 'failed'),
    reported('b', 'succeeded'),
    reported('a', 'upToDate'),
  ];

  expect(left(frozen, { endedAt, targets })).toEqual([
    ['tenth', 'c', 'd'],
    ['rest', 'e'],
  ]);
});

test('upgrade, instance and proxy together say which target it is', () => {
  const frozen = frozenPlan([
    frozenWave('canary', [
      frozenTarget('a', { proxyId: 'p' }),
      frozenTarget('a', { proxyId: 'q' }),
      frozenTarget('a', { upgrade: 'kernel' }),
      frozenTarget('a'),
    ]),
  ]);
  const targets = [
    reported('a', 'succeeded', { proxyId: 'p' }),
    reported('a', 'failed', { proxyId: 'q' }),
    reported('a', 'failed', { upgrade: 'kernel' }),
    reported('a', 'succeeded'),
  ];

  expect(left(frozen, { endedAt, targets })).toEqual([['canary', 'q', 'a']]);
});

test('all else stays: budgets as they were cut, unmatched, seed', () => {
  const budget = { rejected: 1, failed: 2, unknown: null, strict: true };
  const canary = { ...frozenWave('canary', [frozenTarget('a'), frozenTarget('b')]), budget };
  const frozen = frozenPlan([canary], { budget, unmatched: [frozenTarget('z')], seed: 's' });

  const targets = [reported('a', 'failed'), reported('b', 'succeeded')];

  expect(retryPlan(frozen, { endedAt, targets })).toEqual({
    kind: 'plan',
    plan: { ...frozen, waves: [{ ...canary, targets: [frozenTarget('a')] }] },
  });
});

test.each([
  {
    name: 'a rollout that goes on',
    given: { endedAt: null, targets: [reported('a', 'failed')] },
    why: 'the rollout has not ended',
  },
  {
    name: 'all is well',
    given: { endedAt, targets: [reported('a', 'succeeded')] },
    why: 'nothing to retry: every target succeeded or is up to date',
  },
])('$name -> refused', ({ given, why }) => {
  const frozen = frozenPlan([frozenWave('canary', [frozenTarget('a')])]);

  expect(left(frozen, given)).toBe(why);
});
