import type { Budgeted } from './outcome';
import type { Whereabouts } from './clouds';
import type { Receiver } from './receivers';
import type { FamilyName, Target, Upgrade } from './upgrade';

/** How many outcomes of a kind there may be; null is no limit. Exhausted when *exceeded*. */
export type BudgetLimits = Readonly<Record<Budgeted, number | null>>;

export interface Budget extends BudgetLimits {
  /** Attempts in flight count as if they failed: then the budget cannot be overshot. */
  readonly strict: boolean;
}

/** So many targets with one value under `key` may be in flight together. */
export interface LabelLimit {
  /** A label, or `family`, `upgrade`, `az`, `cloud`. */
  readonly label: string;
  /** Of this value alone; absent: of each value. */
  readonly value?: string;
  readonly max: number;
}

/** What must hold before a wave begins; a wave without one begins at once. */
export type Gate =
  /** So long after the wave before it was done with; for the first, after the plan was frozen. */
  | { readonly kind: 'delay'; readonly forMs: number }
  | { readonly kind: 'at'; readonly instant: string }
  | {
      readonly kind: 'approval';
      /** How long it waits for a person; null: for ever. */
      readonly expiresMs: number | null;
      readonly onExpiry: 'abort' | 'skipWave' | 'begin';
    };

/** Watching health after a wave. */
export interface Bake {
  readonly forMs: number;
  readonly everyMs: number;
  /** None: the time alone passes. */
  readonly checks: readonly Check[];
  readonly unhealthy: BakeLimit;
  readonly inconclusive: BakeLimit;
}

/** How many looks of a verdict are borne, and what is done when there are more. */
export interface BakeLimit {
  readonly limit: number;
  readonly then: 'pause' | 'abort';
}

/** URLs and headers may hold `${secret:NAME}`, which the worker alone resolves. */
export type Check = HttpCheck | PrometheusCheck;

export interface HttpCheck {
  readonly kind: 'http';
  readonly url: string;
  /** The status of a healthy answer. */
  readonly status: number;
  /** What a value in the JSON answer must be; null: the status alone counts. */
  readonly value: ({ readonly path: string } & Comparison) | null;
}

/** Healthy if every sample that the query gives passes the comparison. */
export interface PrometheusCheck extends Comparison {
  readonly kind: 'prometheus';
  /** The server's address, without `/api/v1/query`. */
  readonly url: string;
  readonly query: string;
}

export interface Comparison {
  readonly is: 'equal' | 'notEqual' | 'below' | 'atMost' | 'above' | 'atLeast';
  readonly to: string | number | boolean;
}

/** What each attempt calls around its submission, in order. */
export interface Hooks {
  readonly before: readonly Hook[];
  readonly after: readonly Hook[];
}

/** A webhook. Its URLs and headers may hold `${secret:NAME}`, which the worker alone resolves. */
export interface Hook {
  readonly url: string;
  /** What takes back its effect if the attempt does not complete; null: nothing does. */
  readonly undo: string | null;
  /** For one try, its answer included. */
  readonly timeoutMs: number;
  /** Further tries after one that failed. */
  readonly retries: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** When attempts may begin, as the plan says it: resolved to {@link Openings} outside workflows. */
export interface Calendar {
  readonly windows: readonly WindowRule[];
  readonly blackouts: readonly Blackout[];
  /** What becomes of targets that are left when the window that they could have had closes. */
  readonly outside: 'wait' | 'skip';
}

/** A maintenance window that comes again: half-open, `[start, start + forMs)`. */
export interface WindowRule {
  /** Five fields of croner's language, with `#` and `L`. */
  readonly cron: string;
  readonly forMs: number;
  readonly zone: string;
}

/** From midnight to midnight in its zone, half-open. Dates such as `2026-12-24`. */
export interface Blackout {
  readonly from: string;
  readonly to: string;
  readonly zone: string;
}

/** The instants between which attempts may begin. */
export interface Openings {
  /** In order, half-open, not overlapping. */
  readonly spans: readonly { readonly from: string; readonly to: string }[];
  /** Up to here they are known: what comes after must be resolved again. */
  readonly until: string;
}

/**
 * What follows when retries are used up, or would be of no use. `giveUp`: the target ends.
 * `rollForward`: the next version of the upgrade's `rollForwardTo`, with retries of its own; without
 * one as `giveUp`. `compensate`: as `giveUp`, since each attempt has undone its own already.
 * `pause`: the target ends, and the rollout waits for a person.
 */
export const THEN = ['giveUp', 'rollForward', 'compensate', 'pause'] as const;
export type Then = (typeof THEN)[number];

/** What is done about attempts that did not succeed. `then` is absent in older plans: `giveUp`. */
export interface RecoveryPolicy {
  readonly rejected: { readonly retries: number; readonly afterMs: number; readonly then?: Then };
  readonly failed: { readonly retries: number; readonly afterMs: number; readonly then?: Then };
  readonly unknown: {
    /** Never `rollForward`: the upgrade might still be running. */
    readonly then?: Exclude<Then, 'rollForward'>;
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
  /** Null: none. */
  readonly hooks: Hooks | null;
  /** How long nothing but "no access" may come back before the rollout pauses. */
  readonly cloudAccess: { readonly pauseAfterMs: number };
  readonly onExhausted: {
    /** After so long without a person's word an exhausted budget aborts; null: never. */
    readonly expiresMs: number | null;
  };
  /** Null: at any time. */
  readonly openings: Openings | null;
  /** What becomes of targets that no opening is left for. */
  readonly outside: Calendar['outside'];
  /** How long an upgrade of a family took in earlier rollouts, read once when the plan was frozen. */
  readonly learned: Readonly<Partial<Record<FamilyName, number>>>;
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
  readonly concurrencyBy: readonly LabelLimit[];
  /** 1 at once, then 2, then 4 … up to the limit, each step after as many have succeeded. */
  readonly slowStart: boolean;
  readonly budget: Budget;
  readonly gate: Gate | null;
  readonly bake: Bake | null;
  /** How many targets one workflow of it has at most; a larger wave runs in parts. */
  readonly partSize: number;
  readonly targets: readonly FrozenTarget[];
}

/** A plan whose targets are resolved and whose waves are cut: the rollout does this and no more. */
export interface FrozenPlan extends Whereabouts {
  readonly version: 1;
  readonly name: string;
  readonly upgrades: Readonly<Record<string, Upgrade>>;
  readonly rules: Rules;
  /** At once over the whole rollout; null: as its waves say. */
  readonly concurrency: number | null;
  /** Over the whole rollout. */
  readonly budget: Budget;
  /** As the plan says it; null when it says nothing. */
  readonly calendar: Calendar | null;
  /** What every random choice was made from. */
  readonly seed: string;
  readonly waves: readonly FrozenWave[];
  /** Targets that no wave matches: never upgraded. */
  readonly unmatched: readonly Target[];
  readonly frozenAt: string;
  /** Whom it tells what happens; absent: nobody. */
  readonly notify?: readonly Receiver[];
}
