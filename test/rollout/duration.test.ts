import { parseDuration } from '../../rollout/duration';

test.each([
  { text: '500ms', expected: 500 },
  { text: '30s', expected: 30_000 },
  { text: '10m', expected: 600_000 },
  { text: '1.5h', expected: 5_400_000 },
  { text: '1d', expected: 86_400_000 },
  { text: '0s', expected: 0 },
  { text: '30', expected: null },
  { text: 's', expected: null },
  { text: '', expected: null },
  { text: '30 s', expected: null },
  { text: '-5m', expected: null },
  { text: '5M', expected: null },
  { text: '1h30m', expected: null },
  { text: '1.h', expected: null },
  { text: '1w', expected: null },
])('"$text" -> $expected', ({ text, expected }) => {
  expect(parseDuration(text)).toBe(expected);
});
