import fc from 'fast-check';
import { minus, union, type Span } from '../../rollout/spans';

const span = (from: number, to: number): Span => ({ from, to });

test.each([
  { name: 'none -> none', given: [], expected: [] },
  {
    name: 'apart -> in order',
    given: [span(5, 6), span(1, 2)],
    expected: [span(1, 2), span(5, 6)],
  },
  { name: 'touching -> one', given: [span(1, 2), span(2, 3)], expected: [span(1, 3)] },
  {
    name: 'one within another -> the outer',
    given: [span(1, 9), span(2, 3)],
    expected: [span(1, 9)],
  },
  { name: 'empty -> gone', given: [span(2, 2), span(4, 3)], expected: [] },
])('union: $name', ({ given, expected }) => {
  expect(union(given)).toEqual(expected);
});

test.each([
  { name: 'nothing closed -> all', closed: [], expected: [span(10, 20), span(30, 40)] },
  { name: 'around all -> none', closed: [span(0, 50)], expected: [] },
  { name: 'over two -> cut', closed: [span(15, 35)], expected: [span(10, 15), span(35, 40)] },
  {
    name: 'within one -> two pieces',
    closed: [span(12, 13)],
    expected: [span(10, 12), span(13, 20), span(30, 40)],
  },
  {
    name: 'touching -> all',
    closed: [span(0, 10), span(20, 30)],
    expected: [span(10, 20), span(30, 40)],
  },
])('minus: $name', ({ closed, expected }) => {
  expect(minus([span(10, 20), span(30, 40)], closed)).toEqual(expected);
});

test('minus is what is in the one and not in the other', () => {
  const some = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 40 })),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(some, some, (a, b) => {
      const open = union(a.map(([from, to]) => span(from, to)));
      const closed = union(b.map(([from, to]) => span(from, to)));

      const left = minus(open, closed);

      const isIn = (spans: readonly Span[], at: number) =>
        spans.some(({ from, to }) => from <= at && at < to);
      for (let at = 0; at <= 40; at += 1) {
        expect(isIn(left, at)).toBe(isIn(open, at) && !isIn(closed, at));
      }
      expect(union(left)).toEqual(left);
    }),
  );
});
