import { atGate } from '../../rollout/gate';
import type { Gate } from '../../rollout/frozen-plan';
import { noon, secondsAfterNoon } from './wave-builder';

const at = { wave: 'rest', since: noon, approved: false };
const delay: Gate = { kind: 'delay', forMs: 60_000 };
const instant: Gate = { kind: 'at', instant: secondsAfterNoon(60) };
const approval: Gate = { kind: 'approval', expiresMs: 60_000, onExpiry: 'abort' };

test.each([
  { name: 'no gate -> open', gate: null, seconds: 0, state: 'open' },
  { name: 'delay, a second before -> closed', gate: delay, seconds: 59, state: 'closed' },
  { name: 'delay, at its instant -> open', gate: delay, seconds: 60, state: 'open' },
  { name: 'instant, a second before -> closed', gate: instant, seconds: 59, state: 'closed' },
  { name: 'instant, at it -> open', gate: instant, seconds: 60, state: 'open' },
  {
    name: 'approval, a second before expiry -> closed',
    gate: approval,
    seconds: 59,
    state: 'closed',
  },
  { name: 'approval, at expiry -> expired', gate: approval, seconds: 60, state: 'expired' },
  {
    name: 'approval without expiry, after a year -> closed',
    gate: { ...approval, expiresMs: null },
    seconds: 31_536_000,
    state: 'closed',
  },
  {
    name: 'approval that begins at expiry -> open',
    gate: { ...approval, onExpiry: 'begin' } as const,
    seconds: 60,
    state: 'open',
  },
])('$name', ({ gate, seconds, state }) => {
  expect(atGate(gate, at, secondsAfterNoon(seconds)).state).toBe(state);
});

test.each([delay, instant, approval])('$kind, approved -> open at once', (gate) => {
  expect(atGate(gate, { ...at, approved: true }, noon)).toEqual({ state: 'open' });
});

test('what a closed gate waits for', () => {
  expect(atGate(approval, at, noon)).toEqual({
    state: 'closed',
    wait: {
      reason: 'gate',
      until: secondsAfterNoon(60),
      words: "wave rest waits for a person's approval, then the rollout is aborted",
      approval: true,
    },
  });
});

test.each([delay, instant])('$kind, closed -> opens by itself, without a person', (gate) => {
  expect(atGate(gate, at, noon)).not.toHaveProperty('wait.approval');
});

test('expired -> what the plan says, and words for the report', () => {
  const gate = { ...approval, onExpiry: 'skipWave' } as const;

  expect(atGate(gate, at, secondsAfterNoon(61))).toEqual({
    state: 'expired',
    then: 'skipWave',
    words: `nobody approved wave rest before ${secondsAfterNoon(60)}`,
  });
});
