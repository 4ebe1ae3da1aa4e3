import type { FrozenWave } from '../../rollout/frozen-plan';
import { happenedIn, notFrozen, notified, type Happening } from '../../rollout/notify';
import { endRollout } from '../../rollout/ending';
import { newRollout, type RolloutProgress } from '../../rollout/progress';
import { pausedByRule } from '../../rollout/steering';
import { aFrozenPlan, Story, targetsNamed } from './rollout-builder';
import { noLimits, noon, secondsAfterNoon } from './wave-builder';

const two = targetsNamed(2);
const approval = { kind: 'approval', expiresMs: 60_000, onExpiry: 'abort' } as const;
const noFailures = { ...noLimits, failed: 0 };

/** Two waves of two targets each; a case states what is different. */
function story(first: Partial<FrozenWave> = {}, second: Partial<FrozenWave> = {}): Story {
  return new Story(
    aFrozenPlan([
      { targets: two, ...first },
      { targets: two, ...second },
    ]),
  );
}

function told(story: Story, ...steps: ((story: Story) => unknown)[]): readonly Happening[] {
  return steps.flatMap((step) => {
    const before = story.progress;
    step(story);
    return happenedIn(before, story.progress);
  });
}

interface Case {
  readonly name: string;
  readonly given: Story;
  readonly when: readonly ((story: Story) => unknown)[];
  readonly expected: readonly Partial<Happening>[];
}

const cases: readonly Case[] = [
  { name: 'nothing but time -> nothing', given: story(), when: [(s) => s.go()], expected: [] },
  {
    name: 'outcomes within the budget -> nothing',
    given: story(),
    when: [(s) => s.begin(), (s) => s.news('wave1', 1, counted({ failed: 1 }))],
    expected: [],
  },
  {
    name: 'a wave ended well -> waveDone, with its own counts',
    given: story().begin(),
    when: [(s) => s.ended('wave1', 1, { succeeded: 2 })],
    expected: [
      { event: 'waveDone', wave: 'wave1', words: 'wave wave1 is done: 2 of 2 ended, 2 succeeded' },
    ],
  },
  {
    name: 'a wave left out -> waveDone, and says so',
    given: story(),
    when: [(s) => s.order({ action: 'skip', wave: 'wave1', target: null })],
    expected: [
      {
        event: 'waveDone',
        wave: 'wave1',
        words: 'wave wave1 is done: left out, skipped by kim: because; 2 of 2 ended, 2 skipped',
      },
    ],
  },
  {
    name: 'a wave ended and the next waits for a person -> both, in this order',
    given: story({}, { gate: approval }).begin(),
    when: [(s) => s.ended('wave1', 1, { succeeded: 2 })],
    expected: [
      { event: 'waveDone', wave: 'wave1' },
      {
        event: 'gateWaiting',
        wave: 'wave2',
        words: `wave wave2 waits for a person's approval, then the rollout is aborted (until ${secondsAfterNoon(60)})`,
      },
    ],
  },
  {
    name: 'approved before its turn -> no gateWaiting',
    given: story({}, { gate: approval }).begin().order({ action: 'approve', wave: 'wave2' }),
    when: [(s) => s.ended('wave1', 1, { succeeded: 2 })],
    expected: [{ event: 'waveDone', wave: 'wave1' }],
  },
  {
    name: 'a gate that opens by itself -> no gateWaiting',
    given: story({}, { gate: { kind: 'delay', forMs: 60_000 } }).begin(),
    when: [(s) => s.ended('wave1', 1, { succeeded: 2 })],
    expected: [{ event: 'waveDone', wave: 'wave1' }],
  },
  {
    name: 'paused and resumed at a gate -> told again, for the time to approve has begun anew',
    given: story({ gate: approval }),
    when: [
      (s) => s.order({ action: 'pause', wave: null }),
      (s) => s.at(secondsAfterNoon(10)),
      (s) => s.order({ action: 'resume', wave: null }),
    ],
    expected: [
      { event: 'paused', wave: null, words: 'paused by kim: because' },
      { event: 'gateWaiting', words: expect.stringContaining(secondsAfterNoon(70)) as string },
    ],
  },
  {
    name: 'a gate expired -> aborted by upwave',
    given: story({ gate: approval }),
    when: [(s) => s.at(secondsAfterNoon(61))],
    expected: [
      {
        event: 'aborted',
        words: `aborted by upwave: nobody approved wave wave1 before ${secondsAfterNoon(60)}; attempts in flight go on to their end`,
      },
    ],
  },
  {
    name: 'a budget exhausted -> told once, whatever follows',
    given: story({ budget: noFailures }).begin(),
    when: [
      (s) => s.news('wave1', 1, counted({ failed: 1 })),
      (s) => s.news('wave1', 1, counted({ failed: 2 })),
      (s) => s.go(),
    ],
    expected: [
      {
        event: 'budgetExhausted',
        wave: null,
        words: "the wave's budget is exhausted, 1 failed and at most 0 allowed",
      },
    ],
  },
  {
    name: 'exhausted, accepted, exhausted again -> told twice',
    given: story({ budget: noFailures }).begin(),
    when: [
      (s) => s.news('wave1', 1, counted({ failed: 1 })),
      (s) => s.order({ action: 'resume', wave: null }),
      (s) => s.news('wave1', 1, counted({ failed: 2 })),
    ],
    expected: [{ event: 'budgetExhausted' }, { event: 'budgetExhausted' }],
  },
  {
    name: 'a rule pauses -> paused, and why',
    given: story().begin(),
    when: [(s) => (s.progress = pausedByRule(s.progress, 'cloudAccess: 401', noon))],
    expected: [{ event: 'paused', words: 'paused by upwave: cloudAccess: 401' }],
  },
  {
    name: "a rule pauses on top of a person's pause -> told, once",
    given: story().begin().order({ action: 'pause', wave: null }),
    when: [
      (s) => (s.progress = pausedByRule(s.progress, 'one is unknown', noon)),
      (s) => (s.progress = pausedByRule(s.progress, 'another is unknown', noon)),
    ],
    expected: [{ event: 'paused', words: 'paused by upwave: one is unknown' }],
  },
  {
    name: 'a wave paused -> nothing: the rollout is not',
    given: story().begin(),
    when: [(s) => s.order({ action: 'pause', wave: 'wave1' })],
    expected: [],
  },
  {
    name: 'aborted while in flight, then ended -> aborted, then finished',
    given: story().begin(),
    when: [
      (s) => s.order({ action: 'abort' }),
      (s) => s.ended('wave1', 1, { succeeded: 1, skipped: 1 }),
      (s) => (s.progress = endRollout(s.progress, noon)),
    ],
    expected: [
      { event: 'aborted', wave: null },
      {
        event: 'finished',
        wave: null,
        words: 'ended after its abort: 4 of 4 ended, 1 succeeded, 3 skipped',
      },
    ],
  },
];

test.each(cases)('$name', ({ given, when, expected }) => {
  const happened = told(given, ...when);

  expect(happened).toHaveLength(expected.length);
  expect(happened).toMatchObject(expected);
});

test('the waves are known -> started, with their names', () => {
  const { progress } = story();
  const before = newRollout(progress.rolloutId, progress.plan, noon);

  expect(happenedIn(before, progress)).toEqual([
    { event: 'started', wave: null, words: 'started: 4 targets in 2 waves: wave1, wave2' },
  ]);
});

test('many waves -> started names ten of them', () => {
  const waves = Array.from({ length: 12 }, () => ({ targets: two }));
  const { progress } = new Story(aFrozenPlan(waves));

  const [started] = happenedIn(newRollout('r', 'november', noon), progress);

  expect(started?.words).toMatch(/24 targets in 12 waves: wave1, .*, wave10, …$/);
});

describe('a notification', () => {
  const { progress } = story({ gate: approval });
  const waiting: Happening = { event: 'gateWaiting', wave: 'wave1', words: 'wave1 waits' };

  test('holds all that a program needs, and a text for a person', () => {
    const { notifications } = notified(progress, [waiting], noon);

    expect(notifications).toEqual([
      {
        text: '*november* wave1 waits\nupwave approve rollout/november/1 --wave wave1',
        event: 'gateWaiting',
        rolloutId: 'rollout/november/1',
        plan: 'november',
        number: 1,
        wave: 'wave1',
        state: 'waiting',
        counts: expect.objectContaining({ total: 2, pending: 2 }) as unknown,
        words: 'wave1 waits',
        at: noon,
      },
    ]);
  });

  test('of the whole rollout has the counts of all waves', () => {
    const happening: Happening = { event: 'paused', wave: null, words: 'paused' };

    const { notifications } = notified(progress, [happening], noon);

    expect(notifications[0]?.counts.total).toBe(4);
  });

  test('numbers go on, also in the progress that is carried over', () => {
    const first = notified(progress, [waiting, waiting], noon);
    const carried = JSON.parse(JSON.stringify(first.progress)) as RolloutProgress;

    const { notifications } = notified(carried, [waiting], noon);

    expect(first.notifications.map(({ number }) => number)).toEqual([1, 2]);
    expect(notifications.map(({ number }) => number)).toEqual([3]);
  });

  test('nothing happened -> the progress as it was, without a number', () => {
    expect(notified(progress, [], noon)).toEqual({ progress, notifications: [] });
  });

  test('hostile words address no channel, are no link, and stay on one line of bounded length', () => {
    const words = `<!channel> <https://evil.example|report> & \n${'x'.repeat(5_000)}`;

    const { notifications } = notified(progress, [{ ...waiting, words }], noon);

    const { text = '' } = notifications[0] ?? {};
    expect(text).toContain('&lt;!channel&gt; &lt;https://evil.example|report&gt; &amp; x');
    expect(text.split('\n')).toHaveLength(2);
    expect(text.length).toBeLessThan(1_000);
  });

  test('of a plan that could not be frozen is in no state', () => {
    const before = newRollout('rollout/november/1', 'november', noon);

    const { notifications } = notified(before, [notFrozen('no such project')], noon);

    expect(notifications).toMatchObject([
      { event: 'notFrozen', state: null, words: 'no such project', counts: { total: 0 } },
    ]);
  });
});

/** Counts of a part of two targets. */
function counted(ended: { readonly failed: number }) {
  const none = { pending: 0, succeeded: 0, upToDate: 0, rejected: 0, unknown: 0, skipped: 0 };
  return { counts: { ...none, ...ended, total: 2, inFlight: 2 - ended.failed } };
}
