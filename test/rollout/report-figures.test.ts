import type { HookCall } from '../../rollout/outcome';
import type { ReportedAttempt, ReportedTarget } from '../../rollout/report';
import {
  budgetUses,
  familyCalls,
  familyDurations,
  openWindows,
} from '../../rollout/report-figures';
import { counts } from '../client/status-builder';
import { frozenPlan } from './frozen-builder';
import { noLimits, noon, rules, secondsAfterNoon } from './wave-builder';

function attempt(changes: Partial<ReportedAttempt>): ReportedAttempt {
  const words = { result: 'succeeded', reason: 'upgraded', reasonText: 'text' } as const;
  const versions = { versionBefore: null, versionAfter: null, compensation: null };
  const times = { startedAt: noon, submittedAt: noon, endedAt: noon, times: 1 };
  return { ...words, ...versions, ...times, ticket: null, hooks: [], ...changes };
}

function target(
  family: ReportedTarget['family'],
  attempts: readonly ReportedAttempt[],
): ReportedTarget {
  const place = {
    upgrade: 'x',
    family,
    projectId: 'p',
    instanceId: 'i',
    proxyId: null,
    name: null,
  };
  const end = { outcome: null, reason: null, reasonText: null, versionBefore: null };
  const rest = { versionAfter: null, compensation: null, startedAt: null, endedAt: null };
  return { ...place, ...end, ...rest, labels: {}, wave: 'w', status: 'ended', attempts };
}

function hook(event: HookCall['event'], seconds: number): HookCall {
  const at = secondsAfterNoon(seconds);
  return { event, nth: 1, startedAt: at, endedAt: at, problem: null };
}

test('durations: from the request to the end that was seen; nine in ten, and half', () => {
  const took = (seconds: number) => attempt({ endedAt: secondsAfterNoon(seconds) });
  const targets = [
    target('dcs-instance', [10, 20, 30, 40, 50].map(took)),
    target('dcs-instance', [60, 70, 80, 90, 100].map(took)),
    target('gaussdb-hotfix', [took(7)]),
  ];

  expect(familyDurations(targets)).toEqual([
    { family: 'gaussdb-hotfix', upgrades: 1, medianMs: 7_000, p90Ms: 7_000, longestMs: 7_000 },
    { family: 'dcs-instance', upgrades: 10, medianMs: 50_000, p90Ms: 90_000, longestMs: 100_000 },
  ]);
});

test.each<{ name: string; given: Partial<ReportedAttempt>; expected: number | null }>([
  { name: 'a step of several counts', given: { result: 'advanced' }, expected: 90_000 },
  { name: 'a failed one does not', given: { result: 'failed' }, expected: null },
  { name: 'nor does what was not ours', given: { submittedAt: null }, expected: null },
  {
    name: 'the hooks after it are no part of it',
    given: { hooks: [hook('before', 1), hook('after', 30), hook('after', 60)] },
    expected: 30_000,
  },
])('durations: $name', ({ given, expected }) => {
  const [measured] = familyDurations([
    target('dcs-instance', [attempt({ endedAt: secondsAfterNoon(90), ...given })]),
  ]);

  expect(measured?.medianMs ?? null).toBe(expected);
});

test('calls: attempts by their number, submissions by what was sent, hooks one by one', () => {
  const targets = [
    target('dcs-instance', [
      attempt({ submittedAt: null, times: 40 }),
      attempt({ hooks: [hook('before', 0), hook('undo', 1)] }),
    ]),
    target('taurusdb-proxy', []),
  ];

  expect(familyCalls(targets)).toEqual([
    { family: 'taurusdb-proxy', attempts: 0, submissions: 0, hooks: 0 },
    { family: 'dcs-instance', attempts: 41, submissions: 1, hooks: 2 },
  ]);
});

test('budgets: exhausted when exceeded, each kind by itself', () => {
  const budget = { ...noLimits, failed: 2, unknown: 0 };
  const rollout = { budget: noLimits, counts: counts({ failed: 9 }) };

  const uses = budgetUses(rollout, [{ name: 'w', budget, counts: counts({ failed: 3 }) }]);

  expect(uses).toHaveLength(6);
  expect(uses.filter(({ exhausted }) => exhausted)).toEqual([
    { wave: 'w', kind: 'failed', used: 3, limit: 2, exhausted: true },
  ]);
  expect(uses[5]).toEqual({ wave: 'w', kind: 'unknown', used: 0, limit: 0, exhausted: false });
  expect(uses[1]).toEqual({ wave: null, kind: 'failed', used: 9, limit: null, exhausted: false });
});

test('windows: those that reach into the time of the rollout', () => {
  const span = (from: number, to: number) => ({
    from: secondsAfterNoon(from),
    to: secondsAfterNoon(to),
  });
  const spans = [
    span(-20, -10),
    span(-10, 0),
    span(-5, 5),
    span(50, 60),
    span(99, 200),
    span(100, 300),
  ];
  const openings = { spans, until: secondsAfterNoon(900) };
  const frozen = { ...frozenPlan([]), rules: { ...rules, openings } };

  expect(openWindows(frozen, span(0, 100))).toEqual([span(-5, 5), span(50, 60), span(99, 200)]);
  expect(openWindows({ ...frozen, rules }, span(0, 100))).toBeNull();
  expect(openWindows(null, span(0, 100))).toBeNull();
});
