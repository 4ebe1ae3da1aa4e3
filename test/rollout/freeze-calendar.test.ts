import { calendarOf, freezePlan } from '../../rollout/freeze';
import { readPlan } from './plan.builder';

const NOW = '2026-11-21T08:00:00.000Z';
const window = { cron: '0 1 * * SAT', for: '4h', zone: 'Asia/Shanghai' };
const unread = [{ problem: 'not read' }];

test('the calendar is kept as it was written, what was resolved of it is in the rules', () => {
  const plan = readPlan({ windows: [window], outsideWindows: 'skip' });
  const openings = { spans: [], until: NOW };
  const learned = { 'dcs-instance': 900_000 };

  const frozen = freezePlan(plan, unread, NOW, { openings, learned });

  const { cron, zone } = window;
  expect(frozen.calendar).toEqual({
    windows: [{ cron, forMs: 14_400_000, zone }],
    blackouts: [],
    outside: 'skip',
  });
  expect(frozen.rules).toMatchObject({ openings, learned, outside: 'skip' });
});

test('no windows, no blackouts -> no calendar, any time', () => {
  const plan = readPlan({});

  expect(calendarOf(plan)).toBeNull();
  expect(freezePlan(plan, unread, NOW).rules).toMatchObject({ openings: null, learned: {} });
});
