import type { Rules } from '../../rollout/frozen-plan';
import type { Upgrade } from '../../rollout/upgrade';
import { fitterOf, learnedIn } from '../../rollout/wave-window';
import type { WaveState } from '../../rollout/wave-state';
import {
  aResult,
  aTarget,
  aWaveState,
  noon,
  rules,
  secondsAfterNoon,
  waiting,
} from './wave-builder';

const HOUR = 3_600;

/** Open from noon on for the given hours, on two days. */
function openFor(hours: number): Rules['openings'] {
  const spans = [0, 24 * HOUR].map((from) => ({
    from: secondsAfterNoon(from),
    to: secondsAfterNoon(from + hours * HOUR),
  }));
  return { spans, until: secondsAfterNoon(400 * 24 * HOUR) };
}

function kernel(delay: boolean): Upgrade {
  return { family: 'taurusdb-instance', delay, expectMs: null, followForMs: 86_400_000 };
}

interface Given {
  readonly upgrade: Upgrade;
  readonly openForHours: number;
  /** Of attempts of the wave that have succeeded. */
  readonly tookHours?: number;
  /** Of earlier rollouts. */
  readonly learnedHours?: number;
}

function stateOf({ upgrade, openForHours, tookHours, learnedHours }: Given): WaveState {
  const learned =
    learnedHours === undefined ? {} : { [upgrade.family]: learnedHours * HOUR * 1_000 };
  const state = aWaveState({}, { rules: { ...rules, openings: openFor(openForHours), learned } });
  const endedAt = secondsAfterNoon((tookHours ?? 0) * HOUR);
  const attempts = tookHours === undefined ? [] : [{ ...aResult({ endedAt }), times: 1 }];
  const targets = ['a', 'b', 'c'].map((id) => waiting(id, { attempts }));
  return { ...state, upgrades: { proxy: upgrade }, targets };
}

test.each([
  {
    name: 'it ends before the window does -> until so long before its end',
    given: { upgrade: kernel(false), openForHours: 4, tookHours: 3 },
    notAfter: secondsAfterNoon(HOUR),
  },
  {
    name: 'learned in this wave, longer than each window -> nobody knows',
    given: { upgrade: kernel(false), openForHours: 4, tookHours: 5 },
    notAfter: secondsAfterNoon(4 * HOUR - 0.001),
  },
  {
    name: 'learned in earlier rollouts, longer than each window -> nobody knows',
    given: { upgrade: kernel(false), openForHours: 4, learnedHours: 5 },
    notAfter: secondsAfterNoon(4 * HOUR - 0.001),
  },
  {
    name: 'it begins in the own window of the instance -> as long as the window is open',
    given: { upgrade: kernel(true), openForHours: 8, tookHours: 7, learnedHours: 7 },
    notAfter: secondsAfterNoon(8 * HOUR - 0.001),
  },
])('$name', ({ given, notAfter }) => {
  expect(fitterOf(stateOf(given), noon)(aTarget('a'))).toEqual({ fits: true, notAfter });
});

test('too late for what was learned -> the next window, long enough for it', () => {
  const state = stateOf({ upgrade: kernel(false), openForHours: 4, tookHours: 3 });

  const answer = fitterOf(state, secondsAfterNoon(2 * HOUR))(aTarget('a'));

  expect(answer).toMatchObject({ fits: false, until: secondsAfterNoon(24 * HOUR) });
});

test('what waited for the own window of an instance teaches nothing about others', () => {
  const took = { openForHours: 8, tookHours: 7 };

  expect(learnedIn(stateOf({ ...took, upgrade: kernel(true) }))).toEqual({});
  expect(learnedIn(stateOf({ ...took, upgrade: kernel(false) }))).toEqual({
    'taurusdb-instance': 7 * HOUR * 1_000,
  });
});
