import type { FrozenWave } from '../../rollout/frozen-plan';
import { seededWorld, type Rates } from '../../rollout/seeded-world';
import type { Messages } from '../../rollout/simulation';
import { simulate } from '../../rollout/simulator';
import { noBudget, simPlan, simWave } from './simulator.builder';

/**
 * What a message costs the rollout's history at most, when no other comes at the same moment: each
 * that arrives is an event with three of a workflow task; one that is sent has two of its own.
 */
const EVENTS = { news: 4, terms: 5, parts: 12 } as const satisfies Record<keyof Messages, number>;

/** A history that long continues as new (workflows/rollout.ts) as soon as no part runs. */
const LONGEST = 2_500;

function eventsOf(wave: FrozenWave, rates: Rates = {}): number {
  const world = seededWorld('messages', { rates, lookMs: [500, 2_000], troublesAtMost: 1 });
  const run = simulate({ frozen: simPlan({ waves: [wave] }), world, latencyMs: 50 });
  expect(run.state).toBe('over');
  const kinds = ['news', 'terms', 'parts'] as const;
  return kinds.reduce((sum, kind) => sum + EVENTS[kind] * run.messages[kind], 0);
}

const large = (targets: number, changes: Partial<FrozenWave> = {}) =>
  simWave('a', targets, { concurrency: 50, partSize: 500, ...changes });
const mayFail = (failed: number) => ({ budget: { ...noBudget, failed } });

test.each([
  { name: 'one part', wave: large(500), rates: {}, atMost: LONGEST },
  { name: 'ten parts', wave: large(5_000), rates: {}, atMost: LONGEST },
  { name: 'all at once', wave: large(2_000, { concurrency: 500 }), rates: {}, atMost: LONGEST },
  {
    name: 'a fifth fails, and no budget limits it',
    wave: large(2_000),
    rates: { failed: 0.2 },
    atMost: LONGEST,
  },
  {
    name: 'a fifth fails, and a budget limits it',
    wave: large(2_000, mayFail(1_000)),
    rates: { failed: 0.2 },
    atMost: LONGEST,
  },
  {
    name: 'half of them is busy once',
    wave: large(2_000),
    rates: { busy: 0.5 },
    atMost: LONGEST,
  },
])("a rollout's history: $name -> no more than $atMost events", ({ wave, rates, atMost }) => {
  expect(eventsOf(wave, rates)).toBeLessThanOrEqual(atMost);
});
