import type { ScheduleEntry, ScheduleLook } from '../../client/schedule-reads';
import { clockOf, listLines, lookLines } from '../../client/schedule-view';

function entry(changes: Partial<ScheduleEntry> = {}): ScheduleEntry {
  return {
    scheduleId: 'upwave/caches',
    plan: 'caches',
    cron: '0 1 * * SAT#2',
    zone: 'Asia/Shanghai',
    paused: false,
    note: null,
    next: ['2026-12-11T17:00:00.000Z', '2027-01-08T17:00:00.000Z'],
    lastRun: null,
    ...changes,
  };
}

function look(changes: Partial<ScheduleLook> = {}): ScheduleLook {
  return {
    ...entry(),
    jitterMs: 0,
    catchupMs: 600_000,
    createdAt: '2026-11-01T00:00:00.000Z',
    started: 0,
    skipped: 0,
    missed: 0,
    recentRuns: [],
    clockChanges: [],
    ...changes,
  };
}

test('the next starts are in the schedule’s zone, not in UTC', () => {
  expect(listLines([entry()], 80)).toEqual([
    'upwave/caches',
    '  cron     0 1 * * SAT#2 in Asia/Shanghai',
    '  state    active',
    '  next     Sat 2026-12-12 01:00',
    '           Sat 2027-01-09 01:00',
    '  last     it has started nothing yet',
  ]);
});

test('a paused one says by whom and why, and when it would start', () => {
  const paused = entry({
    paused: true,
    note: 'paused by ada: freeze',
    next: ['2026-12-11T17:00:00Z'],
  });

  expect(listLines([paused], 80)).toEqual(
    expect.arrayContaining([
      '  state    paused: it starts nothing by the clock',
      '           paused by ada: freeze',
      '  next     once resumed:',
      '           Sat 2026-12-12 01:00',
    ]),
  );
});

test.each([
  { name: 'running', execution: 'running', words: '  running, started 2026-11-13 17:00:01 UTC' },
  {
    name: 'forgotten by the server',
    execution: null,
    words: '  no longer known to the server, started 2026-11-13 17:00:01 UTC',
  },
])('the last rollout, $name: its id is never broken', ({ execution, words }) => {
  const rolloutId = 'rollout/caches/scheduled-2026-11-13T17:00:00Z';
  const lastRun = { rolloutId, startedAt: '2026-11-13T17:00:01.000Z', execution };

  expect(listLines([entry({ lastRun })], 40)).toContain(`  last     ${rolloutId}`);
  expect(listLines([entry({ lastRun })], 100)).toContain(`           ${words}`);
});

test.each([
  { name: 'nothing left out', given: {}, expected: '2 rollouts' },
  {
    name: 'one skipped',
    given: { skipped: 1 },
    expected: '2 rollouts, 1 skipped since a rollout still ran',
  },
  {
    name: 'one missed',
    given: { missed: 1 },
    expected: '2 rollouts, 1 missed since the server was away',
  },
])('describe counts what it started and what it did not: $name', ({ given, expected }) => {
  expect(lookLines(look({ started: 2, ...given }), 100)).toContain(`  started  ${expected}`);
});

test.each([
  {
    name: 'left out',
    leftOut: ['2027-03-28T01:00:00.000Z'],
    added: [],
    words: 'the server does not start at 01:00 UTC.',
  },
  {
    name: 'added',
    leftOut: [],
    added: ['2027-10-31T00:30:00.000Z', '2027-10-31T00:45:00.000Z'],
    words: 'the server starts also at 00:30, 00:45 UTC.',
  },
  {
    name: 'moved',
    leftOut: ['2027-10-31T00:30:00.000Z'],
    added: ['2027-10-31T01:30:00.000Z'],
    words: 'the server does not start at 00:30 UTC and starts also at 01:30 UTC.',
  },
  {
    name: 'many',
    leftOut: Array.from({ length: 60 }, () => '2027-10-31T00:30:00.000Z'),
    added: [],
    words: 'the server leaves out 60 starts.',
  },
])('describe says what the server does when the clocks change: $name', ({ words, ...change }) => {
  const clockChanges = [{ at: '2027-10-31T01:00:00.000Z', ...change }];

  const lines = lookLines(look({ zone: 'Europe/Berlin', clockChanges }), 200).join('\n');

  expect(lines).toContain(
    'clocks   Around 2027-10-31 01:00:00 UTC the clocks of Europe/Berlin change',
  );
  expect(lines).toContain(words);
});

test.each([40, 80])('at %i columns no line but an id is wider', (width) => {
  const lines = [
    ...listLines([entry({ paused: true, note: 'paused by ada: a long reason '.repeat(5) })], width),
    ...lookLines(look({ jitterMs: 60_000, skipped: 3, missed: 2 }), width),
  ];

  expect(lines.filter((line) => line.length > width)).toEqual([]);
});

test('the same clock time on both nights of a clock change', () => {
  const local = clockOf('Europe/Berlin');

  expect(local(new Date('2027-10-31T00:30:00Z'))).toBe('Sun 2027-10-31 02:30');
  expect(local(new Date('2027-10-31T01:30:00Z'))).toBe('Sun 2027-10-31 02:30');
  expect(local(new Date('2027-03-28T01:00:00Z'))).toBe('Sun 2027-03-28 03:00');
});
