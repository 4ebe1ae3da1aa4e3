import { goingForecastWords } from '../../client/forecast-view';
import type { Forecast } from '../../rollout/forecast';
import type { Gate } from '../../rollout/frozen-plan';
import type { RolloutStatus } from '../../rollout/status';
import { aFrozenPlan } from '../rollout/rollout-builder';
import { status, wave } from './status-builder';

const now = new Date('2026-11-20T18:10:00.000Z');
const approval: Gate = { kind: 'approval', expiresMs: null, onExpiry: 'abort' };
const frozen = aFrozenPlan([{ name: 'canary' }, { name: 'rest', gate: approval }]);
const waits = (reason: NonNullable<RolloutStatus['waitingFor']>['reason']) => ({
  waitingFor: { reason, until: null, words: '' },
});
const atGate = {
  waves: [wave({ state: 'finished' }), wave({ name: 'rest', state: 'pending' })],
  ...waits('gate'),
};

test.each<{
  readonly name: string;
  readonly given: Partial<Forecast>;
  readonly stands: Partial<RolloutStatus>;
  readonly expected: string;
}>([
  {
    name: 'running',
    given: {},
    stands: {},
    expected: 'Ends in about 12 min, at 2026-11-20 18:22:00 UTC, if all goes well',
  },
  {
    name: 'approvals to come',
    given: { approvals: 2 },
    stands: {},
    expected:
      'Ends in about 12 min, at 2026-11-20 18:22:00 UTC, plus the wait for 2 approvals, if all goes well',
  },
  {
    name: 'overdue',
    given: { endsAt: now.toISOString() },
    stands: {},
    expected: 'Ends any moment, if all goes well',
  },
  {
    name: 'paused',
    given: {},
    stands: waits('paused'),
    expected: 'Would end 12 min after it goes on, if all goes well',
  },
  {
    name: 'at an approval, which is not counted once more',
    given: { approvals: 1 },
    stands: atGate,
    expected: 'Would end 12 min after it goes on, if all goes well',
  },
  {
    name: 'nobody knows how long',
    given: { endsAt: null, problem: { kind: 'noExpectation', upgrades: ['cache'] } },
    stands: {},
    expected: 'No forecast: nobody knows yet how long an upgrade takes (cache)',
  },
  {
    name: 'no window',
    given: { endsAt: null, problem: { kind: 'noOpening', wave: 'rest' } },
    stands: {},
    expected: 'No forecast: no window is known in which all of wave rest fits',
  },
])('$name -> $expected', ({ given, stands, expected }) => {
  const forecast = {
    ...{ waves: [], endsAt: '2026-11-20T18:22:00.000Z', approvals: 0, problem: null },
    ...given,
  };

  expect(goingForecastWords(forecast, { frozen, status: status(stands), now })).toBe(expected);
});
