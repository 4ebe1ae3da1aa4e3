import type { CloudScope, Target, Upgrade } from './upgrade';
import type { Budgeted } from './outcome';

/** How many outcomes of a kind there may be; null is no limit. Exhausted when *exceeded*. */
export type BudgetLimits = Readonly<Record<Budgeted, number | null>>;

/** What is done about attempts that did not succeed. */
export interface RecoveryPolicy {
  readonly rejected: { readonly retries: number; readonly afterMs: number };
  readonly failed: { readonly retries: number; readonly afterMs: number };
  readonly unknown: {
    /** After this long a lost answer that could not be explained is outcome `unknown`. */
    readonly reconcileForMs: number;
    /** A request that left no trace for this long is taken as never having arrived. */
    readonly settleForMs: number;
  };
}

/** Bounds of the time between two looks at an upgrade that runs. */
export interface PollingBounds {
  readonly minMs: number;
  readonly maxMs: number;
}

/** The rules that hold for every target of a rollout. */
export interface Rules {
  readonly recovery: RecoveryPolicy;
  readonly polling: PollingBounds;
  readonly busy: { readonly waitForMs: number };
}

/** A target as the cloud showed it when the plan was frozen. */
export interface FrozenTarget extends Target {
  readonly versionAtPlan: string | null;
  /** The version to reach, in the form of `Inspection.version`; null when it could not be told. */
  readonly wanted: string | null;
  readonly standing: Standing;
  /** Said of it to a person; null when there is nothing to say. */
  readonly words: string | null;
}

/** How a target stood when the plan was frozen. Only a forecast: each attempt looks again. */
export type Standing = 'upgradable' | 'upToDate' | 'notUpgradable' | 'busy' | 'unknown';

export interface FrozenWave {
  readonly name: string;
  readonly concurrency: number;
  readonly budget: BudgetLimits;
  readonly targets: readonly FrozenTarget[];
}

/** A plan whose targets are resolved and whose waves are cut: the rollout does this and no more. */
export interface FrozenPlan {
  readonly version: 1;
  readonly name: string;
  readonly scope: CloudScope;
  readonly upgrades: Readonly<Record<string, Upgrade>>;
  readonly rules: Rules;
  /** Over the whole rollout. */
  readonly budget: BudgetLimits;
  readonly waves: readonly FrozenWave[];
  /** Targets that no wave matches: never upgraded. */
  readonly unmatched: readonly Target[];
  readonly frozenAt: string;
}
