import fc from 'fast-check';
import { countsOf, endedOf, noCounts, sumOf } from '../../rollout/counts';
import { OUTCOMES } from '../../rollout/outcome';
import { ended, inFlight, waiting } from './wave-builder';

test('each target is counted where it stands', () => {
  const targets = [
    waiting('a'),
    waiting('b', { notBefore: '2030-01-01T00:00:00Z' }),
    inFlight('c'),
    ...OUTCOMES.map((outcome) => ended(outcome, outcome)),
    ended('z', 'failed'),
  ];

  const counts = countsOf(targets);

  expect(counts).toEqual({
    total: 10,
    pending: 2,
    inFlight: 1,
    succeeded: 1,
    upToDate: 1,
    rejected: 1,
    failed: 2,
    unknown: 1,
    skipped: 1,
  });
  expect(endedOf(counts)).toBe(7);
});

const target = fc.oneof(
  fc.constant(waiting('a')),
  fc.constant(inFlight('a')),
  fc.constantFrom(...OUTCOMES).map((outcome) => ended('a', outcome)),
);

test('counts of parts add up to the counts of the whole, and nothing is counted twice', () => {
  fc.assert(
    fc.property(fc.array(target), fc.array(target), (some, others) => {
      const sum = sumOf([countsOf(some), countsOf(others)]);
      const { total, pending, inFlight: flying, ...outcomes } = sum;

      expect(sum).toEqual(countsOf([...some, ...others]));
      expect(Object.values(outcomes).reduce((a, b) => a + b, pending + flying)).toBe(total);
      expect(sumOf([sum, noCounts()])).toEqual(sum);
    }),
  );
});
