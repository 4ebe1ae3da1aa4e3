import { isDue, newsOf, waitDueMs, type News } from '../../rollout/news';
import type { Wait } from '../../rollout/outcome';
import { attemptEnded, attemptStarted } from '../../rollout/wave';
import type { Terms, WaveState } from '../../rollout/wave-state';
import { aResult, aTarget, aWaveState, noLimits, noon, on } from './wave-builder';

const part = { part: 1 };
const inFlight: Wait = { reason: 'inFlight', until: null, words: 'all places are taken' };

/** A part of a hundred targets, of a wave of a thousand, of which so many have failed. */
function withFailed(failed: number, terms: Partial<Terms> = {}): WaveState {
  const targets = Array.from({ length: 100 }, (_, at) => aTarget(`i${at}`));
  let state = aWaveState({ targets });
  const { recovery } = state.rules;
  const never = { ...recovery, failed: { retries: 0, afterMs: 0 } };
  state = { ...state, rules: { ...state.rules, recovery: never } };
  for (let at = 0; at < failed; at += 1) {
    state = attemptStarted(state, at, noon);
    state = attemptEnded(state, at, aResult({ result: 'failed', reason: 'jobFailed' }), noon);
  }
  return on(state, { shares: true, ofWave: 1_000, ...terms });
}

function news(state: WaveState, wants = 0, wait: Wait | null = inFlight): News {
  return newsOf(state, part, { wait, wants });
}

const limited = (failed: number) => ({ budget: { ...noLimits, failed } });

test.each<{ name: string; told: News | null; next: News; due: ReturnType<typeof isDue> }>([
  { name: 'nothing told yet -> now', told: null, next: news(withFailed(0)), due: 'now' },
  { name: 'the same -> no', told: news(withFailed(0)), next: news(withFailed(0)), due: 'no' },
  {
    name: 'below a percent of the wave -> no',
    told: news(withFailed(0)),
    next: news(withFailed(9)),
    due: 'no',
  },
  {
    name: 'a percent of the wave -> now',
    told: news(withFailed(9)),
    next: news(withFailed(10)),
    due: 'now',
  },
  {
    name: 'one failed, few are allowed -> now',
    told: news(withFailed(0, limited(5))),
    next: news(withFailed(1, limited(5))),
    due: 'now',
  },
  {
    name: 'one failed, the limit is far -> no',
    told: news(withFailed(0, limited(1_000))),
    next: news(withFailed(1, limited(1_000))),
    due: 'no',
  },
  {
    name: 'one failed, the limit is far but others have used it up -> now',
    told: news(withFailed(0, { ...limited(1_000), elsewhere: usedElsewhere(999) })),
    next: news(withFailed(1, { ...limited(1_000), elsewhere: usedElsewhere(999) })),
    due: 'now',
  },
  {
    name: 'one failed beyond the limit -> now',
    told: news(withFailed(2, limited(1))),
    next: news(withFailed(3, limited(1))),
    due: 'now',
  },
  {
    name: 'one failed in a wave of one part -> no: it obeys its budget itself',
    told: news(withFailed(0, { ...limited(5), shares: false })),
    next: news(withFailed(1, { ...limited(5), shares: false })),
    due: 'no',
  },
  {
    name: 'a place given back -> now',
    told: news(withFailed(0)),
    next: news({ ...withFailed(0), returned: 1 }),
    due: 'now',
  },
  {
    name: 'it wants a place -> now',
    told: news(withFailed(0)),
    next: news(withFailed(0), 1),
    due: 'now',
  },
  {
    name: 'it wants less by what it got -> no',
    told: news(withFailed(0, { granted: 2, keep: 50 }), 40),
    next: news(withFailed(0, { granted: 12, keep: 50 }), 30),
    due: 'no',
  },
  {
    name: 'it wants more than it got -> now',
    told: news(withFailed(0, { granted: 2, keep: 50 }), 40),
    next: news(withFailed(0, { granted: 12, keep: 50 }), 31),
    due: 'now',
  },
  {
    name: 'it wants a few less -> no',
    told: news(withFailed(0, { keep: 50 }), 7),
    next: news(withFailed(0, { keep: 50 }), 0),
    due: 'no',
  },
  {
    name: 'it wants less, but not by an eighth -> no',
    told: news(withFailed(0, { keep: 100 }), 80),
    next: news(withFailed(0, { keep: 100 }), 70),
    due: 'no',
  },
  {
    name: 'it wants a lot less -> now',
    told: news(withFailed(0, { keep: 100 }), 80),
    next: news(withFailed(0, { keep: 100 }), 69),
    due: 'now',
  },
  {
    name: 'it has stopped -> now',
    told: news(withFailed(0)),
    next: news(withFailed(0), 0, { ...inFlight, reason: 'paused' }),
    due: 'now',
  },
  {
    name: 'it waits for something else -> later',
    told: news(withFailed(0)),
    next: news(withFailed(0), 0, { ...inFlight, reason: 'busy' }),
    due: 'later',
  },
  {
    name: 'other words for what it waits for -> later',
    told: news(withFailed(0)),
    next: news(withFailed(0), 0, { ...inFlight, words: 'the last attempts are in flight' }),
    due: 'later',
  },
])('$name', ({ told, next, due }) => {
  expect(isDue(told, next)).toBe(due);
});

function usedElsewhere(failed: number): Terms['elsewhere'] {
  const used = { rejected: 0, failed, unknown: 0, succeeded: 0 };
  return { wave: used, rollout: used };
}

test.each([
  { name: 'the fiftieth -> at once', times: 49, ageMin: 0, toldMin: 0, minutes: 0 },
  { name: 'just told -> a minute', ageMin: 0, toldMin: 0, minutes: 1 },
  { name: 'told a minute ago -> it is time', ageMin: 1, toldMin: 1, minutes: 0 },
  { name: 'told long ago -> it is time', ageMin: 30, toldMin: 20, minutes: 0 },
  { name: 'a wave of fifty minutes -> a minute still', ageMin: 50, toldMin: 0, minutes: 1 },
  { name: 'a wave of a hundred minutes -> two', ageMin: 100, toldMin: 0, minutes: 2 },
  { name: 'of which one is over -> one', ageMin: 100, toldMin: 1, minutes: 1 },
])('a change of what it waits for, $name', ({ times = 50, ageMin, toldMin, minutes }) => {
  const nowMs = Date.parse(noon);
  const ago = (min: number) => new Date(nowMs - min * 60_000).toISOString();

  const given = { begunAt: ago(ageMin), toldAt: ago(toldMin), now: noon, times };
  expect(waitDueMs(given)).toBe(minutes * 60_000);
});
