import type { Wait } from '../../rollout/outcome';
import { waitsAfter, type PastWait } from '../../rollout/waits';
import { noon, secondsAfterNoon } from './wave-builder';

const now = secondsAfterNoon(60);

function waiting(reason: Wait['reason'], words: string = reason): Wait {
  return { reason, words, until: null };
}

function past(reason: Wait['reason'], to: string | null = null): PastWait {
  return { reason, words: reason, from: noon, to };
}

test.each<{
  name: string;
  given: readonly PastWait[];
  when: Wait | null;
  expected: readonly PastWait[];
}>([
  { name: 'nothing -> nothing', given: [], when: null, expected: [] },
  { name: 'targets wait, not the rollout', given: [], when: waiting('inFlight'), expected: [] },
  {
    name: 'begins to wait',
    given: [],
    when: waiting('gate'),
    expected: [{ reason: 'gate', words: 'gate', from: now, to: null }],
  },
  {
    name: 'still waits for the same, in other words -> one wait, with its first words',
    given: [past('gate')],
    when: waiting('gate', 'still'),
    expected: [past('gate')],
  },
  {
    name: 'goes on',
    given: [past('gate')],
    when: waiting('inFlight'),
    expected: [past('gate', now)],
  },
  {
    name: 'waits for something else',
    given: [past('gate')],
    when: waiting('paused'),
    expected: [past('gate', now), { reason: 'paused', words: 'paused', from: now, to: null }],
  },
  {
    name: 'waits for the same a second time',
    given: [past('paused', noon)],
    when: waiting('paused'),
    expected: [past('paused', noon), { reason: 'paused', words: 'paused', from: now, to: null }],
  },
])('$name', ({ given, when, expected }) => {
  expect(waitsAfter(given, when, now)).toEqual(expected);
});

test('they are bounded: the newest hundred, each of two hundred letters', () => {
  let waits: readonly PastWait[] = [];
  for (let nth = 0; nth < 150; nth += 1) {
    waits = waitsAfter(waits, waiting('paused', `${nth} ${'x'.repeat(300)}`), now);
    waits = waitsAfter(waits, null, now);
  }

  expect(waits).toHaveLength(100);
  expect(waits.at(-1)?.words).toMatch(/^149 x+…$/);
  expect(waits.at(-1)?.words).toHaveLength(200);
});
