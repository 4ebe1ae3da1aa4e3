import fc from 'fast-check';
import { bar, cut, fitLines, pad, table, wrap } from '../../client/layout';
import { outcomeTable, statusLines } from '../../client/summary';
import { frameLines } from '../../client/watch/view';
import { counts, status, wave } from './status-builder';

const WIDTHS = [40, 80, 200];
const now = new Date('2026-11-20T18:10:00Z');

const aFrame = { forecast: null, flights: [], inFlight: 0, events: [], away: null, now, rows: 24 };
const withoutColors = (line: string) => line.replaceAll(/\x1b\[\d+m/g, '');
const widthOf = (line: string) => [...withoutColors(line)].length;

describe('bar', () => {
  test.each([
    { name: 'nothing yet', given: [0, 0, 4], width: 8, expected: '........' },
    { name: 'half', given: [2, 0, 2], width: 8, expected: '####....' },
    { name: 'one of many still shows', given: [0, 1, 999], width: 8, expected: '!.......' },
    { name: 'no targets', given: [0, 0, 0], width: 8, expected: '        ' },
    { name: 'all', given: [7, 0, 0], width: 8, expected: '########' },
  ])('$name', ({ given, width, expected }) => {
    const marks = ['#', '!', '.'];

    const drawn = bar(
      given.map((count, at) => ({ count, mark: marks[at] ?? '' })),
      width,
    );

    expect(drawn).toBe(expected);
  });

  test('is as wide as was asked, whatever it counts', () => {
    const part = fc.record({ count: fc.nat(20_000), mark: fc.constantFrom('a', 'b', 'c', 'd') });
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 4 }),
        fc.integer({ min: 4, max: 60 }),
        (parts, width) => {
          return bar(parts, width).length === width;
        },
      ),
    );
  });
});

describe('table', () => {
  const columns = [
    { title: 'target', shrinkTo: 8 },
    { title: 'count', align: 'right' as const },
    { title: 'words', shrinkTo: 6, optional: true },
  ];
  const rows = [['5560df16-cebf-4473-95c4-d1b573c16e79', '12', 'the instance cannot be upgraded']];

  test.each([
    {
      width: 40,
      expected: [
        'target                     count  words',
        '5560df16-cebf-4473-95c4-…     12  the i…',
      ],
    },
    {
      width: 80,
      expected: [
        'target                                count  words',
        '5560df16-cebf-4473-95c4-d1b573c16e79     12  the instance cannot be upgraded',
      ],
    },
    {
      width: 12,
      expected: ['target    count', '5560df1…     12'],
    },
  ])('at $width columns', ({ width, expected }) => {
    expect(table(columns, rows, width)).toEqual(expected);
  });
});

test('words are cut, padded and wrapped by letters', () => {
  expect(cut('München-größer', 8)).toBe('München…');
  expect(pad('12', 5, 'right')).toBe('   12');
  expect(wrap('one two three four', 9, 2)).toEqual(['one two', '  three', '  four']);
});

test('only lines that are too wide are broken, and keep their margin', () => {
  expect(fitLines('a  b\n  one two three', 10)).toBe('a  b\n  one two\n    three');
});

test('where a table of outcomes has no room, they are told in words', () => {
  const waves = [wave({ counts: counts({ succeeded: 4, rejected: 1, failed: 2, unknown: 3 }) })];

  const lines = outcomeTable(status({ waves }), 40);

  expect(lines).toEqual([
    'canary  10/10',
    '  4 succeeded, 1 rejected, 2 failed, 3',
    '  unknown',
    'all  10/10',
    '  4 succeeded, 1 rejected, 2 failed, 3',
    '  unknown',
  ]);
});

describe.each(WIDTHS)('at %i columns', (width) => {
  const running = status({
    waves: [
      wave({ state: 'finished', counts: counts({ succeeded: 1 }) }),
      wave({
        name: 'a-wave-with-a-rather-long-name',
        counts: counts({ succeeded: 1200, failed: 3, rejected: 1, inFlight: 50, pending: 700 }),
        paused: true,
        bake: { state: 'inconclusive', words: 'the check could not be made' },
      }),
      wave({ name: 'rest', state: 'pending', counts: counts({ pending: 18_000 }) }),
    ],
    waitingFor: {
      reason: 'retry',
      until: '2026-11-20T18:15:00Z',
      words: 'the next retry of 3 targets that were refused for now',
    },
  });

  test.each([true, false])('no line of a frame is wider (colours: %s)', (colors) => {
    const away = 'The Temporal server does not answer. Since a while, and it is being waited for.';

    const lines = frameLines({ ...aFrame, status: running, away }, { width, colors });

    expect(lines.map(widthOf).filter((each) => each > width)).toEqual([]);
    expect(withoutColors(lines.join(' ')).replaceAll(/\s+/g, ' ')).toContain(
      'until 2026-11-20 18:15',
    );
  });

  test('a frame says that a wave is paused by itself, and how health after it stands', () => {
    const lines = frameLines({ ...aFrame, status: running }, { width, colors: false });

    expect(lines.join('\n')).toContain('paused, inconclusive');
  });

  test('the outcome table keeps what says something', () => {
    const lines = outcomeTable(running, Math.max(width, 50));

    expect(lines.map(widthOf).filter((each) => each > Math.max(width, 50))).toEqual([]);
    expect(lines[0]).toContain('failed');
    expect(lines[0]).toContain('rejected');
  });

  test('a status names what it waits for and who acted', () => {
    const lines = statusLines(running, { width, colors: false }, now).join('\n');

    expect(lines).toContain('in 5 min');
    expect(lines.replaceAll(/\s+/g, ' ')).toContain('pause by ann: lag in az2');
  });
});

test('on a low terminal the waves around the running one are shown', () => {
  const waves = Array.from({ length: 30 }, (_, at) =>
    wave({
      name: `wave-${at + 1}`,
      state: at < 10 ? 'finished' : 'pending',
      counts: counts({ pending: 2 }),
    }),
  );

  const lines = frameLines(
    { ...aFrame, status: status({ waves }), rows: 14 },
    { width: 80, colors: false },
  );

  expect(lines.length).toBeLessThanOrEqual(14);
  expect(lines.join('\n')).toContain('wave-11');
  expect(lines.join('\n')).toContain('and 19 more waves');
});
