import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { FrozenPlan } from '../rollout/frozen-plan';
import type { Counts, Wait } from '../rollout/outcome';
import type { Plan } from '../rollout/plan';
import type { RolloutProgress } from '../rollout/rollout';
import type { RolloutStatus } from '../rollout/status';
import type { TargetState } from '../rollout/wave-state';

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
  /** Mandatory for pause and abort. */
  readonly reason: string | null;
}

/** The type of the failure by which a control that does not fit the state is refused. */
export const REFUSED = 'ControlRefused';

/** Updates on a rollout, named as the commands. The answer is the status after the act. */
export const pause = defineUpdate<RolloutStatus, [Control]>('pause');
export const resume = defineUpdate<RolloutStatus, [Control]>('resume');
export const abort = defineUpdate<RolloutStatus, [Control]>('abort');

/** Queries on a rollout. The plan is null until it is frozen. */
export const status = defineQuery<RolloutStatus>('status');
export const frozenPlan = defineQuery<FrozenPlan | null>('frozenPlan');

/** Query on a wave: every target of it, as it stands now. */
export const targets = defineQuery<readonly TargetState[]>('targets');

/** From a rollout to its wave. */
export const hold = defineSignal('hold');
export const release = defineSignal('release');
export const abortWave = defineSignal('abort');

/** From a wave to its rollout: where it stands. */
export interface WaveNews {
  readonly wave: string;
  readonly part: number;
  readonly counts: Counts;
  readonly waitingFor: Wait | null;
}
export const waveNews = defineSignal<[WaveNews]>('waveNews');

/** What a wave (or a part of it) returns: its outcomes. */
export interface WaveResult {
  readonly wave: string;
  readonly part: number;
  readonly counts: Counts;
  readonly targets: readonly TargetState[];
  /** What must be waited for before the next wave; null when it may begin. */
  readonly waitingFor: Wait | null;
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
