import { scopeOf } from './clouds';
import { countsOf, noCounts } from './counts';
import type { Budget, FrozenPlan, FrozenWave } from './frozen-plan';
import type { Action, AttemptEnd, Counts, HookCall, Outcome } from './outcome';
import type { ReasonCode, RolloutState } from './outcome';
import { targetKey } from './ids';
import { budgetUses, familyCalls, familyDurations, openWindows } from './report-figures';
import type { BudgetUse, FamilyCalls, FamilyDurations, OpenWindow } from './report-figures';
import type { RolloutStatus, WaveStatus } from './status';
import type { FamilyName, Target, UpgradeRequest } from './upgrade';
import type { PastWait } from './waits';
import { newTarget } from './wave';
import type { AttemptRecord, TargetState } from './wave-state';

/** What `report --json` prints. Its fields are a contract: more may be added, none may change. */
export interface Report {
  readonly rolloutId: string;
  readonly plan: string;
  readonly state: RolloutState;
  /** True until the rollout and every target of it have ended. */
  readonly partial: boolean;
  readonly counts: Counts;
  readonly waves: readonly WaveStatus[];
  /** Targets that no wave matches: not part of the rollout. */
  readonly unmatched: readonly ReportedPlace[];
  readonly actions: readonly Action[];
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** When it was read: how far a partial one tells. */
  readonly reportedAt: string;
  /** Of the whole rollout, as it is now. */
  readonly budget: Budget;
  /** How much of each limit was used. */
  readonly budgets: readonly BudgetUse[];
  /** In which attempts might begin, while the rollout ran; null: at any time. */
  readonly windows: readonly OpenWindow[] | null;
  /** What the whole rollout waited for, in order. */
  readonly waits: readonly PastWait[];
  readonly durations: readonly FamilyDurations[];
  readonly calls: readonly FamilyCalls[];
  readonly targets: readonly ReportedTarget[];
}

/** Which target it is. */
export interface ReportedPlace {
  readonly upgrade: string;
  readonly family: FamilyName;
  /** As the plan calls it; absent: the plan's own project. */
  readonly cloud?: string;
  readonly projectId: string;
  readonly instanceId: string;
  readonly proxyId: string | null;
  /** As the plan calls it; null if it does not. */
  readonly name: string | null;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ReportedTarget extends ReportedPlace {
  readonly wave: string;
  readonly status: TargetState['status'];
  /** Null while it has not ended. */
  readonly outcome: Outcome | null;
  readonly reason: ReasonCode | null;
  readonly reasonText: string | null;
  /** Read before our first request; if there was none, when the plan was frozen. */
  readonly versionBefore: string | null;
  readonly versionAfter: string | null;
  readonly attempts: readonly ReportedAttempt[];
  /** What was undone, and what could not be, in words; of the last attempt that left something behind. */
  readonly compensation: string | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

export interface ReportedAttempt {
  readonly submittedAt: string | null;
  readonly ticket: string | null;
  readonly result: AttemptEnd;
  readonly reason: ReasonCode;
  readonly reasonText: string;
  readonly endedAt: string;
  /** Attempts in a row that submitted nothing for one reason are one entry. */
  readonly times: number;
  /** Of several in one entry, the first one's. */
  readonly startedAt: string;
  readonly versionBefore: string | null;
  readonly versionAfter: string | null;
  /** What was undone, and what could not be, in words. */
  readonly compensation: string | null;
  /** The hooks that it called, undos included, in order. */
  readonly hooks: readonly HookCall[];
}

/** What is known of a rollout: whatever of its waves could be read, in any order. */
export interface ReportSources {
  /** When it was read. */
  readonly readAt: string;
  readonly status: RolloutStatus;
  /** Null until the plan is frozen. */
  readonly frozenPlan: FrozenPlan | null;
  /** A wave in parts may be given as several. */
  readonly waves: readonly { readonly name: string; readonly targets: readonly TargetState[] }[];
}

/**
 * The whole story of a rollout. Every target of the frozen plan is in it exactly once, in plan
 * order, also of waves that have not begun. All counts are those of the targets listed.
 */
export function buildReport({ readAt, status, frozenPlan, waves }: ReportSources): Report {
  const known = new Map(
    waves.flatMap(({ targets }) => targets).map((each) => [targetKey(each.target), each]),
  );
  const cut = (frozenPlan?.waves ?? []).map((wave) => ({
    wave,
    states: statesOf(wave, known, status),
  }));
  const counts = countsOf(cut.flatMap(({ states }) => states));
  const told = cut.map(({ wave, states }) => ({
    ...(status.waves.find(({ name }) => name === wave.name) ?? notBegun(wave)),
    counts: countsOf(states),
  }));
  const targets = frozenPlan
    ? cut.flatMap(({ wave, states }) => states.map((each) => reported(each, wave.name, frozenPlan)))
    : [];
  const { rolloutId, plan, state, budget, actions, startedAt, endedAt } = status;
  return {
    rolloutId,
    plan,
    state,
    partial: endedAt === null || counts.pending + counts.inFlight > 0,
    counts,
    waves: told,
    unmatched: frozenPlan ? frozenPlan.unmatched.map((each) => placeIn(frozenPlan, each)) : [],
    actions,
    startedAt,
    endedAt,
    reportedAt: readAt,
    budget,
    budgets: budgetUses({ budget, counts }, told),
    windows: openWindows(frozenPlan, { from: startedAt, to: endedAt ?? readAt }),
    // A rollout that an older upwave ended does not tell of them.
    waits: status.waits ?? [],
    durations: familyDurations(targets),
    calls: familyCalls(targets),
    targets,
  };
}

function notBegun({ name, concurrency, budget }: FrozenWave): WaveStatus {
  return {
    name,
    state: 'pending',
    counts: noCounts(),
    concurrency,
    budget,
    paused: false,
    bake: null,
    untold: null,
  };
}

/** In an ended rollout every target has ended, also those of which no workflow can tell any more. */
function statesOf(
  wave: FrozenWave,
  known: ReadonlyMap<string, TargetState>,
  { waves, endedAt }: RolloutStatus,
): readonly TargetState[] {
  const { untold = null, unbegun } = waves.find(({ name }) => name === wave.name) ?? {};
  return wave.targets.map((target, place) => {
    const state = known.get(targetKey(target)) ?? newTarget(target);
    const end = unbegun && place >= unbegun.from ? unbegun.end : untold;
    if (state.end !== null || endedAt === null || end === null) return state;
    return { ...state, status: 'ended', end, endedAt };
  });
}

function reported(state: TargetState, wave: string, plan: FrozenPlan): ReportedTarget {
  const { target, status, attempts, end, startedAt, endedAt } = state;
  return {
    ...placeIn(plan, target),
    wave,
    status,
    outcome: end?.outcome ?? null,
    reason: end?.reason ?? null,
    reasonText: end?.reasonText ?? null,
    versionBefore:
      attempts.find((each) => each.versionBefore !== null)?.versionBefore ?? target.versionAtPlan,
    versionAfter: attempts.findLast((each) => each.versionAfter !== null)?.versionAfter ?? null,
    attempts: attempts.map(reportedAttempt),
    compensation: attempts.findLast((each) => each.compensation)?.compensation?.words ?? null,
    startedAt,
    endedAt,
  };
}

function reportedAttempt(attempt: AttemptRecord): ReportedAttempt {
  const { submittedAt, ticket, result, reason, reasonText, endedAt, times } = attempt;
  const { startedAt, versionBefore, versionAfter, compensation, hooks = [] } = attempt;
  const upgrade = { submittedAt, ticket, result, reason, reasonText, endedAt, times };
  const words = compensation?.words ?? null;
  return { ...upgrade, startedAt, versionBefore, versionAfter, compensation: words, hooks };
}

function placeIn(plan: FrozenPlan, target: Target): ReportedPlace {
  const upgrade = plan.upgrades[target.upgrade];
  if (upgrade === undefined) throw new Error(`the frozen plan has no upgrade ${target.upgrade}`);
  return placeOf({ target, upgrade, scope: scopeOf(plan, target) });
}

/** What a request is about, as reports and webhooks tell it. */
export function placeOf({ target, upgrade, scope }: UpgradeRequest): ReportedPlace {
  const { instanceId, proxyId, name, labels } = target;
  const { family } = upgrade;
  const { cloud, projectId } = scope;
  const where = { ...(cloud && { cloud }), projectId };
  return { upgrade: target.upgrade, family, ...where, instanceId, proxyId, name, labels };
}
