import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { NoAccess } from '../rollout/access';
import type { FleetProgress, FleetRow } from '../rollout/fleet';
import type { BudgetLimits, FrozenPlan, Rules } from '../rollout/frozen-plan';
import type { Action, AttemptResult, Counts } from '../rollout/outcome';
import type { Plan } from '../rollout/plan';
import type { PartNews, RolloutProgress } from '../rollout/progress';
import type { RolloutStatus } from '../rollout/status';
import type { TargetState, Terms } from '../rollout/wave-state';

/** What a rollout is started with: a plan as it was written, or one that was frozen before. */
export interface RolloutInput {
  readonly plan?: Plan;
  readonly frozen?: FrozenPlan;
  /** How far the run before came, when the rollout continues as new. Never given from outside. */
  readonly carried?: RolloutProgress;
}

/** Who acts on a rollout, and why. */
export interface Control {
  readonly by: string;
  /** Mandatory for pause, abort and skip. */
  readonly reason: string | null;
}

/** Absent or null: the whole rollout. */
export interface WaveControl extends Control {
  readonly wave?: string | null;
}

export interface ApproveControl extends Control {
  readonly wave: string;
}

/** A wave that has not begun; or one target: its instance id, or its proxy id if it is a proxy. */
export interface SkipControl extends Control {
  readonly wave: string;
  readonly target: string | null;
}

export interface ConcurrencyControl extends WaveControl {
  readonly limit: number;
}

/** Null: without limit. Kinds that are absent stay as they are. */
export interface BudgetControl extends WaveControl {
  readonly limits: Partial<BudgetLimits>;
}

/** One target, without delay. */
export interface RetryControl extends Control {
  readonly target: string;
}

/** The type of the failure by which a control that does not fit the state is refused. */
export const REFUSED = 'ControlRefused';

/** Updates on a rollout, named as the commands. The answer is the status after the act. */
export const pause = defineUpdate<RolloutStatus, [WaveControl]>('pause');
export const resume = defineUpdate<RolloutStatus, [WaveControl]>('resume');
export const abort = defineUpdate<RolloutStatus, [Control]>('abort');
export const approve = defineUpdate<RolloutStatus, [ApproveControl]>('approve');
/** A wave that has not begun, or a target of one. Targets of a running wave: {@link skipTarget}. */
export const skip = defineUpdate<RolloutStatus, [SkipControl]>('skip');
export const concurrency = defineUpdate<RolloutStatus, [ConcurrencyControl]>('concurrency');
export const budget = defineUpdate<RolloutStatus, [BudgetControl]>('budget');

/** Updates on a running wave (or part of one). The answer is the target after the act. */
export const skipTarget = defineUpdate<TargetState, [SkipControl]>('skip');
export const retryTarget = defineUpdate<TargetState, [RetryControl]>('retry');

/**
 * Orders that no worker can take now: kept by Temporal until one is there. One that does not fit
 * the state by then changes nothing.
 */
export const pauseLater = defineSignal<[WaveControl]>('pause');
export const abortLater = defineSignal<[Control]>('abort');

/** Queries on a rollout. The plan is null until it is frozen. */
export const status = defineQuery<RolloutStatus>('status');
export const frozenPlan = defineQuery<FrozenPlan | null>('frozenPlan');

/** Query on a wave: every target of it, as it stands now. */
export const targets = defineQuery<readonly TargetState[]>('targets');

/** Query on a listing of a fleet: what was found from row `from` on, as much as a payload bears. */
export const discovered = defineQuery<Discovered, [from: number]>('discovered');
export interface Discovered extends FleetProgress {
  readonly rows: readonly FleetRow[];
  /** How many rows there are by now. */
  readonly found: number;
  /** No more will come. */
  readonly isComplete: boolean;
}

/** From a rollout to its wave: what it may do now. */
export const terms = defineSignal<[Terms]>('terms');

/**
 * From a wave to its attempts: submit nothing any more. `aborting`: what the cloud has scheduled and
 * not begun is called off as well. Absent: it is not.
 */
export const hold = defineSignal<[order?: { readonly aborting: boolean }]>('hold');

/** To an attempt of a wave that continues as new: report the end, for it can be awaited no more. */
export const reportTo = defineSignal<[ReportTo]>('reportTo');
export interface ReportTo {
  readonly waveId: string;
  /** By what the wave knows the attempt. */
  readonly index: number;
}
export const attemptReport = defineSignal<[AttemptReport]>('attemptReport');
export interface AttemptReport {
  readonly index: number;
  readonly runId: string;
  readonly result: AttemptResult;
}

/** From a wave to its rollout: it has had no access to the cloud for as long as the plan bears. */
export const noAccess = defineSignal<[NoAccess]>('noAccess');

/** From a wave to its rollout: where it stands, and what a person has done to it. */
export const waveNews = defineSignal<[PartNews]>('waveNews');
export const acted = defineSignal<[Action]>('acted');
/** From a wave to its rollout: a rule of the plan pauses it, for these words. */
export const needsPerson = defineSignal<[string]>('needsPerson');

/** What a wave (or a part of it) returns: its outcomes. */
export interface WaveResult {
  readonly wave: string;
  readonly part: number;
  readonly counts: Counts;
  readonly targets: readonly TargetState[];
  /** How long upgrades of each family took, for the waves after it. */
  readonly learned: Rules['learned'];
}

/** Search attributes, all Keyword. Registered by the tool itself (`temporal/search-attributes.ts`). */
export const UPWAVE_ROLLOUT = defineSearchAttributeKey(
  'UpwaveRollout',
  SearchAttributeType.KEYWORD,
);
export const UPWAVE_WAVE = defineSearchAttributeKey('UpwaveWave', SearchAttributeType.KEYWORD);
export const UPWAVE_FAMILY = defineSearchAttributeKey('UpwaveFamily', SearchAttributeType.KEYWORD);
export const UPWAVE_OUTCOME = defineSearchAttributeKey(
  'UpwaveOutcome',
  SearchAttributeType.KEYWORD,
);
