import { placeOn, ticksOf, timeScale, type Stretch } from '../../../client/report/time-scale';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const noon = Date.parse('2026-11-21T12:00:00Z');
const span = (from: number, to: number) => ({ from: noon + from, to: noon + to });

/** Which part of the width each stretch has, in percent; folded ones in brackets. */
function drawn(axis: readonly Stretch[]): readonly string[] {
  return axis.map(({ x0, x1, folded }) => {
    const percent = `${Math.round((x1 - x0) * 100)}`;
    return folded ? `(${percent})` : percent;
  });
}

test.each([
  { name: 'nothing happened', busy: [], whole: span(0, DAY), expected: ['100'] },
  { name: 'always busy', busy: [span(0, HOUR)], whole: span(0, HOUR), expected: ['100'] },
  {
    name: 'short gaps are not worth folding',
    busy: [span(0, MINUTE), span(2 * MINUTE, 3 * MINUTE)],
    whole: span(0, 3 * MINUTE),
    expected: ['100'],
  },
  {
    name: 'two nights -> the day between is folded',
    busy: [span(0, 2 * HOUR), span(DAY, DAY + 2 * HOUR)],
    whole: span(0, DAY + 2 * HOUR),
    expected: ['47', '(6)', '47'],
  },
  {
    name: 'days before the first and after the last attempt are folded',
    busy: [span(DAY, DAY + HOUR)],
    whole: span(0, 3 * DAY),
    expected: ['(5)', '89', '(5)'],
  },
])('$name', ({ busy, whole, expected }) => {
  const axis = timeScale(busy, whole);

  expect(drawn(axis)).toEqual(expected);
  expect(axis[0]).toMatchObject({ from: whole.from, x0: 0 });
  expect(axis.at(-1)?.to).toBe(whole.to);
  expect(axis.at(-1)?.x1).toBeCloseTo(1);
});

test('many windows: folds never take more than four tenths of what happened', () => {
  const busy = Array.from({ length: 50 }, (_, week) => span(week * 7 * DAY, week * 7 * DAY + HOUR));

  const axis = timeScale(busy, span(0, 49 * 7 * DAY + HOUR));

  const folded = axis.filter((each) => each.folded);
  expect(folded).toHaveLength(49);
  expect(folded.reduce((sum, { x0, x1 }) => sum + x1 - x0, 0)).toBeLessThan(0.3);
});

test('places: in order, within the axis, also of instants beyond it', () => {
  const axis = timeScale([span(0, HOUR), span(DAY, DAY + HOUR)], span(0, DAY + HOUR));

  const instants = [-HOUR, 0, HOUR / 2, HOUR, DAY / 2, DAY, DAY + HOUR, 2 * DAY];
  const places = instants.map((ms) => placeOn(axis, noon + ms));

  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect([places[0], places[1], places.at(-1)]).toEqual([0, 0, 1]);
  expect(placeOn([], noon)).toBe(0);
});

test.each([
  { name: 'half a minute', whole: span(0, 30_000), first: '12:00:00', apart: 5 },
  { name: 'an hour', whole: span(0, HOUR), first: '12:00', apart: 600 },
  { name: 'a day', whole: span(0, DAY), first: '12:00', apart: 3 * 3600 },
  { name: 'a year', whole: span(0, 365 * DAY), first: '00:00', apart: 0 },
])('marks of $name are round, and far enough apart to be read', ({ whole, first, apart }) => {
  const axis = timeScale([whole], whole);

  const ticks = ticksOf(axis);

  expect(ticks[0]).toMatchObject({ time: first, day: expect.stringMatching(/^2026-/) as string });
  expect(ticks.length).toBeGreaterThan(2);
  expect(ticks.length).toBeLessThan(15);
  const gaps = ticks.slice(1).map(({ x }, at) => x - (ticks[at]?.x ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThan(0.069);
  const seconds = (whole.to - whole.from) / 1_000;
  if (apart > 0) expect(Math.round((gaps[0] ?? 0) * seconds)).toBe(apart);
});

test('the day is told at the first mark, and again when it is another', () => {
  const axis = timeScale([span(0, DAY)], span(0, DAY));

  const days = ticksOf(axis).flatMap(({ day }) => day ?? []);

  expect(days).toEqual(['2026-11-21', '2026-11-22']);
});
