import { listMakespan, longestFirstMakespan, median, shortestMakespan } from '../../bench/schedule';

test.each([
  { name: 'nothing -> no time', durations: [], places: 2, takes: 0 },
  { name: 'one place -> one after another', durations: [3, 1, 2], places: 1, takes: 6 },
  { name: 'as many places as upgrades -> the longest', durations: [3, 1, 2], places: 3, takes: 3 },
  { name: 'more places than upgrades -> the longest', durations: [3, 1], places: 5, takes: 3 },
  {
    name: 'two places -> the next takes the first that is free',
    durations: [3, 1, 1, 2],
    places: 2,
    takes: 4,
  },
  {
    name: 'the longest at the end -> it is waited for',
    durations: [1, 1, 1, 1, 4],
    places: 2,
    takes: 6,
  },
])('in the order of the list, $name', ({ durations, places, takes }) => {
  expect(listMakespan(durations, places)).toBe(takes);
});

test('the longest first -> what is best here, and the list is left as it was', () => {
  const durations = [1, 1, 1, 1, 4];

  expect(longestFirstMakespan(durations, 2)).toBe(4);
  expect(durations).toEqual([1, 1, 1, 1, 4]);
});

test.each([
  { name: 'full places -> their share of the sum', durations: [2, 2, 2, 2], places: 2, takes: 4 },
  {
    name: 'one that takes longer than that -> it alone',
    durations: [1, 1, 9],
    places: 2,
    takes: 9,
  },
])('no schedule is shorter, $name', ({ durations, places, takes }) => {
  expect(shortestMakespan(durations, places)).toBe(takes);
});

test.each([
  { values: [], is: NaN },
  { values: [7], is: 7 },
  { values: [9, 1], is: 5 },
  { values: [10, 9, 1], is: 9 },
  { values: [4, 1, 3, 2], is: 2.5 },
])('the median of $values is $is', ({ values, is }) => {
  expect(median(values)).toBe(is);
});
