import { beginBake, looked, lostLook, nextOfBake, oneLook } from '../../rollout/bake';
import type { BakeState, Finding } from '../../rollout/bake';
import type { Bake, Check } from '../../rollout/frozen-plan';
import type { Verdict } from '../../rollout/status';

const check: Check = { kind: 'http', url: 'https://x.example/', status: 200, value: null };
const bake: Bake = {
  forMs: 70_000,
  everyMs: 30_000,
  checks: [check],
  unhealthy: { limit: 1, then: 'pause' },
  inconclusive: { limit: 2, then: 'abort' },
};

const T0 = Date.parse('2026-11-21T10:00:00.000Z');
const at = (ms: number) => new Date(T0 + ms).toISOString();

const KINDS = { h: 'healthy', u: 'unhealthy', i: 'inconclusive' } as const;

function findingOf(letter: string, nth: number): Finding {
  const verdict: Verdict = KINDS[letter as keyof typeof KINDS];
  return { verdict, words: `look ${nth + 1} was ${verdict}` };
}

/** After looks such as `hui`, the last of them done at `lastMs`. */
function after(looks: string, lastMs: number): BakeState {
  return [...looks].reduce(
    (state, letter, nth) => looked(state, findingOf(letter, nth), at(lastMs)),
    beginBake(at(0)),
  );
}

describe('when to look', () => {
  test.each([
    ['it begins -> look', '', 0, 0, { do: 'look' }],
    ['nobody could look for a day -> look', '', 0, 86_400_000, { do: 'look' }],
    ['just looked -> wait for the next', 'h', 0, 0, { do: 'wait', until: at(30_000) }],
    ['an instant before the next -> wait', 'h', 400, 29_999, { do: 'wait', until: at(30_000) }],
    ['the next -> look', 'h', 400, 30_000, { do: 'look' }],
    ['a look that took 2 s -> the next is not later', 'h', 32_000, 32_000, { until: at(60_000) }],
    ['done right at a turn -> the next turn', 'h', 30_000, 30_000, { until: at(60_000) }],
    [
      'a look longer than a turn -> the turn missed is left out',
      'h',
      61_000,
      61_000,
      { until: at(70_000) },
    ],
    [
      'less than a turn is left -> a last look at the end',
      'h',
      60_500,
      60_500,
      { until: at(70_000) },
    ],
    ['an instant before the end -> wait', 'h', 60_500, 69_999, { do: 'wait' }],
    ['the end, not looked at it -> look', 'h', 60_500, 70_000, { do: 'look' }],
    ['done an instant before the end -> once more', 'h', 69_999, 70_000, { do: 'look' }],
    [
      'done at the end -> over',
      'h',
      70_000,
      70_000,
      { do: 'end', verdict: 'healthy', then: 'goOn' },
    ],
    ['the last was an hour late -> over all the same', 'h', 3_600_000, 3_600_000, { do: 'end' }],
  ])('%s', (_name, looks, lastMs, nowMs, expected) => {
    expect(nextOfBake(bake, after(looks, lastMs), at(nowMs))).toMatchObject(expected);
  });

  test.each([
    ['at once -> wait for the end', 0, { do: 'wait', until: at(70_000) }],
    ['an instant before the end -> wait', 69_999, { do: 'wait', until: at(70_000) }],
    ['the end -> healthy', 70_000, { do: 'end', verdict: 'healthy', then: 'goOn' }],
  ])('without checks, %s', (_name, nowMs, expected) => {
    const step = nextOfBake({ ...bake, checks: [] }, beginBake(at(0)), at(nowMs));

    expect(step).toMatchObject({ ...expected, words: `watched since ${at(0)}` });
  });

  test('every as long as for -> two looks', () => {
    const once = { ...bake, everyMs: bake.forMs };

    expect(nextOfBake(once, after('h', 100), at(100))).toMatchObject({ until: at(70_000) });
    expect(nextOfBake(once, after('hh', 70_100), at(70_100))).toMatchObject({ do: 'end' });
  });
});

describe('the verdict', () => {
  test.each([
    ['as many unhealthy as are borne -> on', 'u', 1_000, { do: 'wait' }],
    ['one more -> over at once', 'uu', 1_000, { do: 'end', verdict: 'unhealthy', then: 'pause' }],
    ['counted in all, not in a row', 'uhhu', 1_000, { do: 'end', verdict: 'unhealthy' }],
    ['as many inconclusive as are borne -> on', 'ii', 1_000, { do: 'wait' }],
    [
      'one more -> over at once',
      'ihii',
      1_000,
      { do: 'end', verdict: 'inconclusive', then: 'abort' },
    ],
    ['each kind apart', 'uii', 1_000, { do: 'wait' }],
    [
      'both exceeded -> unhealthy is the worse',
      'uuiii',
      1_000,
      { verdict: 'unhealthy', then: 'pause' },
    ],
    ['the end within both limits -> healthy', 'huii', 70_000, { verdict: 'healthy', then: 'goOn' }],
    [
      'the end, no look was healthy -> not healthy',
      'ii',
      70_000,
      { verdict: 'inconclusive', then: 'abort' },
    ],
    [
      'the end, no look was healthy, one not -> unhealthy',
      'ui',
      70_000,
      { verdict: 'unhealthy', then: 'pause' },
    ],
  ])('%s', (_name, looks, lastMs, expected) => {
    expect(nextOfBake(bake, after(looks, lastMs), at(lastMs))).toMatchObject(expected);
  });

  test('its words: how many of each, and what was wrong last', () => {
    expect(nextOfBake(bake, after('huu', 1_000), at(1_000))).toMatchObject({
      words: '3 looks, 2 unhealthy: look 3 was unhealthy',
    });
    expect(nextOfBake(bake, after('uih', 70_000), at(70_000))).toMatchObject({
      words: '3 looks, 1 unhealthy, 1 inconclusive: look 2 was inconclusive',
    });
    expect(nextOfBake(bake, after('h', 0), at(0))).toMatchObject({ words: '1 look, all healthy' });
  });
});

describe('one look', () => {
  const healthy: Finding = { verdict: 'healthy', words: 'good' };
  const bad = (words: string): Finding => ({ verdict: 'unhealthy', words });
  const dim = (words: string): Finding => ({ verdict: 'inconclusive', words });

  test.each([
    ['nothing was checked', [], { verdict: 'healthy', words: '' }],
    ['all healthy', [healthy, healthy], { verdict: 'healthy', words: 'good; good' }],
    ['one cannot be told', [healthy, dim('a')], dim('a')],
    ['one is unhealthy, one cannot be told', [dim('a'), bad('b'), healthy], bad('b')],
    ['three are', ['a', 'b', 'c'].map(bad), bad('a; b; c')],
    ['four are', ['a', 'b', 'c', 'd'].map(bad), bad('a; b; c; and 1 more')],
    ['no worker could look', [lostLook('timed out')], dim('the look could not be made: timed out')],
  ])('%s', (_name, findings, expected) => {
    expect(oneLook(findings)).toEqual(expected);
  });
});

test('its state is small plain JSON that is not changed in place', () => {
  const before = beginBake(at(0));
  const text = JSON.stringify(before);

  const state = looked(before, findingOf('u', 0), at(5));

  expect(JSON.stringify(before)).toBe(text);
  expect(JSON.parse(JSON.stringify(state))).toEqual(state);
});
