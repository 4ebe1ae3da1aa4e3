import { badEndsIn, badEndsOfAll } from '../../rollout/bad-ends';
import { aTarget, ended, inFlight, noon, secondsAfterNoon, waiting } from './wave-builder';

test.each([
  { name: 'succeeded', target: ended('a', 'succeeded'), expected: [] },
  { name: 'upToDate', target: ended('a', 'upToDate'), expected: [] },
  { name: 'skipped', target: ended('a', 'skipped'), expected: [] },
  { name: 'in flight', target: inFlight('a'), expected: [] },
  { name: 'waiting', target: waiting('a'), expected: [] },
  { name: 'rejected', target: ended('a', 'rejected'), expected: ['a'] },
  { name: 'failed', target: ended('a', 'failed'), expected: ['a'] },
  { name: 'unknown', target: ended('a', 'unknown'), expected: ['a'] },
])('$name -> $expected', ({ target, expected }) => {
  expect(badEndsIn('rest', [target]).map((each) => each.target)).toEqual(expected);
});

test('a proxy is called by both ids, its words are clipped', () => {
  const end = { outcome: 'failed', reason: 'jobFailed', reasonText: 'x'.repeat(9_999) } as const;
  const proxy = { ...ended('a', 'failed'), target: aTarget('a', { proxyId: 'p', name: 'n' }), end };

  expect(badEndsIn('rest', [proxy])).toEqual([
    {
      ...{ wave: 'rest', target: 'a/p', name: 'n', outcome: 'failed', reason: 'jobFailed' },
      reasonText: `${'x'.repeat(159)}…`,
      at: noon,
    },
  ]);
});

test('the newest first, five of a wave and ten of all', () => {
  const failed = [1, 9, 3, 7, 5, 2, 8].map((second) => ({
    ...ended(`${second}`, 'failed'),
    endedAt: secondsAfterNoon(second),
  }));

  const ofOne = badEndsIn('rest', failed);
  const ofAll = badEndsOfAll([[], ofOne, ofOne, ofOne]);

  expect(ofOne.map(({ target }) => target)).toEqual(['9', '8', '7', '5', '3']);
  expect(ofAll.map(({ target }) => target).join('')).toBe('9998887775');
});
