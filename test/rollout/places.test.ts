import { placesOfWave } from '../../rollout/places';

const FREE = { rejected: null, failed: null, unknown: null, strict: false };

test.each([
  { name: 'its own', wave: {}, rollout: {}, most: 4, by: null },
  { name: 'the rollout allows as many', wave: {}, rollout: { concurrency: 4 }, most: 4, by: null },
  {
    name: 'the rollout allows fewer',
    wave: {},
    rollout: { concurrency: 3 },
    most: 3,
    by: 'rollout',
  },
  {
    name: 'strict, two may fail -> three could',
    wave: { budget: { ...FREE, failed: 2, strict: true } },
    rollout: {},
    most: 3,
    by: 'strictBudget',
  },
  {
    name: 'strict, three may fail -> no limit below its own',
    wave: { budget: { ...FREE, failed: 3, strict: true } },
    rollout: {},
    most: 4,
    by: null,
  },
  {
    name: 'strict, the smallest of its limits counts',
    wave: { budget: { rejected: 9, failed: 9, unknown: 0, strict: true } },
    rollout: {},
    most: 1,
    by: 'strictBudget',
  },
  {
    name: 'strict without limits',
    wave: { budget: { ...FREE, strict: true } },
    rollout: {},
    most: 4,
    by: null,
  },
  {
    name: 'a limit that is not strict',
    wave: { budget: { ...FREE, failed: 0 } },
    rollout: {},
    most: 4,
    by: null,
  },
  {
    name: 'the strict budget of the rollout',
    wave: {},
    rollout: { concurrency: 3, budget: { ...FREE, failed: 1, strict: true } },
    most: 2,
    by: 'strictBudget',
  },
])('$name -> $most', ({ wave, rollout, most, by }) => {
  const places = placesOfWave(
    { concurrency: 4, budget: FREE, ...wave },
    { concurrency: null, budget: FREE, ...rollout },
  );

  expect(places).toEqual({ most, by });
});
