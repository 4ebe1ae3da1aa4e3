import { endRollout } from '../../rollout/ending';
import { holdOf, holds } from '../../rollout/hold';
import { newRollout } from '../../rollout/progress';
import { refusal, type Order } from '../../rollout/steering';
import { aFrozenPlan, Story } from './rollout-builder';
import { noLimits, noon } from './wave-builder';

const approval = { kind: 'approval', expiresMs: null, onExpiry: 'abort' } as const;
const plan = aFrozenPlan([
  { name: 'canary', concurrency: 2 },
  { name: 'rest', gate: approval },
]);
const fresh = () => new Story(plan);
const running = () => fresh().begin();
const failing = () =>
  new Story(aFrozenPlan([{ name: 'canary', budget: { ...noLimits, failed: 3 } }, { name: 'rest' }]))
    .begin()
    .news('canary', 1, { counts: { ...fresh().part('canary').counts, failed: 2 } });
const why = (story: Story, order: Order) => refusal(story.progress, story.frozen, order);

test.each<{ name: string; story: Story; order: Order; words: string | null }>([
  { name: 'pause -> may', story: running(), order: { action: 'pause', wave: null }, words: null },
  {
    name: 'pause of a paused one -> not',
    story: running().order({ action: 'pause', wave: null }),
    order: { action: 'pause', wave: null },
    words: 'the rollout is paused already',
  },
  {
    name: 'resume of one that runs -> not',
    story: running(),
    order: { action: 'resume', wave: null },
    words: 'the rollout is neither paused nor out of budget',
  },
  {
    name: 'resume of the whole when only a wave is paused -> says which',
    story: running().order({ action: 'pause', wave: 'rest' }),
    order: { action: 'resume', wave: null },
    words: 'the rollout is neither paused nor out of budget: only wave rest is paused',
  },
  {
    name: 'resume of a wave that is not paused -> not',
    story: running(),
    order: { action: 'resume', wave: 'rest' },
    words: 'wave rest is not paused',
  },
  {
    name: 'a wave that does not exist -> the one that was meant',
    story: running(),
    order: { action: 'approve', wave: 'rst' },
    words: 'it has no wave rst (did you mean rest?)',
  },
  {
    name: 'approve in advance -> may',
    story: running(),
    order: { action: 'approve', wave: 'rest' },
    words: null,
  },
  {
    name: 'approve twice -> not',
    story: running().order({ action: 'approve', wave: 'rest' }),
    order: { action: 'approve', wave: 'rest' },
    words: 'wave rest is approved already',
  },
  {
    name: 'approve a wave without gate -> not',
    story: fresh(),
    order: { action: 'approve', wave: 'canary' },
    words: 'wave canary has no gate: it begins without approval',
  },
  {
    name: 'approve a wave that has begun -> not',
    story: running(),
    order: { action: 'approve', wave: 'canary' },
    words: 'wave canary has begun',
  },
  {
    name: 'skip a wave to come -> may',
    story: running(),
    order: { action: 'skip', wave: 'rest', target: null },
    words: null,
  },
  {
    name: 'skip a wave that has begun -> not',
    story: running(),
    order: { action: 'skip', wave: 'canary', target: null },
    words: 'wave canary has begun: its targets can be skipped one by one',
  },
  {
    name: 'skip a target of a wave to come -> may',
    story: running(),
    order: { action: 'skip', wave: 'rest', target: 'b' },
    words: null,
  },
  {
    name: 'skip a target that the wave does not have -> not',
    story: running(),
    order: { action: 'skip', wave: 'rest', target: 'nobody' },
    words: 'wave rest has no target nobody',
  },
  {
    name: 'skip a target twice -> not',
    story: running().order({ action: 'skip', wave: 'rest', target: 'b' }),
    order: { action: 'skip', wave: 'rest', target: 'b' },
    words: 'b is left out already',
  },
  {
    name: 'more at once -> may',
    story: running(),
    order: { action: 'concurrency', wave: 'canary', limit: 3 },
    words: null,
  },
  {
    name: 'as many at once as now -> not',
    story: running(),
    order: { action: 'concurrency', wave: 'canary', limit: 2 },
    words: 'the concurrency is 2 already',
  },
  {
    name: 'none at once -> not',
    story: running(),
    order: { action: 'concurrency', wave: null, limit: 0 },
    words: 'it takes a whole number of at least 1',
  },
  {
    name: 'budget to what is used -> may',
    story: failing(),
    order: { action: 'budget', wave: 'canary', limits: { failed: 2 } },
    words: null,
  },
  {
    name: 'budget below what is used -> not',
    story: failing(),
    order: { action: 'budget', wave: 'canary', limits: { failed: 1 } },
    words: 'there are 2 failed already: a limit of 1 is below what is used',
  },
  {
    name: 'budget as it is -> not',
    story: failing(),
    order: { action: 'budget', wave: 'canary', limits: { failed: 3 } },
    words: 'it changes nothing',
  },
  {
    name: 'budget without limit -> may',
    story: failing(),
    order: { action: 'budget', wave: 'canary', limits: { failed: null } },
    words: null,
  },
  {
    name: 'a wave that is over -> not',
    story: running().ended('canary', 1, { succeeded: 4 }),
    order: { action: 'concurrency', wave: 'canary', limit: 9 },
    words: 'wave canary is over',
  },
  {
    name: 'anything while aborting -> not',
    story: running().order({ action: 'abort' }),
    order: { action: 'pause', wave: null },
    words: 'the rollout is being aborted',
  },
])('$name', ({ story, order, words }) => {
  expect(why(story, order)).toBe(words);
});

test('ended -> nothing fits any more', () => {
  const ended = endRollout(fresh().progress, noon);

  expect(refusal(ended, plan, { action: 'abort' })).toBe('the rollout has ended (finished)');
});

test('before the plan is frozen -> the whole can be paused, waves are not known', () => {
  const before = newRollout('rollout/november/1', 'november', noon);

  expect(refusal(before, null, { action: 'pause', wave: null })).toBeNull();
  expect(refusal(before, null, { action: 'pause', wave: 'rest' })).toBe(
    'its waves are not known yet: the plan is being frozen',
  );
});

test('an act is kept for the report, with what it changed', () => {
  const story = failing()
    .order({ action: 'budget', wave: 'canary', limits: { failed: null, unknown: 2 } })
    .order({ action: 'concurrency', wave: null, limit: 7 });

  expect(story.progress.actions).toEqual([
    {
      action: 'budget',
      by: 'kim',
      reason: 'because',
      at: noon,
      wave: 'canary',
      target: null,
      change: 'failed 3 to none, unknown none to 2',
    },
    {
      action: 'concurrency',
      by: 'kim',
      reason: 'because',
      at: noon,
      wave: null,
      target: null,
      change: 'none to 7',
    },
  ]);
});

test.each([
  { name: 'running -> nothing holds', story: running(), hold: false, canary: false },
  {
    name: 'paused -> all holds',
    story: running().order({ action: 'pause', wave: null }),
    hold: true,
    canary: true,
  },
  {
    name: 'aborting -> all holds',
    story: running().order({ action: 'abort' }),
    hold: true,
    canary: true,
  },
  {
    name: 'another wave paused -> that one holds',
    story: running().order({ action: 'pause', wave: 'rest' }),
    hold: ['rest'],
    canary: false,
  },
  {
    name: 'its wave paused -> it holds',
    story: running().order({ action: 'pause', wave: 'canary' }),
    hold: ['canary'],
    canary: true,
  },
])('hold: $name', ({ story, hold, canary }) => {
  expect(holdOf(story.progress)).toEqual(hold);
  expect(holds(holdOf(story.progress), 'canary')).toBe(canary);
});
