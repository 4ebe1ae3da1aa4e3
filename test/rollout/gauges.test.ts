import { noCounts } from '../../rollout/counts';
import { gaugesOf, type Seen } from '../../rollout/gauges';
import { statusOf } from '../../rollout/rollout-status';
import type { RolloutStatus } from '../../rollout/status';
import { aFrozenPlan, Story, targetsNamed } from './rollout-builder';
import { noLimits } from './wave-builder';

const approval = { kind: 'approval', expiresMs: null, onExpiry: 'abort' } as const;

function aRollout(changes: object = {}): Story {
  const wave = { targets: targetsNamed(3), budget: { ...noLimits, failed: 1 }, ...changes };
  return new Story(aFrozenPlan([wave, { targets: targetsNamed(2) }]));
}

function lines(seen: readonly Seen[], ...names: readonly string[]): readonly string[] {
  return gaugesOf(seen)
    .filter(({ name }) => names.includes(name))
    .map(({ name, labels, value }) => `${name} ${Object.values(labels).join(' ')} ${value}`);
}

const seen = ({ progress }: Story, plan = 'november'): Seen => ({
  plan,
  status: statusOf(progress),
});

test('nothing runs -> nothing to show', () => {
  expect(gaugesOf([])).toEqual([]);
});

test.each<{ name: string; story: Story; expected: readonly string[] }>([
  { name: 'nothing to wait for', story: aRollout(), expected: ['running'] },
  {
    name: 'attempts in flight',
    story: aRollout().begin(),
    expected: ['running', 'inFlight'],
  },
  {
    name: 'a gate for a person',
    story: aRollout({ gate: approval }),
    expected: ['waiting', 'approval'],
  },
  {
    name: 'a gate that opens by itself',
    story: aRollout({ gate: { kind: 'delay', forMs: 60_000 } }),
    expected: ['waiting', 'gate'],
  },
  {
    name: 'a pause',
    story: aRollout().order({ action: 'pause', wave: null }),
    expected: ['paused', 'paused'],
  },
])('$name -> $expected', ({ story, expected }) => {
  const shown = lines([seen(story)], 'upwave_rollouts', 'upwave_rollouts_waiting');

  expect(shown.map((line) => line.split(' ').at(-2))).toEqual(expected);
});

test('targets by outcome, pending and in flight: of the whole rollout', () => {
  const counts = { total: 3, succeeded: 1, failed: 1, inFlight: 1, pending: 0 };
  const story = aRollout()
    .begin()
    .news('wave1', 1, { counts: { ...noCounts(), ...counts } });

  expect(
    lines([seen(story)], 'upwave_rollout_targets').filter((each) => !each.endsWith(' 0')),
  ).toEqual([
    'upwave_rollout_targets november succeeded 1',
    'upwave_rollout_targets november failed 1',
    'upwave_rollout_targets november pending 2',
    'upwave_rollout_targets november inFlight 1',
  ]);
});

test('budgets: of the rollout and of the wave that runs; without limit there is none to show', () => {
  const counts = { total: 3, failed: 1, inFlight: 2 };
  const story = aRollout()
    .begin()
    .news('wave1', 1, { counts: { ...noCounts(), ...counts } });

  const shown = lines([seen(story)], 'upwave_budget_used', 'upwave_budget_limit');

  expect(shown.filter((line) => line.includes('failed') || line.includes('limit'))).toEqual([
    'upwave_budget_used november rollout failed 1',
    'upwave_budget_used november wave failed 1',
    'upwave_budget_limit november wave failed 1',
  ]);
});

test('a rollout that does not answer is shown as such', () => {
  expect(gaugesOf([{ plan: 'november', status: null }])).toEqual([
    { name: 'upwave_rollouts', labels: { plan: 'november', state: 'unanswered' }, value: 1 },
  ]);
});

test('two rollouts of a plan: counted together, of budgets the fuller and the smaller', () => {
  const budget = (failed: number | null) => ({ ...noLimits, failed });
  const one: RolloutStatus = { ...statusOf(aRollout().progress), budget: budget(5) };
  const other: RolloutStatus = {
    ...one,
    budget: budget(3),
    counts: { ...one.counts, failed: 2, pending: 3 },
  };

  const both = [one, other].map((status) => ({ plan: 'november', status }));

  expect(lines(both, 'upwave_rollouts')).toEqual(['upwave_rollouts november running 2']);
  expect(lines(both, 'upwave_rollout_targets')).toContain(
    'upwave_rollout_targets november pending 8',
  );
  expect(lines(both, 'upwave_budget_used', 'upwave_budget_limit')).toEqual(
    expect.arrayContaining([
      'upwave_budget_used november rollout failed 2',
      'upwave_budget_limit november rollout failed 3',
    ]),
  );
});
