import { noCounts } from '../../rollout/counts';
import type { BadEnd } from '../../rollout/bad-ends';
import { describeRollout as describe, describeWave, escaped } from '../../rollout/describe';
import type { RolloutStatus } from '../../rollout/status';
import type { WaveState } from '../../rollout/wave-state';
import {
  aTarget,
  aWaveState,
  aWaveStatus,
  anAction,
  ended,
  inFlight,
  noLimits,
  noon,
  secondsAfterNoon,
  waiting,
} from './wave-builder';

const until = secondsAfterNoon(60);
const describeRollout = (status: RolloutStatus) => describe(status, 'default');

function aStatus(changes: Partial<RolloutStatus> = {}): RolloutStatus {
  return {
    rolloutId: 'rollout/november/1',
    plan: 'november',
    state: 'running',
    waitingFor: null,
    counts: { ...noCounts(), total: 3, succeeded: 1, inFlight: 1, pending: 1 },
    budget: noLimits,
    waves: [
      aWaveStatus('canary', 'finished', { counts: { ...noCounts(), total: 1, succeeded: 1 } }),
      aWaveStatus('rest', 'running', {
        counts: { ...noCounts(), total: 2, inFlight: 1, pending: 1 },
      }),
    ],
    frozen: true,
    actions: [],
    badEnds: [],
    waits: [],
    startedAt: noon,
    endedAt: null,
    ...changes,
  };
}

function aBadEnd(changes: Partial<BadEnd> = {}): BadEnd {
  const end = { outcome: 'rejected', reason: 'refusedForGood', reasonText: 'no' } as const;
  return { wave: 'rest', target: 'a', name: null, ...end, at: noon, ...changes };
}

test('a rollout: state, what it waits for and until when, counts, waves, acts', () => {
  const text = describeRollout(
    aStatus({
      waitingFor: { reason: 'busy', until, words: '1 target is busy' },
      actions: [
        anAction({ reason: 'lunch' }),
        anAction({ action: 'resume', by: 'wang', at: until }),
      ],
    }),
  );

  expect(text.split('\n')).toEqual([
    '**november**: running',
    '',
    `Waiting: 1 target is busy, until ${until}`,
    '',
    '- 1 of 3 ended, 1 in flight, 1 pending',
    '- succeeded: 1',
    '',
    'Waves:',
    '',
    '- **canary**: finished, 1 of 1 ended, 1 succeeded',
    '- **rest**: running, 0 of 2 ended',
    '',
    expect.stringContaining('[attempts that did not go well](/namespaces/default/workflows?query='),
    '',
    'Acts, newest first:',
    '',
    `- ${until} resume by wang`,
    `- ${noon} pause by li: lunch`,
  ]);
});

test('a rollout says what did not succeed, and why', () => {
  const named = aBadEnd({ name: 'orders', reasonText: 'DBS.201014: in backup' });

  const text = describeRollout(aStatus({ badEnds: [named, aBadEnd()] }));

  expect(text).toContain(
    [
      'Did not succeed, newest first:',
      '',
      `- **orders** (a), wave rest: rejected, refusedForGood: DBS.201014: in backup (${noon})`,
      `- **a**, wave rest: rejected, refusedForGood: no (${noon})`,
    ].join('\n'),
  );
});

test('brackets of a query do not end its link', () => {
  const [, link = ''] = /\(([^)]*)\)$/m.exec(describeRollout(aStatus())) ?? [];

  expect(new URL(link, 'http://ui').searchParams.get('query')).toBe(
    'WorkflowType = "upgrade" AND UpwaveRollout = "rollout/november/1" AND UpwaveOutcome IN ("rejected", "failed", "unknown")',
  );
});

test('a rollout before its plan is frozen', () => {
  const text = describeRollout(aStatus({ frozen: false, waves: [], counts: noCounts() }));

  expect(text).toBe('**november**: its targets are being looked at');
});

test('an instant that the words say is not said twice', () => {
  const words = `the next at ${until}`;

  const text = describeRollout(aStatus({ waitingFor: { reason: 'retry', until, words } }));

  expect(text.split(until)).toHaveLength(2);
});

const wave: WaveState = {
  ...aWaveState(),
  targets: [
    ended('ok', 'succeeded'),
    {
      ...ended('bad', 'failed'),
      target: aTarget('bad', { proxyId: 'p', name: 'orders' }),
      end: { outcome: 'failed', reason: 'jobFailed', reasonText: 'disk full' },
    },
    {
      ...ended('odd', 'unknown'),
      end: { outcome: 'unknown', reason: 'notReconciled', reasonText: 'silence' },
    },
    waiting('slow', { notBefore: until, waitsFor: 'busy', waitWords: 'in backup' }),
    waiting('held', { waitsFor: 'heldBack', waitWords: 'held back' }),
    waiting('next'),
    inFlight('flying'),
  ],
};

test('a wave: what did not succeed and why, the worst first, and what waits', () => {
  const text = describeWave(wave, {
    reason: 'inFlight',
    until: null,
    words: 'all 2 places are taken',
  });

  expect(text).toBe(
    [
      '**tenth**: 2 at once',
      '',
      'Waiting: all 2 places are taken',
      '',
      '- 3 of 7 ended, 1 in flight, 3 pending',
      '- succeeded: 1',
      '- failed: 1',
      '- unknown: 1',
      '',
      'Did not succeed:',
      '',
      '- **odd**: unknown, notReconciled: silence',
      '- **orders** (bad/p): failed, jobFailed: disk full',
      '',
      'Wait for another attempt:',
      '',
      `- **slow**: busy, not before ${until}: in backup`,
      '- **held**: heldBack, as soon as there is a place: held back',
    ].join('\n'),
  );
});

test.each([
  {
    name: 'plain ids and versions stay readable',
    given: 'dcs-1.2: 2.26.03.000 (50 %)',
    expected: 'dcs-1.2: 2.26.03.000 (50 %)',
  },
  { name: 'markup', given: '*a* _b_ `c` ~d~ #e', expected: '\\*a\\* \\_b\\_ \\`c\\` \\~d\\~ \\#e' },
  { name: 'links and images', given: '![x](y)', expected: '\\!\\[x\\](y)' },
  { name: 'bare links', given: 'https://e.com www.e.com', expected: 'https\\://e.com www\\.e.com' },
  { name: 'HTML and entities', given: '<script>&lt;', expected: '\\<script\\>\\&lt;' },
  { name: 'a table', given: 'a|b', expected: 'a\\|b' },
  { name: 'escapes', given: '\\*', expected: '\\\\\\*' },
  { name: 'lines and control characters', given: ' a\n\n- b\u0000\tc ', expected: 'a - b c' },
  { name: 'too long', given: 'x'.repeat(161), expected: `${'x'.repeat(159)}…` },
  { name: 'just not too long', given: 'x'.repeat(160), expected: 'x'.repeat(160) },
])('escaped: $name', ({ given, expected }) => {
  expect(escaped(given)).toBe(expected);
});

test('names of a plan are escaped wherever they are shown', () => {
  const evil = '[x](javascript:0)';
  const target = aTarget('bad', { name: evil });
  const end = { outcome: 'failed', reason: 'jobFailed', reasonText: evil } as const;
  const texts = [
    describeRollout(
      aStatus({
        plan: evil,
        waves: [aWaveStatus(evil, 'running')],
        waitingFor: { reason: 'paused', until: null, words: evil },
        actions: [anAction({ action: 'abort', by: evil, reason: evil, wave: evil, target: evil })],
        badEnds: [aBadEnd({ wave: evil, target: evil, name: evil, reasonText: evil })],
      }),
    ),
    describeWave(
      {
        ...wave,
        wave: { ...wave.wave, name: evil },
        targets: [
          { ...ended('a', 'failed'), target, end },
          waiting('b', { waitsFor: 'busy', waitWords: evil }),
        ],
      },
      null,
    ),
  ];

  expect(texts.map((text) => text.includes('[x\\]'))).toEqual([true, true]);
  expect(texts.map((text) => /[^\\]\[x/.test(text))).toEqual([false, false]);
});

test('of bounded length, and it says how many it leaves out', () => {
  const long = '<'.repeat(9_999);
  const end = { outcome: 'failed', reason: 'jobFailed', reasonText: long } as const;
  const bad = { ...ended('a', 'failed'), target: aTarget('a', { name: long }), end };
  const slow = waiting('b', { waitsFor: 'busy', waitWords: long });
  const targets = [bad, slow].flatMap((each) => Array.from({ length: 250 }, () => each));
  const unbegun = aWaveStatus(long, 'pending');
  const waves = Array.from({ length: 5_000 }, () => unbegun);

  const ofWave = describeWave({ ...wave, targets }, null);
  const ofRollout = describeRollout(aStatus({ plan: long, waves }));

  expect(ofWave.length).toBeLessThan(32_000);
  expect(ofWave.match(/and 230 more/g)).toHaveLength(2);
  expect(ofRollout.length).toBeLessThan(16_000);
  expect(ofRollout).toContain('and 4970 more');
});
