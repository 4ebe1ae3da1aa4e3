import type { Brake, BrakeCause, Trouble, Verdict } from '../../cloud/brake';
import { beginProbe, judged, openBrake, permissionOf, untriedBrake } from '../../cloud/brake';

const NOON = 1_000_000_000;
const bad = (cause: BrakeCause, more: Partial<Trouble> = {}): Verdict => ({
  kind: 'bad',
  trouble: { cause, words: cause, ...more },
});
const doubtful = (subject: string, cause: BrakeCause = 'unreachable'): Verdict => ({
  kind: 'doubtful',
  trouble: { cause, words: cause },
  subject,
});
const good: Verdict = { kind: 'good' };
const none: Verdict = { kind: 'none' };

/** A call of which `verdict` came `seconds` after noon. */
function after(brake: Brake, verdict: Verdict, seconds = 0, isProbe = false): Brake {
  return judged(brake, { verdict, isProbe, nowMs: NOON + seconds * 1000, random: 0 });
}

/** Each probe as soon as it may be, and each in vain: the seconds between them. */
function waits(verdict: Verdict, probes: number): number[] {
  let brake = after(openBrake(), verdict);
  let atMs = NOON;
  const found: number[] = [];
  for (let probe = 0; probe < probes; probe += 1) {
    found.push((brake.untilMs - atMs) / 1000);
    atMs = brake.untilMs;
    brake = judged(beginProbe(brake), { verdict, isProbe: true, nowMs: atMs, random: 0 });
  }
  return found;
}

const three = ['a', 'b', 'c'].map((each) => doubtful(each));

test.each<[string, readonly Verdict[], Brake['phase']]>([
  ['nothing -> open', [], 'open'],
  ['a good answer -> open', [good], 'open'],
  ['no answer of its own -> open', [none], 'open'],
  ['one 401 -> braked', [bad('key')], 'braked'],
  ['one 429 -> braked', [bad('throttled')], 'braked'],
  ['one refused connection -> braked', [bad('unreachable')], 'braked'],
  ['one refusal of the gateway -> braked', [bad('permission')], 'braked'],
  ['two instances in doubt -> open', three.slice(0, 2), 'open'],
  ['three instances in doubt -> braked', three, 'braked'],
  ['one instance in doubt three times -> open', Array<Verdict>(3).fill(doubtful('a')), 'open'],
  ['a good answer between doubts -> open', [...three.slice(0, 2), good, doubtful('c')], 'open'],
  ['no answer between doubts -> braked', [...three.slice(0, 2), none, doubtful('c')], 'braked'],
])('open: %s', (_name, verdicts, phase) => {
  expect(verdicts.reduce((brake, each) => after(brake, each), openBrake()).phase).toBe(phase);
});

const braked = after(openBrake(), bad('unreachable'));

test.each<[string, Brake, number, string]>([
  ['open -> go', openBrake(), 0, 'go'],
  ['untried -> one call', untriedBrake(), 0, 'probe'],
  ['untried, the call is under way -> wait', beginProbe(untriedBrake()), 0, 'wait'],
  ['braked, a moment before the instant -> wait', braked, 0.999, 'wait'],
  ['braked, at the instant -> one call', braked, 1, 'probe'],
  ['probing, long after the instant -> wait', beginProbe(braked), 60, 'wait'],
])('%s', (_name, brake, seconds, permission) => {
  expect(permissionOf(brake, NOON + seconds * 1000)).toBe(permission);
});

test.each<[string, Verdict, boolean, Partial<Brake>]>([
  ['a good probe -> open', good, true, { phase: 'open', trouble: null }],
  ['a good answer from before -> still probing', good, false, { phase: 'probing' }],
  ['a bad one from before -> no longer wait', bad('unreachable'), false, { untilMs: NOON + 1000 }],
  ['a probe in vain -> braked for longer', bad('unreachable'), true, { untilMs: NOON + 4000 }],
  ['a doubtful probe -> braked for longer', doubtful('a'), true, { untilMs: NOON + 4000 }],
  ['another cause -> its own first wait', bad('permission'), true, { untilMs: NOON + 7000 }],
  ['a probe that was not made -> the next', none, true, { phase: 'braked', untilMs: NOON + 1000 }],
])('probing: %s', (_name, verdict, isProbe, expected) => {
  const next = after(beginProbe(braked), verdict, 2, isProbe);

  expect(next).toMatchObject(expected);
  if (next.trouble !== null) expect(next.sinceMs).toBe(NOON);
});

test('untried: the first call in doubt says nothing of the credential', () => {
  expect(after(beginProbe(untriedBrake()), doubtful('a'), 0, true)).toMatchObject({
    phase: 'braked',
    trouble: null,
  });
});

test.each<[string, Verdict, readonly number[]]>([
  ['a key: soon, then slowly', bad('key'), [2, 60, 120, 120, 120]],
  ['a permission', bad('permission'), [5, 10, 20, 40, 60, 60]],
  ['nobody there', bad('unreachable'), [1, 2, 4, 8, 15, 30, 60, 60]],
  ['throttled, for how long is not said', bad('throttled'), [3, 6, 12, 24]],
  ['throttled per second', bad('throttled', { periodMs: 1000 }), [1, 2, 4]],
  [
    'throttled per five minutes',
    bad('throttled', { periodMs: 300_000 }),
    [15, 30, 60, 120, 240, 300],
  ],
  ['throttled, with Retry-After', bad('throttled', { retryAfterMs: 7000 }), [7, 7]],
])('waits for %s', (_name, verdict, expected) => {
  expect(waits(verdict, expected.length)).toEqual(expected);
});

test('jitter: later by up to a fifth, never sooner', () => {
  const untilMs = (random: number) =>
    judged(openBrake(), { verdict: bad('permission'), isProbe: false, nowMs: NOON, random })
      .untilMs;

  expect([untilMs(0), untilMs(1)]).toEqual([NOON + 5000, NOON + 6000]);
});

test('a key: what was under way counts, so that no fifth refusal comes within five minutes', () => {
  const first = after(openBrake(), bad('key'));
  const third = after(after(first, bad('key'), 0.1), bad('key'), 0.2);
  expect(third.untilMs).toBe(NOON + 2000);

  const fourth = after(beginProbe(third), bad('key'), 2, true);

  expect(fourth.untilMs).toBe(NOON + 300_000);
});

test('a key: a good call forgets its refusals', () => {
  const refused = after(openBrake(), bad('key'));

  expect(after(beginProbe(refused), good, 2, true).refusedAtMs).toEqual([]);
});

test('throttled: a late answer that asks for longer is obeyed', () => {
  const first = after(openBrake(), bad('throttled', { retryAfterMs: 1000 }));

  const next = after(first, bad('throttled', { retryAfterMs: 9000 }), 0.5);

  expect(next.untilMs).toBe(NOON + 9500);
});
