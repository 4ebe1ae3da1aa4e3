import { atLeast, atMost, figure, isMissed, type Figure } from '../../bench/bench';
import { jsonOf, linesOf, missedIn, sumLine, type Ended, type Told } from '../../bench/lines';

const told = (ended: Ended): Told => ({ name: 'calls', about: 'about', seconds: 7, ended });
const measured = (...figures: Figure[]) => told({ state: 'measured', figures });

test.each([
  { name: 'below -> held', given: atMost(4, 'calls', 3.9), missed: false },
  { name: 'at it -> held', given: atMost(4, 'calls', 4), missed: false },
  { name: 'above -> missed', given: atMost(4, 'calls', 4.1), missed: true },
  { name: 'at it -> held', given: atLeast(0.8, 'rate', 0.8), missed: false },
  { name: 'below -> missed', given: atLeast(0.8, 'rate', 0.79), missed: true },
  { name: 'no number at all -> missed', given: atMost(4, 'calls', NaN), missed: true },
  { name: 'no number at all -> missed', given: atLeast(4, 'calls', NaN), missed: true },
  { name: 'no bound -> held', given: figure('memory', 1e9), missed: false },
])('$given.bound.is $given.bound.to, $name', ({ given, missed }) => {
  expect(isMissed(given)).toBe(missed);
});

test('a measured bench: each number with its unit and bound, and how to repeat it', () => {
  const lines = linesOf(
    measured(atMost(4, 'calls', 17.615, 'per target'), atLeast(1, 'rate', 2), figure('MB', 1234)),
  );

  expect(lines).toEqual([
    'calls (7 s)',
    '  calls  17.615 per target (at most 4): MISSED',
    '  rate   2 (at least 1): held',
    '  MB     1,234',
    '  again: npm run bench -- --only calls',
  ]);
});

test('an absent one says so and misses nothing, one that broke down misses one', () => {
  const absent = told({ state: 'absent', why: 'no Python' });
  const broken = told({ state: 'brokeDown', why: 'no server' });

  expect(linesOf(absent)[0]).toBe('calls (7 s): ABSENT, nothing was measured: no Python');
  expect(linesOf(broken)[0]).toBe('calls (7 s): BROKE DOWN: no server');
  expect([absent, broken].map(({ ended }) => missedIn(ended))).toEqual([0, 1]);
});

test('the last line counts benches, bounds and what was missed', () => {
  const all = [
    measured(atMost(4, 'calls', 5), figure('x', 1)),
    told({ state: 'absent', why: 'no Python' }),
    told({ state: 'brokeDown', why: 'no server' }),
  ];

  expect(sumLine(all)).toBe('benches: 3, bounds: 1, absent: 1, broke down: 1, missed: 2');
});

test('as JSON: the same, for a program', () => {
  expect(jsonOf([measured(atMost(4, 'calls', 5))])).toEqual({
    benches: [
      {
        name: 'calls',
        about: 'about',
        seconds: 7,
        state: 'measured',
        figures: [
          { name: 'calls', value: 5, unit: '', bound: { is: 'atMost', to: 4 }, missed: true },
        ],
        missed: 1,
        repeat: 'npm run bench -- --only calls',
      },
    ],
    missed: 1,
  });
});
