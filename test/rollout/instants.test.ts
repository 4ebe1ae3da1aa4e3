import { addMs, earliest, isBefore, msBetween } from '../../rollout/instants';

test.each([
  { name: 'later', given: 1_500, expected: '2026-11-21T00:00:00.500Z' },
  { name: 'earlier, over midnight', given: -1_000, expected: '2026-11-20T23:59:58.000Z' },
])('addMs: $name', ({ given, expected }) => {
  expect(addMs('2026-11-21T07:59:59.000+08:00', given)).toBe(expected);
});

test('msBetween counts over zones and is negative backwards', () => {
  expect(msBetween('2026-11-21T08:00:00+08:00', '2026-11-21T00:00:01Z')).toBe(1_000);
  expect(msBetween('2026-11-21T00:00:01Z', '2026-11-21T00:00:00Z')).toBe(-1_000);
});

test.each([
  { name: 'a millisecond before', given: '2026-11-21T00:00:00.999Z', expected: true },
  { name: 'the same instant', given: '2026-11-21T00:00:01.000Z', expected: false },
  // As strings these two would compare the other way round.
  { name: 'earlier in another zone', given: '2026-11-21T08:00:00+08:00', expected: true },
  { name: 'later in another zone', given: '2026-11-20T23:00:00-08:00', expected: false },
])('isBefore: $name', ({ given, expected }) => {
  expect(isBefore(given, '2026-11-21T00:00:01Z')).toBe(expected);
});

test('earliest leaves nulls aside and keeps the text of the instant', () => {
  const first = '2026-11-21T08:00:00+08:00';

  expect(earliest(null, '2026-11-21T00:00:01Z', first, null)).toBe(first);
  expect(earliest(null, null)).toBeNull();
  expect(earliest()).toBeNull();
});

test('what is no instant throws and does not compare as false', () => {
  expect(() => isBefore('soon', '2026-11-21T00:00:01Z')).toThrow('not an instant: soon');
  expect(() => addMs('soon', 1)).toThrow('not an instant: soon');
});
