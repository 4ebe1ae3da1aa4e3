import { noAccessIn, patienceMs, pausedForAccess } from '../../rollout/access';
import type { AttemptRecord, TargetState } from '../../rollout/wave-state';
import { act } from '../../rollout/steering';
import { aFrozenPlan, Story } from './rollout-builder';
import {
  aWaveState,
  ended,
  inFlight,
  noon,
  on,
  secondsAfterNoon,
  sent,
  unsent,
  waiting,
} from './wave-builder';

/** From and to, in seconds after noon. */
const vain = (from: number, to: number, reason: AttemptRecord['reason'] = 'cloudAccess') => ({
  ...unsent('notSubmitted', reason),
  startedAt: secondsAfterNoon(from),
  endedAt: secondsAfterNoon(to),
});
const answered = (to: number) => ({
  ...sent('succeeded', 'upgraded'),
  endedAt: secondsAfterNoon(to),
});
const tried = (id: string, ...attempts: readonly AttemptRecord[]) => waiting(id, { attempts });

test.each<[string, readonly TargetState[], number | null]>([
  ['nothing has come back -> none', [inFlight('a')], null],
  ['in vain for less than two minutes -> none', [tried('a', vain(0, 119.999))], null],
  ['in vain for two minutes -> since its start', [tried('a', vain(0, 120))], 0],
  ['several together -> since the first', [tried('a', vain(0, 20)), tried('b', vain(90, 120))], 0],
  [
    'one of them is tried again -> likewise',
    [{ ...tried('a', vain(0, 120)), status: 'inFlight' }],
    0,
  ],
  [
    'another had an answer meanwhile -> since then, too short',
    [tried('a', vain(0, 150)), { ...ended('b', 'succeeded'), attempts: [answered(60)] }],
    null,
  ],
  [
    'another had an answer before that -> since then',
    [tried('a', vain(0, 180)), { ...ended('b', 'succeeded'), attempts: [answered(60)] }],
    60,
  ],
  ['its own answer came before -> since then', [tried('a', answered(30), vain(30, 150))], 30],
  ['its own answer came last -> none', [tried('a', vain(0, 150), vain(150, 151, 'busy'))], null],
  [
    'no worker looked -> no answer',
    [tried('a', vain(0, 150)), tried('b', vain(0, 140, 'notSent'))],
    0,
  ],
  ['no worker looked at any -> none', [tried('a', vain(0, 150, 'notSent'))], null],
  ['held back is no answer', [tried('a', vain(0, 150)), tried('b', vain(0, 140, 'heldBack'))], 0],
  [
    'a target that has ended is not waited for -> none',
    [{ ...ended('a', 'skipped'), attempts: [vain(0, 150)] }],
    null,
  ],
])('%s', (_name, targets, since) => {
  const found = noAccessIn({ ...aWaveState(), targets });

  expect(found?.since ?? null).toBe(since === null ? null : secondsAfterNoon(since));
});

test('after a resume it counts from there', () => {
  const state = { ...aWaveState(), targets: [tried('a', vain(0, 180))] };
  const paused = on(state, { paused: true }, secondsAfterNoon(181));
  expect(noAccessIn(paused)).toBeNull();

  const resumed = on(paused, { paused: false }, secondsAfterNoon(200));
  expect(noAccessIn(resumed)).toBeNull();
  const again = (to: number) => ({ ...resumed, targets: [tried('a', vain(0, to))] });

  expect(noAccessIn(again(319))).toBeNull();
  expect(noAccessIn(again(320))?.since).toBe(secondsAfterNoon(200));
});

test('the pause says since when, why and what to do; it is not repeated', () => {
  const { progress } = new Story(aFrozenPlan([{}]));
  const lost = { since: noon, until: secondsAfterNoon(120), words: 'dcs, reading: HTTP 401' };

  const paused = pausedForAccess(progress, lost, secondsAfterNoon(121));

  expect(paused.paused).toBe(true);
  expect(paused.actions).toEqual([
    expect.objectContaining({
      action: 'pause',
      by: 'upwave',
      reason: `cloudAccess: nothing else has come back since ${noon} (dcs, reading: HTTP 401); check the worker's credentials, permissions and endpoints, then resume`,
    }),
  ]);
  expect(pausedForAccess(paused, lost, secondsAfterNoon(122))).toBe(paused);
});

test.each([
  ['of before the resume -> nothing', 150, false],
  ['of after the resume -> paused', 150.001, true],
])('news %s', (_name, until, isPaused) => {
  const { progress } = new Story(aFrozenPlan([{}]));
  const lost = { since: noon, until: secondsAfterNoon(until), words: 'text' };
  const by = { by: 'li', reason: null };
  const once = pausedForAccess(progress, lost, secondsAfterNoon(121));
  const resume = { action: 'resume', wave: null } as const;
  const resumed = act(once, resume, { ...by, at: secondsAfterNoon(150) });

  expect(pausedForAccess(resumed, lost, secondsAfterNoon(151)).paused).toBe(isPaused);
});

test.each([
  [1_000, 6_000],
  [120_000, 125_000],
  [3_600_000, 125_000],
])('a pause after %s ms: an attempt looks for %s ms', (pauseAfterMs, expected) => {
  expect(patienceMs({ pauseAfterMs })).toBe(expected);
});
