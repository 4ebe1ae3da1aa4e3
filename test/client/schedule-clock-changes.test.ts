import { changesOf, compareInstants } from '../../client/schedule-clock-changes';

const from = new Date('2026-11-21T12:00:00Z');

test.each([
  { name: 'none', zone: 'Asia/Shanghai', expected: [] },
  { name: 'an hour', zone: 'Europe/Berlin', expected: ['2027-03-28T01:00', '2027-10-31T01:00'] },
  {
    name: 'half an hour, in the south',
    zone: 'Australia/Lord_Howe',
    expected: ['2027-04-03T15:00', '2027-10-02T15:30'],
  },
  {
    name: 'at midnight',
    zone: 'America/Santiago',
    expected: ['2027-04-04T03:00', '2027-09-05T04:00'],
  },
])('the clock changes of 400 days, $name: $zone', ({ zone, expected }) => {
  const found = changesOf(zone, from).map((each) => new Date(each).toISOString().slice(0, 16));

  expect(found).toEqual(expected);
});

describe('instants around a clock change', () => {
  const minute = 60_000;
  const range = { start: 0, end: 360 * minute };

  test.each([
    { name: 'the same', wanted: [90, 150], found: [90, 150], leftOut: [], added: [] },
    { name: 'one less', wanted: [90, 150], found: [150], leftOut: [90], added: [] },
    { name: 'one more', wanted: [90], found: [90, 150], leftOut: [], added: [150] },
    { name: 'another', wanted: [90], found: [150], leftOut: [90], added: [150] },
    { name: 'late by the jitter', jitter: 10, wanted: [90], found: [100], leftOut: [], added: [] },
    { name: 'later', jitter: 10, wanted: [90], found: [101], leftOut: [90], added: [101] },
    { name: 'one for two', jitter: 60, wanted: [90, 91], found: [95], leftOut: [91], added: [] },
    { name: 'late from before', jitter: 10, wanted: [], found: [10], leftOut: [], added: [] },
    { name: 'added, after that', jitter: 10, wanted: [], found: [11], leftOut: [], added: [11] },
    { name: 'the last instant', wanted: [360], found: [360], leftOut: [], added: [] },
    { name: 'after the end', wanted: [], found: [361], leftOut: [], added: [] },
  ])('$name: left out $leftOut, added $added', ({ jitter = 0, wanted, found, leftOut, added }) => {
    const ms = (minutes: readonly number[]) => minutes.map((each) => each * minute);

    const told = compareInstants({
      ...range,
      wanted: ms(wanted),
      found: ms(found),
      jitterMs: jitter * minute,
    });

    expect(told).toEqual({ leftOut: ms(leftOut), added: ms(added) });
  });
});
