import { piecesOf, waitBars, axisOf } from '../../../client/report/timeline';
import type { ReportedAttempt, ReportedTarget } from '../../../rollout/report';
import { aReport, aReportedTarget, anAttempt, minute } from '../../support/made-up-report';

const now = Date.parse(minute(60));

/** The pieces of a target, each as `kind from-to` in minutes. */
function drawn(changes: Partial<ReportedTarget>): readonly string[] {
  const inMinutes = (ms: number) => (ms - Date.parse(minute(0))) / 60_000;
  return piecesOf(aReportedTarget(changes), now).map(
    ({ kind, from, to }) => `${kind} ${inMinutes(from)}-${inMinutes(to)}`,
  );
}

function attempt(from: number, to: number, changes: Partial<ReportedAttempt> = {}) {
  const times = { startedAt: minute(from), submittedAt: minute(from), endedAt: minute(to) };
  return anAttempt({ ...times, ...changes });
}

const unsent = { submittedAt: null, ticket: null } as const;
const hook = (event: 'before' | 'after' | 'undo', from: number, to: number) => {
  return { event, nth: 1, startedAt: minute(from), endedAt: minute(to), problem: null };
};

test.each<{ name: string; given: Partial<ReportedTarget>; expected: readonly string[] }>([
  {
    name: 'straight through -> its look, its upgrade',
    given: { attempts: [attempt(0, 9, { submittedAt: minute(1) })] },
    expected: ['look 0-1', 'succeeded 1-9'],
  },
  {
    name: 'refused, then done -> a wait between its attempts',
    given: { attempts: [attempt(0, 1, { result: 'rejected' }), attempt(6, 9)] },
    expected: ['look 0-0', 'rejected 0-1', 'wait 1-6', 'look 6-6', 'succeeded 6-9'],
  },
  {
    name: 'busy forty times -> one wait',
    given: { attempts: [attempt(0, 20, { ...unsent, result: 'notSubmitted', times: 40 })] },
    expected: ['wait 0-20'],
  },
  {
    name: 'not submitted after its answer was lost -> an attempt, for something was sent',
    given: { attempts: [attempt(0, 20, { result: 'notSubmitted', reason: 'requestLost' })] },
    expected: ['look 0-0', 'notSubmitted 0-20'],
  },
  {
    name: 'it was there before -> a look that says so',
    given: { attempts: [attempt(0, 1, { ...unsent, result: 'upToDate' })] },
    expected: ['upToDate 0-1'],
  },
  {
    name: 'hooks -> drawn upon the attempt, whose upgrade ends before those after it',
    given: {
      attempts: [
        attempt(0, 9, {
          submittedAt: minute(2),
          hooks: [hook('before', 1, 2), hook('after', 8, 9)],
        }),
      ],
    },
    expected: ['look 0-2', 'succeeded 2-8', 'look 8-9', 'hook 1-2', 'hook 8-9'],
  },
  {
    name: 'in flight -> from its last end to when the report was read',
    given: {
      status: 'inFlight',
      outcome: null,
      startedAt: minute(50),
      endedAt: null,
      attempts: [],
    },
    expected: ['running 50-60'],
  },
  {
    name: 'never begun -> a mark where it ended',
    given: { outcome: 'skipped', attempts: [], startedAt: null, endedAt: minute(30) },
    expected: ['skipped 30-30'],
  },
  {
    name: 'waits for its turn -> nothing yet',
    given: { status: 'waiting', outcome: null, attempts: [], startedAt: null, endedAt: null },
    expected: [],
  },
])('$name', ({ given, expected }) => {
  expect(drawn(given)).toEqual(expected);
});

test('what the rollout still waits for reaches to the end of the axis', () => {
  const words = 'wave rest waits for approval';
  const waits = [{ reason: 'gate', words, from: minute(1), to: null }] as const;
  const report = aReport([aReportedTarget()], { endedAt: null, reportedAt: minute(60), waits });
  const axis = axisOf(report, [piecesOf(aReportedTarget(), now)]);

  const [[kind, from, to, title] = []] = waitBars(report, axis);

  expect([kind, to]).toEqual(['gate', 1]);
  expect(from).toBeGreaterThan(0.5);
  expect(title).toBe(`${words}. 2026-11-21 17:01:00 to 18:00:00 UTC (59 min)`);
});
