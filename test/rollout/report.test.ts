import type { FrozenPlan } from '../../rollout/frozen-plan';
import { noCounts } from '../../rollout/counts';
import { buildReport, type Report, type ReportSources } from '../../rollout/report';
import type { RolloutStatus } from '../../rollout/status';
import { attemptEnded, attemptStarted } from '../../rollout/wave';
import {
  aResult,
  aTarget,
  aWave,
  aWaveState,
  aWaveStatus,
  anAction,
  ended,
  noLimits,
  noon,
  on,
  rules,
  secondsAfterNoon,
} from './wave-builder';

const canary = aWave({
  name: 'canary',
  targets: [aTarget('a', { proxyId: 'p', labels: { tier: 'canary' } })],
});
const rest = aWave({ name: 'rest', targets: [aTarget('b'), aTarget('c')] });

const frozenPlan: FrozenPlan = {
  version: 1,
  name: 'november',
  scope: { projectId: 'project', region: 'cn-north-4' },
  upgrades: {
    proxy: {
      family: 'taurusdb-proxy',
      targetVersion: '2.26.03.000',
      expectMs: null,
      followForMs: 1,
    },
  },
  rules,
  concurrency: null,
  budget: noLimits,
  calendar: null,
  seed: 'november',
  waves: [canary, rest],
  unmatched: [aTarget('z')],
  frozenAt: noon,
};

function aStatus(changes: Partial<RolloutStatus> = {}): RolloutStatus {
  return {
    rolloutId: 'rollout/november/1',
    plan: 'november',
    state: 'running',
    waitingFor: null,
    counts: { ...noCounts(), total: 3 },
    budget: noLimits,
    waves: [aWaveStatus('canary', 'running'), aWaveStatus('rest', 'pending')],
    frozen: true,
    actions: [anAction({ reason: 'lunch' })],
    badEnds: [],
    waits: [],
    startedAt: noon,
    endedAt: null,
    ...changes,
  };
}

const readAt = secondsAfterNoon(1_000);

/** Each test says what it reads; when, is always the same. */
function reportOf(sources: Omit<ReportSources, 'readAt'>): Report {
  return buildReport({ ...sources, readAt });
}

const finished = aStatus({ state: 'finished', endedAt: secondsAfterNoon(900) });
const allEnded = [
  {
    name: 'canary',
    targets: [{ ...ended('a', 'succeeded'), target: aTarget('a', { proxyId: 'p' }) }],
  },
  { name: 'rest', targets: [ended('b', 'failed'), ended('c', 'upToDate')] },
];

/** A wave's targets after a refusal and a retry that succeeded. */
function retried() {
  const refused = aResult({
    result: 'rejected',
    reason: 'refusedForNow',
    reasonText: 'not now',
    submittedAt: noon,
    versionBefore: '2.26.02.001',
    endedAt: secondsAfterNoon(1),
  });
  const upgraded = aResult({
    submittedAt: secondsAfterNoon(400),
    ticket: 'job-1',
    versionBefore: '2.26.02.001',
    versionAfter: '2.26.03.000',
    endedAt: secondsAfterNoon(700),
  });
  const begun = attemptStarted(aWaveState(canary), 0, noon);
  const waiting = attemptEnded(begun, 0, refused, secondsAfterNoon(1));
  const again = attemptStarted(waiting, 0, secondsAfterNoon(400));
  return attemptEnded(again, 0, upgraded, secondsAfterNoon(700)).targets;
}

test('a target, as the contract says it', () => {
  const waves = [{ name: 'canary', targets: retried() }];

  const { targets } = reportOf({ status: aStatus(), frozenPlan, waves });

  expect(targets[0]).toEqual({
    upgrade: 'proxy',
    family: 'taurusdb-proxy',
    projectId: 'project',
    instanceId: 'a',
    proxyId: 'p',
    name: null,
    wave: 'canary',
    status: 'ended',
    labels: { tier: 'canary' },
    outcome: 'succeeded',
    reason: 'upgraded',
    reasonText: 'text',
    versionBefore: '2.26.02.001',
    versionAfter: '2.26.03.000',
    attempts: [
      {
        submittedAt: noon,
        ticket: null,
        result: 'rejected',
        reason: 'refusedForNow',
        reasonText: 'not now',
        endedAt: secondsAfterNoon(1),
        times: 1,
        startedAt: noon,
        versionBefore: '2.26.02.001',
        versionAfter: null,
        compensation: null,
        hooks: [],
      },
      {
        submittedAt: secondsAfterNoon(400),
        ticket: 'job-1',
        result: 'succeeded',
        reason: 'upgraded',
        reasonText: 'text',
        endedAt: secondsAfterNoon(700),
        times: 1,
        startedAt: noon,
        versionBefore: '2.26.02.001',
        versionAfter: '2.26.03.000',
        compensation: null,
        hooks: [],
      },
    ],
    compensation: null,
    startedAt: noon,
    endedAt: secondsAfterNoon(700),
  });
});

test('compensation: of the last attempt that had one, in words', () => {
  const left = { words: '1 hook undone', complete: true };
  const refused = aResult({ result: 'rejected', reason: 'refusedForNow', compensation: left });
  const begun = attemptStarted(aWaveState(canary), 0, noon);
  const waiting = attemptEnded(begun, 0, refused, noon);
  const again = attemptEnded(attemptStarted(waiting, 0, noon), 0, aResult(), noon);
  const waves = [{ name: 'canary', targets: again.targets }];

  const { targets } = reportOf({ status: aStatus(), frozenPlan, waves });

  expect(targets.map(({ compensation }) => compensation)).toEqual(['1 hook undone', null, null]);
});

test('under way: waves not begun are listed without outcome, and counts are those of the list', () => {
  const waves = [{ name: 'canary', targets: retried() }];

  const { targets, ...report } = reportOf({ status: aStatus(), frozenPlan, waves });

  expect(report).toEqual({
    rolloutId: 'rollout/november/1',
    plan: 'november',
    state: 'running',
    partial: true,
    counts: { ...noCounts(), total: 3, succeeded: 1, pending: 2 },
    waves: [
      aWaveStatus('canary', 'running', { counts: { ...noCounts(), total: 1, succeeded: 1 } }),
      aWaveStatus('rest', 'pending', { counts: { ...noCounts(), total: 2, pending: 2 } }),
    ],
    unmatched: [
      {
        upgrade: 'proxy',
        family: 'taurusdb-proxy',
        projectId: 'project',
        instanceId: 'z',
        proxyId: null,
        name: null,
        labels: {},
      },
    ],
    actions: [anAction({ reason: 'lunch' })],
    startedAt: noon,
    endedAt: null,
    reportedAt: readAt,
    budget: noLimits,
    budgets: [null, 'canary', 'rest'].flatMap((wave) =>
      ['rejected', 'failed', 'unknown'].map((kind) => {
        return { wave, kind, used: 0, limit: null, exhausted: false };
      }),
    ),
    windows: null,
    waits: [],
    durations: [
      {
        family: 'taurusdb-proxy',
        upgrades: 1,
        medianMs: 300_000,
        p90Ms: 300_000,
        longestMs: 300_000,
      },
    ],
    calls: [{ family: 'taurusdb-proxy', attempts: 2, submissions: 2, hooks: 0 }],
  });
  expect(targets.map(({ instanceId, outcome }) => [instanceId, outcome])).toEqual([
    ['a', 'succeeded'],
    ['b', null],
    ['c', null],
  ]);
  expect(targets[1]).toMatchObject({ versionBefore: '2.26.02.000', attempts: [], startedAt: null });
});

test.each([
  { name: 'ended, all targets too -> whole', status: finished, waves: allEnded, expected: false },
  {
    name: 'all targets ended, the rollout not yet -> partial',
    status: aStatus(),
    waves: allEnded,
    expected: true,
  },
  {
    name: 'ended, a wave could not be read -> partial',
    status: finished,
    waves: allEnded.slice(0, 1),
    expected: true,
  },
])('partial: $name', ({ status, waves, expected }) => {
  expect(reportOf({ status, frozenPlan, waves }).partial).toBe(expected);
});

test('parts of a wave, in any order -> plan order', () => {
  const [first, second] = [[ended('b', 'failed')], [ended('c', 'upToDate')]];
  const waves = [
    { name: 'rest', targets: second },
    { name: 'rest', targets: first },
  ];

  const { targets } = reportOf({ status: finished, frozenPlan, waves });

  expect(targets.map(({ outcome }) => outcome)).toEqual([null, 'failed', 'upToDate']);
});

test('not frozen -> nothing is known of any target', () => {
  const report = reportOf({
    status: aStatus({ frozen: false, waves: [] }),
    frozenPlan: null,
    waves: [],
  });

  expect(report).toMatchObject({ partial: true, targets: [], waves: [], unmatched: [] });
  expect(report.counts).toEqual(noCounts());
});

const endedAt = secondsAfterNoon(900);
const notBegun = { outcome: 'skipped', reason: 'aborted', reasonText: 'aborted' } as const;
const lost = { outcome: 'unknown', reason: 'terminated', reasonText: 'gone' } as const;

test('aborted before a wave began -> its targets are skipped', () => {
  const stopped = on(aWaveState(canary), { aborting: true }).targets;
  const status = aStatus({
    state: 'aborted',
    endedAt,
    waves: [
      aWaveStatus('canary', 'aborted', { untold: notBegun }),
      aWaveStatus('rest', 'aborted', { untold: notBegun }),
    ],
  });

  const report = reportOf({ status, frozenPlan, waves: [{ name: 'canary', targets: stopped }] });

  expect(report.partial).toBe(false);
  expect(report.counts).toEqual({ ...noCounts(), total: 3, skipped: 3 });
  expect(report.targets[2]).toMatchObject({ outcome: 'skipped', reason: 'aborted', endedAt });
});

test('a wave that was ended from outside -> what it had told stays, the rest is unknown', () => {
  const status = aStatus({
    state: 'finished',
    endedAt,
    waves: [aWaveStatus('canary', 'finished'), aWaveStatus('rest', 'aborted', { untold: lost })],
  });
  const waves = [
    {
      name: 'canary',
      targets: [{ ...ended('a', 'succeeded'), target: canary.targets[0] ?? aTarget('a') }],
    },
    { name: 'rest', targets: [ended('b', 'failed')] },
  ];

  const report = reportOf({ status, frozenPlan, waves });

  expect(report.targets.map(({ outcome }) => outcome)).toEqual(['succeeded', 'failed', 'unknown']);
  expect(report.partial).toBe(false);
});

test('a part of a wave was lost, the others never began -> only the lost one is unknown', () => {
  const unbegun = { from: 1, end: notBegun };
  const status = aStatus({
    state: 'aborted',
    endedAt,
    waves: [aWaveStatus('rest', 'aborted', { untold: lost, unbegun })],
  });

  const { targets } = reportOf({ status, frozenPlan, waves: [] });

  expect(targets.map(({ outcome }) => outcome)).toEqual([null, 'unknown', 'skipped']);
});

test('a wave that cannot be read while the rollout goes on -> without outcome', () => {
  const waves = [
    aWaveStatus('canary', 'running'),
    aWaveStatus('rest', 'running', { untold: lost }),
  ];

  const { targets, partial } = reportOf({ status: aStatus({ waves }), frozenPlan, waves: [] });

  expect(targets[2]).toMatchObject({ instanceId: 'c', outcome: null, endedAt: null });
  expect(partial).toBe(true);
});

test('one instance upgraded in two ways -> two targets, each with its own end', () => {
  const twice = aWave({ name: 'rest', targets: [aTarget('b'), aTarget('b', { proxyId: 'p' })] });
  const waves = [{ name: 'rest', targets: [ended('b', 'failed')] }];

  const { targets } = reportOf({
    status: aStatus(),
    frozenPlan: { ...frozenPlan, waves: [twice] },
    waves,
  });

  expect(targets.map(({ outcome }) => outcome)).toEqual(['failed', null]);
});

test('an upgrade that the plan does not have is our mistake', () => {
  const plan = { ...frozenPlan, upgrades: {} };

  expect(() => reportOf({ status: aStatus(), frozenPlan: plan, waves: [] })).toThrow(
    'no upgrade proxy',
  );
});
