import { endedSince, endedUnbegun } from '../../rollout/ended';
import { endRollout } from '../../rollout/ending';
import { retryTarget, skipTarget } from '../../rollout/wave';
import { aFrozenPlan, Story, targetsNamed } from './rollout-builder';
import { aTarget, aWaveState, noon } from './wave-builder';

describe('in a wave', () => {
  const before = aWaveState({ targets: [aTarget('a'), aTarget('b'), aTarget('c')] });
  const after = skipTarget(before, 1, 'because', noon);

  test('what has just ended, with its family', () => {
    expect(endedSince(before, after)).toEqual([{ family: 'taurusdb-proxy', outcome: 'skipped' }]);
  });

  test('nothing twice', () => {
    expect(endedSince(after, after)).toEqual([]);
    expect(endedSince(after, { ...after, targets: [...after.targets] })).toEqual([]);
  });

  test('what had ended before the wave began counts when there was nothing before', () => {
    expect(endedSince(null, after)).toHaveLength(1);
  });

  test('a target that a person tries again may end again', () => {
    const again = retryTarget(after, 1);

    expect(endedSince(after, again)).toEqual([]);
    expect(endedSince(again, skipTarget(again, 1, 'because', noon))).toHaveLength(1);
  });
});

describe('without a wave', () => {
  const frozen = aFrozenPlan([{ targets: targetsNamed(2) }, { targets: targetsNamed(3) }]);
  const skipped = (count: number) =>
    Array.from({ length: count }, () => ({ family: 'taurusdb-proxy', outcome: 'skipped' }));

  test('a wave that is left out', () => {
    const story = new Story(frozen);
    const before = story.progress;
    story.order({ action: 'skip', wave: 'wave1', target: null });

    expect(endedUnbegun(before, story.progress, frozen)).toEqual(skipped(2));
    expect(endedUnbegun(story.progress, story.progress, frozen)).toEqual([]);
  });

  test('an abort: what had begun is told by its wave', () => {
    const story = new Story(frozen).begin().order({ action: 'abort' });
    const running = story.progress;
    story.ended('wave1', 1, { succeeded: 2 });

    expect(endedUnbegun(running, story.progress, frozen)).toEqual([]);
    expect(endedUnbegun(story.progress, endRollout(story.progress, noon), frozen)).toEqual(
      skipped(3),
    );
  });
});
