import type { FrozenPlan } from '../../rollout/frozen-plan';
import type { Report, ReportedTarget } from '../../rollout/report';
import type { FleetRow, JournalEffect, JournalLine } from '../support/world';
import type { Evidence, HistoryText } from './evidence';

/** Evidence for the judges' own tests: a valid world, of which a test states its difference. */

export const A = `${'a'.repeat(32)}in07`;
export const B = `${'b'.repeat(32)}in07`;
export const [OLD, NEW] = ['2.0.48', '2.0.60'];
export const SECRET = 'a-secret-of-the-cloud';

/** An instant so many seconds after the beginning. */
export const at = (second: number) => new Date(Date.UTC(2026, 0, 1) + second * 1_000).toISOString();

/** Line `seq` comes at second `seq`. */
export function line(seq: number, changes: Partial<JournalLine>): JournalLine {
  const nothing = { method: null, path: null, body: null, status: null, fault: null, effects: [] };
  return { seq, at: at(seq), ...nothing, ...changes };
}

export function effect(
  kind: JournalEffect['kind'],
  instanceId: string,
  result: JournalEffect['result'],
) {
  return { kind, family: 'taurusdb-instance', instanceId, proxyId: null, result };
}

export function submit(
  seq: number,
  instanceId: string,
  changes: Partial<JournalLine> = {},
): JournalLine {
  return line(seq, {
    method: 'POST',
    path: '/v3/p/instances/database-version/upgrade',
    body: { instance_ids: [instanceId] },
    status: 200,
    effects: [effect('upgradeStarted', instanceId, null)],
    ...changes,
  });
}

export function ended(
  seq: number,
  instanceId: string,
  result: 'succeeded' | 'failed' = 'succeeded',
) {
  return line(seq, { effects: [effect('upgradeEnded', instanceId, result)] });
}

export function target(instanceId: string, changes: Partial<ReportedTarget> = {}): ReportedTarget {
  return {
    ...{ upgrade: 'kernel', family: 'taurusdb-instance', projectId: 'p', instanceId },
    ...{ proxyId: null, name: null, labels: {}, wave: 'all', status: 'ended', compensation: null },
    ...{ outcome: 'succeeded', reason: 'upgraded', reasonText: 'done' },
    ...{ versionBefore: OLD, versionAfter: NEW, startedAt: at(1), endedAt: at(50), attempts: [] },
    ...changes,
  };
}

export function row(instanceId: string, version: string): FleetRow {
  const counts = { upgradesStarted: 0, upgradesCompleted: 0 };
  const is = { family: 'taurusdb-instance', proxyId: null, latest: NEW, status: 'ACTIVE' };
  return { ...is, ...counts, instanceId, version };
}

export const NO_LIMITS = { rejected: null, failed: null, unknown: null };

export interface World {
  readonly journal?: readonly JournalLine[];
  readonly targets?: readonly ReportedTarget[];
  readonly versions?: readonly [string, string];
  readonly changes?: Partial<Evidence>;
}

/** A wave with one place, in which A and then B were upgraded. */
export function evidence({ journal, targets, versions = [NEW, NEW], changes }: World): Evidence {
  const listed = targets ?? [target(A), target(B)];
  const count = (outcome: string) => listed.filter((each) => each.outcome === outcome).length;
  const counts = Object.fromEntries(
    ['succeeded', 'upToDate', 'rejected', 'failed', 'unknown', 'skipped'].map((outcome) => [
      outcome,
      count(outcome),
    ]),
  );
  const frozen = {
    rules: { openings: null, hooks: null },
    budget: NO_LIMITS,
    waves: [{ name: 'all', concurrency: 1, budget: NO_LIMITS, targets: [target(A), target(B)] }],
  } as unknown as FrozenPlan;
  return {
    seed: 1,
    frozen,
    frozenTwice: [frozen, { ...frozen, frozenAt: at(1) }],
    fleetBefore: [row(A, OLD), row(B, OLD)],
    fleet: [row(A, versions[0]), row(B, versions[1])],
    journal: journal ?? [submit(1, A), ended(3, A), submit(5, B), ended(7, B)],
    report: {
      ...{ rolloutId: 'r', partial: false, endedAt: at(50), counts, actions: [], targets: listed },
    } as unknown as Report,
    histories: [],
    logs: [],
    quiet: [],
    lowered: [],
    cuts: [],
    hookCalls: [],
    notReplayed: [],
    ...changes,
  };
}

/** The history of the attempt on B, whose submit was handed out at that second. */
export function submitOfB(second: number): HistoryText {
  const activityType = { name: 'submit' };
  return historyOf(`upgrade/p/${B}`, '1', [
    { eventTime: at(second), activityTaskScheduledEventAttributes: { activityType } },
  ]);
}

export function historyOf(workflowId: string, runId: string, events: object[]): HistoryText {
  return { workflowId, runId, json: JSON.stringify({ events }) };
}
