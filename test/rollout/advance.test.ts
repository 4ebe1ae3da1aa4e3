import { looked } from '../../rollout/bake';
import { endRollout } from '../../rollout/ending';
import type { Bake } from '../../rollout/frozen-plan';
import { withWave } from '../../rollout/progress';
import { statusOf } from '../../rollout/rollout-status';
import { partLost, pausedByRule } from '../../rollout/steering';
import { termsFor } from '../../rollout/terms';
import { aFrozenPlan, Story, targetsNamed } from './rollout-builder';
import { noLimits, noon, rules, secondsAfterNoon } from './wave-builder';

const two = () => new Story(aFrozenPlan([{}, {}]));
const failedNone = { ...noLimits, failed: 0 };

test('waves one after the other, then the end', () => {
  const story = two();
  expect(story.does).toBe('begin wave1/1');
  expect(story.begin().does).toBe('wait: inFlight');
  expect(story.ended('wave1', 1, { succeeded: 4 }).does).toBe('begin wave2/1');
  expect(story.begin().ended('wave2', 1, { succeeded: 4 }).does).toBe('end');
});

test('what a running wave waits for is what the rollout waits for', () => {
  const wait = { reason: 'retry', until: null, words: '1 target waits' } as const;

  const story = two().begin().news('wave1', 1, { waitingFor: wait });

  expect(story.progress.waitingFor).toEqual(wait);
});

test('a wave without targets is passed over', () => {
  expect(new Story(aFrozenPlan([{ targets: [] }, {}])).does).toBe('begin wave2/1');
});

const bake: Bake = {
  forMs: 60_000,
  everyMs: 30_000,
  checks: [{ kind: 'http', url: 'https://h', status: 200, value: null }],
  unhealthy: { limit: 0, then: 'pause' },
  inconclusive: { limit: 0, then: 'abort' },
};

describe('pause', () => {
  test('before a wave -> it does not begin; resumed -> it does', () => {
    const story = two().order({ action: 'pause', wave: null });
    expect(story.does).toBe('wait: paused');
    expect(story.progress.waitingFor?.words).toBe('paused by kim: because');

    expect(story.order({ action: 'resume', wave: null }).does).toBe('begin wave1/1');
  });

  test('of one wave -> its terms say so, those of others do not', () => {
    const story = two().order({ action: 'pause', wave: 'wave2' });
    expect(story.does).toBe('begin wave1/1');
    story.begin();
    expect(termsFor(story.progress, story.part('wave1')).paused).toBe(false);
    expect(termsFor(story.progress, story.part('wave2')).paused).toBe(true);

    expect(story.ended('wave1', 1, { succeeded: 4 }).does).toBe('wait: paused');
    expect(story.order({ action: 'resume', wave: 'wave2' }).does).toBe('begin wave2/1');
  });

  test('by a person while the last attempts end -> the rollout ends all the same', () => {
    const story = new Story(aFrozenPlan([{}])).begin().order({ action: 'pause', wave: null });

    expect(story.ended('wave1', 1, { succeeded: 4 }).does).toBe('end');
  });
});

describe('abort', () => {
  test('while a wave runs -> its end is waited for, then nothing begins', () => {
    const story = two().begin().order({ action: 'abort' });
    expect(story.does).toBe('wait: aborting');
    expect(termsFor(story.progress, story.part('wave1')).aborting).toBe(true);

    story.ended('wave1', 1, { succeeded: 1, skipped: 3 });
    expect(story.does).toBe('end');
    const status = statusOf(endRollout(story.progress, story.now));
    expect(status).toMatchObject({
      state: 'aborted',
      counts: { total: 8, succeeded: 1, skipped: 7 },
    });
    expect(status.waves[1]?.untold).toMatchObject({ outcome: 'skipped', reason: 'aborted' });
  });
});

describe('budget', () => {
  const spent = (plan = aFrozenPlan([{ budget: failedNone }, {}])) =>
    new Story(plan).begin().ended('wave1', 1, { failed: 1, succeeded: 3 });

  test("a wave's, exhausted by its last outcome -> a person is waited for", () => {
    const story = spent();

    expect(story.does).toBe('wait: budgetExhausted');
    expect(statusOf(story.progress).state).toBe('waiting');
  });

  test("the rollout's, exhausted -> likewise", () => {
    expect(spent(aFrozenPlan([{}, {}], { budget: failedNone })).does).toBe('wait: budgetExhausted');
  });

  test('resumed -> what is used is accepted, one more exhausts it again', () => {
    const story = spent().order({ action: 'resume', wave: null });

    expect(story.does).toBe('begin wave2/1');
    expect(story.progress.waves[0]?.budget.failed).toBe(1);
  });

  test('raised by a person -> goes on by itself', () => {
    const order = { action: 'budget', wave: 'wave1', limits: { failed: 1 } } as const;

    expect(spent().order(order).does).toBe('begin wave2/1');
  });

  test('paused and exhausted: the end of the pause does not accept the budget', () => {
    const story = spent().order({ action: 'pause', wave: null });

    expect(story.order({ action: 'resume', wave: null }).does).toBe('wait: budgetExhausted');
  });

  test('of the last wave -> nothing is left to be waited for', () => {
    expect(spent(aFrozenPlan([{ budget: failedNone }])).does).toBe('end');
  });

  test.each([
    { name: 'a second before -> waits', seconds: 59, does: 'wait: budgetExhausted' },
    { name: 'at it -> aborts', seconds: 60, does: 'end' },
  ])('expiry, $name', ({ seconds, does }) => {
    const expiring = { ...rules, onExhausted: { expiresMs: 60_000 } };
    const story = spent(aFrozenPlan([{ budget: failedNone }, {}], { rules: expiring }));
    expect(story.progress.waitingFor?.until).toBe(secondsAfterNoon(60));

    expect(story.at(secondsAfterNoon(seconds)).does).toBe(does);
  });

  describe('expiry and a pause', () => {
    const expiring = { ...rules, onExhausted: { expiresMs: 60_000 } };
    const exhausted = () => spent(aFrozenPlan([{ budget: failedNone }, {}], { rules: expiring }));
    const resume = { action: 'resume', wave: null } as const;

    test('paused by a person -> does not expire; resumed -> the time begins anew', () => {
      const story = exhausted().order({ action: 'pause', wave: null });
      expect(story.at(secondsAfterNoon(300)).step).toMatchObject({ do: 'wait', wakeAt: null });

      expect(story.order(resume).does).toBe('wait: budgetExhausted');
      expect(story.progress.waitingFor?.until).toBe(secondsAfterNoon(360));
    });

    test('paused by a rule -> expires all the same, for nobody has come', () => {
      const story = exhausted();
      story.progress = pausedByRule(story.progress, 'look at it', story.now);

      expect(story.go().step).toMatchObject({ do: 'wait', wakeAt: secondsAfterNoon(60) });
      expect(story.at(secondsAfterNoon(60)).does).toBe('end');
    });

    test('paused by a person, and then by a rule -> does not expire: somebody is there', () => {
      const story = exhausted().order({ action: 'pause', wave: null });
      story.progress = pausedByRule(story.progress, 'look at it', story.now);

      expect(story.at(secondsAfterNoon(300)).step).toMatchObject({ do: 'wait', wakeAt: null });
    });

    test('paused by a person and resumed, then by a rule -> expires', () => {
      const story = exhausted().order({ action: 'pause', wave: null }).order(resume);
      story.progress = pausedByRule(story.progress, 'look at it', story.now);

      expect(story.at(secondsAfterNoon(60)).does).toBe('end');
    });

    test('of the last wave while its health is watched -> does not expire', () => {
      const plan = aFrozenPlan([{ budget: failedNone, bake }], { rules: expiring });

      expect(spent(plan).at(secondsAfterNoon(300)).progress.aborting).toBe(false);
    });

    test('paused by a rule while attempts are in flight -> wakes for the expiry', () => {
      const story = new Story(aFrozenPlan([{ budget: failedNone }, {}], { rules: expiring }));
      const { total, inFlight } = story.begin().part('wave1').counts;
      const counts = { ...story.part('wave1').counts, total, inFlight, failed: 1 };
      story.news('wave1', 1, { counts });
      story.progress = pausedByRule(story.progress, 'look at it', story.now);

      expect(story.go().does).toBe('wait: paused');
      expect(story.step).toMatchObject({ wakeAt: secondsAfterNoon(60) });
    });

    test('paused by a rule, resumed by a person -> the time begins anew', () => {
      const story = exhausted();
      story.progress = pausedByRule(story.progress, 'look at it', story.now);

      story.at(secondsAfterNoon(59)).order(resume);

      expect(story.at(secondsAfterNoon(60)).does).toBe('wait: budgetExhausted');
      expect(story.progress.waitingFor?.until).toBe(secondsAfterNoon(119));
    });
  });

  test('an abort by expiry is in the report, by the rule', () => {
    const expiring = { ...rules, onExhausted: { expiresMs: 60_000 } };
    const story = spent(aFrozenPlan([{ budget: failedNone }, {}], { rules: expiring }));

    const { actions } = story.at(secondsAfterNoon(60)).progress;

    expect(actions).toMatchObject([{ action: 'abort', by: 'upwave' }]);
    expect(actions[0]?.reason).toContain("the wave's budget is exhausted");
  });
});

describe('gate', () => {
  const gated = (gate: NonNullable<ReturnType<typeof aFrozenPlan>['waves'][number]['gate']>) =>
    new Story(aFrozenPlan([{}, { gate }, {}])).begin().ended('wave1', 1, { succeeded: 4 });
  const approval = { kind: 'approval', expiresMs: 60_000 } as const;

  test('approval -> waits for a person, and says so', () => {
    const story = gated({ ...approval, onExpiry: 'abort' });

    expect(story.does).toBe('wait: gate');
    expect(statusOf(story.progress).state).toBe('waiting');
    expect(story.order({ action: 'approve', wave: 'wave2' }).does).toBe('begin wave2/1');
  });

  test('approved in advance -> does not wait', () => {
    const gate = { ...approval, onExpiry: 'abort' } as const;
    const story = new Story(aFrozenPlan([{}, { gate }])).order({
      action: 'approve',
      wave: 'wave2',
    });

    expect(story.begin().ended('wave1', 1, { succeeded: 4 }).does).toBe('begin wave2/1');
  });

  test.each([
    { onExpiry: 'abort' as const, does: 'end' },
    { onExpiry: 'skipWave' as const, does: 'begin wave3/1' },
    { onExpiry: 'begin' as const, does: 'begin wave2/1' },
  ])('expired -> $onExpiry', ({ onExpiry, does }) => {
    const story = gated({ ...approval, onExpiry });

    expect(story.at(secondsAfterNoon(59)).does).toBe('wait: gate');
    expect(story.at(secondsAfterNoon(60)).does).toBe(does);
  });

  test('skipped at expiry -> its targets are skipped, with the reason', () => {
    const story = gated({ ...approval, onExpiry: 'skipWave' }).at(secondsAfterNoon(60));

    const [, wave] = statusOf(story.progress).waves;

    expect(wave).toMatchObject({ counts: { skipped: 4 }, untold: { reason: 'gateExpired' } });
  });

  test('the delay counts from the end of the wave before, not from the start', () => {
    const story = new Story(aFrozenPlan([{}, { gate: { kind: 'delay', forMs: 60_000 } }])).begin();
    story.at(secondsAfterNoon(600)).ended('wave1', 1, { succeeded: 4 });

    expect(story.progress.waitingFor?.until).toBe(secondsAfterNoon(660));
  });

  test.each([
    { name: 'the rollout', wave: null },
    { name: 'the wave', wave: 'wave2' },
  ])('$name is paused at the gate -> does not expire; resumed -> time to approve', ({ wave }) => {
    const story = gated({ ...approval, onExpiry: 'abort' }).order({ action: 'pause', wave });
    expect(story.at(secondsAfterNoon(300)).does).toBe('wait: paused');

    expect(story.order({ action: 'resume', wave }).does).toBe('wait: gate');
    expect(story.at(secondsAfterNoon(359)).does).toBe('wait: gate');
    expect(story.at(secondsAfterNoon(360)).does).toBe('end');
  });

  test('a pause during a delay -> the delay goes on', () => {
    const story = gated({ kind: 'delay', forMs: 60_000 }).order({ action: 'pause', wave: null });

    story.at(secondsAfterNoon(61)).order({ action: 'resume', wave: null });

    expect(story.does).toBe('begin wave2/1');
  });

  test('a pause at the gate -> approved, but nothing begins before the resume', () => {
    const story = gated({ ...approval, onExpiry: 'abort' });
    story.order({ action: 'pause', wave: null }).order({ action: 'approve', wave: 'wave2' });

    expect(story.does).toBe('wait: paused');
    expect(story.order({ action: 'resume', wave: null }).does).toBe('begin wave2/1');
  });
});

test('a wave left out by a person -> passed over, its targets skipped', () => {
  const story = two().order({ action: 'skip', wave: 'wave1', target: null });

  expect(story.does).toBe('begin wave2/1');
  expect(statusOf(story.progress).waves[0]).toMatchObject({
    counts: { skipped: 4 },
    untold: { reason: 'skippedByPerson', reasonText: 'skipped by kim: because' },
  });
});

describe('bake', () => {
  const baking = () =>
    new Story(aFrozenPlan([{ bake }, {}])).begin().ended('wave1', 1, { succeeded: 4 });
  const look = (story: Story, verdict: 'healthy' | 'unhealthy' | 'inconclusive') => {
    const state = story.progress.waves[0]?.bake;
    if (!state) throw new Error('no bake');
    const seen = looked(state, { verdict, words: `${verdict} words` }, story.now);
    story.progress = withWave(story.progress, 'wave1', { bake: seen });
    return story.go();
  };

  test('looks at once, waits, looks again, and goes on when healthy to the end', () => {
    const story = baking();
    expect(story.does).toBe('look after wave1');
    expect(look(story, 'healthy').does).toBe('wait: bake');
    expect(story.at(secondsAfterNoon(30)).does).toBe('look after wave1');
    look(story, 'healthy');
    expect(story.at(secondsAfterNoon(60)).does).toBe('look after wave1');
    expect(look(story, 'healthy').does).toBe('begin wave2/1');
    expect(statusOf(story.progress).waves[0]?.bake?.state).toBe('healthy');
  });

  test('unhealthy -> paused by the rule, with the words; resumed -> goes on', () => {
    const story = look(baking(), 'unhealthy');

    expect(story.does).toBe('wait: paused');
    expect(story.progress.actions).toMatchObject([{ action: 'pause', by: 'upwave' }]);
    expect(story.progress.waitingFor?.words).toContain('unhealthy words');
    expect(story.order({ action: 'resume', wave: null }).does).toBe('begin wave2/1');
  });

  test('inconclusive, and the plan says abort -> aborted', () => {
    const story = look(baking(), 'inconclusive');

    expect(story.does).toBe('end');
    expect(story.progress.aborting).toBe(true);
  });

  test('unhealthy after the last wave -> a person must know before it is over', () => {
    const last = new Story(aFrozenPlan([{ bake }])).begin().ended('wave1', 1, { succeeded: 4 });

    expect(look(last, 'unhealthy').does).toBe('wait: paused');
    expect(last.order({ action: 'resume', wave: null }).does).toBe('end');
  });
});

test('a wave ended from outside -> paused by the rule; resumed -> the next begins', () => {
  const story = two().begin();
  story.progress = partLost(story.progress, { wave: 'wave1', part: 1 }, 'it is gone', noon);

  expect(story.go().does).toBe('wait: paused');
  expect(story.progress.actions).toMatchObject([{ by: 'upwave', reason: 'it is gone' }]);
  story.order({ action: 'resume', wave: null });
  expect(story.does).toBe('begin wave2/1');
  story.begin().ended('wave2', 1, { succeeded: 4 });
  const status = statusOf(endRollout(story.progress, noon));
  expect(status.counts).toMatchObject({ unknown: 4, succeeded: 4, pending: 0 });
  expect(status.waves[0]).toMatchObject({ state: 'aborted', untold: { reason: 'terminated' } });
});

test('a part lost, then aborted -> what had not begun is skipped, and not unknown', () => {
  const story = new Story(aFrozenPlan([{ targets: targetsNamed(1_100), concurrency: 10 }])).begin();
  story.progress = partLost(story.progress, { wave: 'wave1', part: 1 }, 'it is gone', noon);
  story.go().order({ action: 'abort' });

  const { counts, waves } = statusOf(endRollout(story.progress, noon));

  expect(counts).toMatchObject({ unknown: 500, skipped: 600 });
  expect(waves[0]).toMatchObject({
    untold: { reason: 'terminated' },
    unbegun: { from: 500, end: { reason: 'aborted' } },
  });
});

describe('parts of a large wave', () => {
  const large = (changes = {}, plan = {}) =>
    new Story(aFrozenPlan([{ targets: targetsNamed(1_100), concurrency: 10, ...changes }], plan));

  test('the first gets all places, the next begins with what it gives back', () => {
    const story = large().begin();
    expect(story.part('wave1', 1).granted).toBe(10);
    expect(story.does).toBe('wait: inFlight');

    story.news('wave1', 1, { returned: 1 });
    expect(story.does).toBe('begin wave1/2');
    story.begin();
    expect(story.part('wave1', 2).granted).toBe(1);
    expect(story.does).toBe('wait: inFlight');
  });

  test('further places go to the part that wants them, the oldest first', () => {
    const story = large().begin().news('wave1', 1, { returned: 1 }).begin();
    story.news('wave1', 2, { wants: 9 }).news('wave1', 1, { returned: 3 });
    expect(story.part('wave1', 2).granted).toBe(3);

    // A retry of the first part is due again.
    story.news('wave1', 1, { wants: 1, returned: 4 });
    expect(story.part('wave1', 1).granted).toBe(11);
    expect(story.part('wave1', 2).granted).toBe(3);
  });

  test('never more places than the concurrency, whatever is given back', () => {
    const story = large().begin().news('wave1', 1, { returned: 10 }).begin();
    story.news('wave1', 2, { wants: 99 });

    const held = story.progress.parts.map(({ granted, returned }) => granted - returned);

    expect(held.reduce((sum, places) => sum + places)).toBe(10);
  });

  test('what one part has used, the others know', () => {
    const story = large({ budget: failedNone }).begin().news('wave1', 1, { returned: 1 }).begin();

    story.news('wave1', 1, { counts: { ...story.part('wave1', 1).counts, failed: 1 } });

    expect(termsFor(story.progress, story.part('wave1', 2)).elsewhere.wave.failed).toBe(1);
    expect(termsFor(story.progress, story.part('wave1', 1)).elsewhere.wave.failed).toBe(0);
  });

  test.each([
    { name: 'a strict budget', changes: { budget: { ...failedNone, strict: true } }, plan: {} },
    {
      name: "a rollout's strict budget",
      changes: {},
      plan: { budget: { ...failedNone, strict: true } },
    },
    { name: "a label's limit", changes: { concurrencyBy: [{ label: 'shard', max: 1 }] }, plan: {} },
    { name: 'a slow start at its beginning', changes: { slowStart: true }, plan: {} },
  ])('$name -> parts do not overlap', ({ changes, plan }) => {
    const story = large(changes, plan).begin().news('wave1', 1, { returned: 1 });

    expect(story.does).toBe('wait: inFlight');
    expect(story.ended('wave1', 1, { succeeded: 500 }).does).toBe('begin wave1/2');
  });

  test('more places by a person -> given at once; fewer -> terms say how many to keep', () => {
    const story = new Story(aFrozenPlan([{ concurrency: 2 }])).begin();

    story.order({ action: 'concurrency', wave: 'wave1', limit: 5 });
    expect(termsFor(story.progress, story.part('wave1'))).toMatchObject({ granted: 5, keep: 5 });
    story.order({ action: 'concurrency', wave: null, limit: 1 });
    expect(termsFor(story.progress, story.part('wave1'))).toMatchObject({ granted: 5, keep: 1 });
    story.news('wave1', 1, { returned: 4 });
    story.order({ action: 'concurrency', wave: null, limit: 3 });
    expect(termsFor(story.progress, story.part('wave1'))).toMatchObject({ granted: 7, keep: 3 });
  });
});
