import { countsOf } from '../../rollout/counts';
import type { Outcome } from '../../rollout/outcome';
import type { Report, ReportedAttempt, ReportedTarget } from '../../rollout/report';
import {
  budgetUses,
  familyCalls,
  familyDurations,
  type OpenWindow,
} from '../../rollout/report-figures';
import { FAMILIES } from '../../rollout/upgrade';
import { drawn } from '../../rollout/seeded';

const NO_LIMITS = { rejected: null, failed: null, unknown: null, strict: false } as const;
const BEGIN = Date.parse('2026-11-21T17:00:00Z');
const MINUTE = 60_000;

/** The instant so many minutes after the made-up rollout began. */
export function minute(count: number): string {
  return new Date(BEGIN + count * MINUTE).toISOString();
}

/** An attempt that went well within a minute; a test says its differences. */
export function anAttempt(changes: Partial<ReportedAttempt> = {}): ReportedAttempt {
  return {
    submittedAt: minute(0),
    ticket: 'job-1',
    result: 'succeeded',
    reason: 'upgraded',
    reasonText: 'a fresh read shows 2.26.03.000',
    endedAt: minute(1),
    times: 1,
    startedAt: minute(0),
    versionBefore: '2.26.02.001',
    versionAfter: '2.26.03.000',
    compensation: null,
    hooks: [],
    ...changes,
  };
}

/** A target that went well; a test says its differences. */
export function aReportedTarget(changes: Partial<ReportedTarget> = {}): ReportedTarget {
  return {
    upgrade: 'proxy',
    family: 'taurusdb-proxy',
    projectId: '0483b6b16e954cb88930a360d2c4e663',
    instanceId: '58b2a2055bb55bcbb37d2f2a4276b0bdin07',
    proxyId: '066548bbcded8077efcfe3fb2c3ea935po01',
    name: 'orders-proxy',
    labels: { team: 'orders' },
    wave: 'canary',
    status: 'ended',
    outcome: 'succeeded',
    reason: 'upgraded',
    reasonText: 'a fresh read shows 2.26.03.000',
    versionBefore: '2.26.02.001',
    versionAfter: '2.26.03.000',
    attempts: [anAttempt()],
    compensation: null,
    startedAt: minute(0),
    endedAt: minute(1),
    ...changes,
  };
}

/** A report of these targets, whose counts and figures are those of them. */
export function aReport(targets: readonly ReportedTarget[], changes: Partial<Report> = {}): Report {
  const counts = countsIn(targets);
  const names = [...new Set(targets.map(({ wave }) => wave))];
  const waves = names.map((name) => ({
    name,
    state: 'finished' as const,
    counts: countsIn(targets.filter(({ wave }) => wave === name)),
    concurrency: 10,
    budget: { ...NO_LIMITS, failed: 2, unknown: 0 },
    paused: false,
    bake: null,
    untold: null,
  }));
  const ends = targets.flatMap(({ endedAt }) => endedAt ?? []).sort();
  const endedAt = ends.at(-1) ?? minute(1);
  return {
    rolloutId: 'rollout/proxies-november/20261121T170000Z-9f3c',
    plan: 'proxies-november',
    state: 'finished',
    partial: false,
    counts,
    waves,
    unmatched: [],
    actions: [],
    startedAt: minute(0),
    endedAt,
    reportedAt: endedAt,
    budget: NO_LIMITS,
    budgets: budgetUses({ budget: NO_LIMITS, counts }, waves),
    windows: null,
    waits: [],
    durations: familyDurations(targets),
    calls: familyCalls(targets),
    targets,
    ...changes,
  };
}

function countsIn(targets: readonly ReportedTarget[]) {
  return countsOf(
    targets.map(({ status, outcome }) => ({
      status,
      end: outcome && { outcome, reason: 'upgraded', reasonText: '' },
    })),
  );
}

/**
 * A rollout of so many targets over two nights: a canary, a tenth after an approval, and the rest in
 * the second window; with retries, hooks, waits and every outcome. The same one each time.
 */
export function aLongReport(count: number): Report {
  let draws = 0;
  const random = () => drawn(`a long report ${(draws += 1)}`);
  const canary = Math.max(1, Math.round(count / 100));
  const tenth = Math.max(1, Math.round(count / 10));
  const first = lane(random, { wave: 'canary', from: 0, size: canary, places: 2, at: 2 });
  const second = lane(random, {
    wave: 'tenth',
    from: canary,
    size: tenth,
    places: Math.ceil(tenth / 8),
    at: 75,
  });
  const night = 24 * 60;
  const rest = count - canary - tenth;
  const third = lane(random, {
    wave: 'rest',
    from: canary + tenth,
    size: rest,
    places: Math.ceil(rest / 10),
    at: night + 3,
  });
  const windows: OpenWindow[] = [
    { from: minute(0), to: minute(240) },
    { from: minute(night), to: minute(night + 240) },
  ];
  const waits = [
    { reason: 'bake', words: 'watching health after wave canary', from: 30, to: 45 },
    { reason: 'gate', words: 'wave tenth waits for approval', from: 45, to: 75 },
    { reason: 'window', words: 'no window is open', from: 190, to: night },
    { reason: 'paused', words: 'paused by li: replication lag', from: night + 60, to: night + 80 },
  ] as const;
  const act = { wave: null, target: null, change: null, reason: null };
  return aReport([...first, ...second, ...third], {
    windows,
    waits: waits.map((each) => ({ ...each, from: minute(each.from), to: minute(each.to) })),
    actions: [
      {
        ...act,
        action: 'approve',
        by: 'ann',
        at: minute(75),
        wave: 'tenth',
        reason: 'canary is well',
      },
      {
        ...act,
        action: 'budget',
        by: 'li',
        at: minute(120),
        wave: 'rest',
        change: 'failed 2 to 20',
      },
      { ...act, action: 'pause', by: 'li', at: minute(night + 60), reason: 'replication lag' },
      { ...act, action: 'resume', by: 'li', at: minute(night + 80) },
    ],
  });
}

const RARE: readonly (readonly [Outcome, number])[] = [
  ['upToDate', 0.04],
  ['rejected', 0.07],
  ['failed', 0.095],
  ['unknown', 0.1],
  ['skipped', 0.11],
];

function lane(
  random: () => number,
  given: {
    readonly wave: string;
    readonly from: number;
    readonly size: number;
    readonly places: number;
    readonly at: number;
  },
): readonly ReportedTarget[] {
  const free = Array.from({ length: given.places }, () => given.at);
  return Array.from({ length: given.size }, (_, i) => {
    const place = free.indexOf(Math.min(...free));
    const begin = free[place] ?? given.at;
    const draw = random();
    const outcome = RARE.find(([, below]) => draw < below)?.[0] ?? 'succeeded';
    const target = storyOf(random, { nth: given.from + i, wave: given.wave, begin, outcome });
    free[place] = target.endedAt
      ? (Date.parse(target.endedAt) - BEGIN) / MINUTE + random() * 0.5
      : begin;
    return target;
  });
}

function storyOf(
  random: () => number,
  given: {
    readonly nth: number;
    readonly wave: string;
    readonly begin: number;
    readonly outcome: Outcome;
  },
): ReportedTarget {
  const { nth, wave, begin, outcome } = given;
  const family = FAMILIES[nth % FAMILIES.length] ?? 'dcs-instance';
  const id = nth.toString(16).padStart(8, '0');
  const target = aReportedTarget({
    wave,
    family,
    upgrade: family,
    name: `${['orders', 'ledger', 'search', 'billing'][nth % 4]}-${family.split('-')[0]}-${nth}`,
    instanceId: `58b2a2055bb55bcbb37d2f2a${id}in07`,
    proxyId: family === 'taurusdb-proxy' ? `066548bbcded8077efcfe3fb${id}po01` : null,
    labels: { team: ['orders', 'billing'][nth % 2] ?? '' },
    outcome,
  });
  if (outcome === 'skipped') {
    const end = { reason: 'skippedByPerson', reasonText: 'skipped by li: in use' } as const;
    return { ...target, ...end, attempts: [], startedAt: null, endedAt: minute(begin) };
  }
  const isRetried = random() < 0.08 && outcome !== 'upToDate';
  const attempts: ReportedAttempt[] = [];
  let at = begin;
  if (isRetried) {
    const refused = {
      result: 'rejected',
      reason: 'refusedForNow',
      reasonText: 'Subnet full',
    } as const;
    attempts.push(attemptAt(at, 0.4, refused));
    at += 5 + random() * 4;
  }
  const took = 6 + random() * 8;
  attempts.push(attemptAt(at, outcome === 'upToDate' ? 0 : took, ENDS[outcome]));
  const last = attempts.at(-1);
  const { reason = target.reason, reasonText = target.reasonText } = ENDS[outcome];
  return {
    ...target,
    reason,
    reasonText,
    attempts,
    versionAfter: outcome === 'succeeded' ? '2.26.03.000' : '2.26.02.001',
    startedAt: attempts[0]?.startedAt ?? null,
    endedAt: last?.endedAt ?? null,
  };
}

function attemptAt(
  begin: number,
  took: number,
  end: Partial<Pick<ReportedAttempt, 'result' | 'reason' | 'reasonText'>>,
): ReportedAttempt {
  const startedAt = minute(begin);
  if (took === 0) {
    const nothing = { submittedAt: null, ticket: null };
    return anAttempt({ ...end, ...nothing, startedAt, endedAt: minute(begin + 0.2) });
  }
  const sent = begin + 0.7;
  const done = sent + took;
  const hook = (event: 'before' | 'after' | 'undo', from: number) => ({
    event,
    nth: 1,
    startedAt: minute(from),
    endedAt: minute(from + 0.3),
    problem: null,
  });
  const isDone = end.result === undefined || end.result === 'succeeded';
  return anAttempt({
    ...end,
    startedAt,
    submittedAt: minute(sent),
    endedAt: minute(done + 0.4),
    ticket: `job-${Math.round(begin * 1000).toString(16)}`,
    compensation: isDone ? null : '1 hook undone',
    hooks: [hook('before', begin + 0.2), hook(isDone ? 'after' : 'undo', done)],
  });
}

const ENDS: Readonly<
  Record<Outcome, Partial<Pick<ReportedAttempt, 'result' | 'reason' | 'reasonText'>>>
> = {
  succeeded: {},
  upToDate: {
    result: 'upToDate',
    reason: 'alreadyThere',
    reasonText: 'it has 2.26.03.000 already',
  },
  rejected: {
    result: 'rejected',
    reason: 'refusedForNow',
    reasonText: 'DBS.201028: the subnet has no free address; two further tries were refused too',
  },
  failed: {
    result: 'failed',
    reason: 'jobFailed',
    reasonText: 'the cloud calls the job failed: node 2 did not come back',
  },
  unknown: {
    result: 'unknown',
    reason: 'notReconciled',
    reasonText: 'the answer was lost, and reading the cloud for 30 min did not tell',
  },
  skipped: {},
};
