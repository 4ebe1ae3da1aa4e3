import { percentOf } from '../../cloud/jobs';
import { patchList } from '../../cloud/patches';
import { compactTime, parseInstant, queryTime, startTime } from '../../cloud/times';

const AT = Date.UTC(2023, 5, 5, 17, 47, 20);

test.each([
  ['2023-06-06T01:47:20+0800'],
  ['2023-06-06T01:47:20+08:00'],
  ['2023-06-05T17:47:20Z'],
  ['2023-06-05T17:47:20+0000'],
  ['2023-06-05T17:47:20.000000Z'],
  ['2023-06-05T17:47:20'],
  ['2023-06-05 17:47:20'],
  [String(AT)],
  [String(AT / 1000)],
  [AT],
  [AT / 1000],
])('%s is the same instant', (text) => {
  expect(parseInstant(text)).toBe(AT);
});

test.each([[''], [null], [undefined], ['soon'], ['2023-13-45T99:00:00Z'], [0], [NaN]])(
  '%s is no instant',
  (text) => {
    expect(parseInstant(text)).toBeNull();
  },
);

test.each([
  ['offset', '2023-06-05T17:47:21+0000'],
  ['colon', '2023-06-05T17:47:21+00:00'],
  ['utc', '2023-06-05T17:47:21Z'],
] as const)('a start time as %s is rounded up to %s', (format, expected) => {
  expect(startTime(AT + 1, format)).toBe(expected);
});

test('times of a query are rounded down', () => {
  expect(queryTime(AT + 999)).toBe('2023-06-05T17:47:20+0000');
  expect(compactTime(AT + 999)).toBe('20230605174720');
});

test.each([
  ['60%', 60],
  ['60', 60],
  [60, 60],
  ['99.5%', 99],
  ['250%', 100],
  ['', null],
  ['done', null],
  [null, null],
])('progress %s is %s percent', (text, expected) => {
  expect(percentOf(text)).toBe(expected);
});

test('hot patches are listed once, ascending by number', () => {
  expect(patchList(['3.208.0.10', '3.208.0.9', '3.208.0.10'])).toBe('3.208.0.9,3.208.0.10');
});
