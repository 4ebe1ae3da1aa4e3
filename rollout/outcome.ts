/** How targets, attempts, waves and rollouts end, and why. The words are those of docs/glossary.md. */

/** How one target ended. */
export const OUTCOMES = [
  'succeeded',
  'upToDate',
  'rejected',
  'failed',
  'unknown',
  'skipped',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Outcomes that a failure budget counts, each apart. */
export const BUDGETED = ['rejected', 'failed', 'unknown'] as const;
export type Budgeted = (typeof BUDGETED)[number];

/** Why an attempt or a target ended as it did. Every code has its words in docs/operations.md. */
export type ReasonCode =
  /** The wanted version was reached by our upgrade. */
  | 'upgraded'
  /** As `upgraded`, but the answer to our request had been lost and the upgrade was found again. */
  | 'reconciled'
  /** The wanted version was there before we did anything. */
  | 'alreadyThere'
  /** An upgrade that we did not start brought the wanted version. */
  | 'upgradedElsewhere'
  /** The upgrade ended well, but a further step is needed to reach the wanted version. */
  | 'stepDone'
  /** The cloud refused, and will refuse again. */
  | 'refusedForGood'
  /** The cloud refused for now. */
  | 'refusedForNow'
  /** The cloud says that no upgrade is possible. */
  | 'notUpgradable'
  /** A pre-check of the cloud's own failed, so nothing was submitted. */
  | 'preCheckFailed'
  /** No such instance. */
  | 'notFound'
  /** The instance is failed, frozen or abnormal. */
  | 'badState'
  /** The upgrade began and the cloud calls it failed. */
  | 'jobFailed'
  /** The cloud calls it done, but a fresh read shows the old version. */
  | 'versionUnchanged'
  /** Still running when `followFor` had passed. */
  | 'stillRunning'
  /** The answer was lost, and reading the cloud for `reconcileFor` did not tell. */
  | 'notReconciled'
  /** The attempt was ended by hand in Temporal. */
  | 'terminated'
  /** The cloud answered what its documents do not say. */
  | 'unexpectedAnswer'
  /** The answer was lost, and the cloud shows that nothing had happened. */
  | 'requestLost'
  /** The request was never sent. */
  | 'notSent'
  /** Pause, abort, an exhausted budget, or the end of the wave came before the request. */
  | 'heldBack'
  /** Locked by another attempt, or in backup, resize, restart. */
  | 'busy'
  /** Busy for longer than the plan allows. */
  | 'busyTooLong'
  /** The cloud could not be used at all: credentials, throttling, no connection. */
  | 'cloudAccess'
  /** The rollout was aborted before this target was submitted. */
  | 'aborted'
  /** A person said that this target, or its wave, shall be left out. */
  | 'skippedByPerson'
  /** The gate of its wave expired, and the plan says that the wave is left out then. */
  | 'gateExpired'
  /** No window was left for it, and the plan says that it does not wait for the next. */
  | 'outsideWindow'
  /** The window closed, or became too short, before its request could be sent. */
  | 'windowClosed'
  /** A `before` hook failed, so nothing was submitted. */
  | 'hookFailed'
  /** It was scheduled in the cloud, and called off before it began. */
  | 'cancelled';

/** What one attempt came to. The first four end a target unless recovery says otherwise. */
export type AttemptEnd =
  | 'succeeded'
  | 'upToDate'
  | 'rejected'
  | 'failed'
  | 'unknown'
  /** A step of several is done; another attempt takes the next. */
  | 'advanced'
  /** Nothing was submitted, and the target is not to blame. */
  | 'notSubmitted';

/** The result of one attempt: what the attempt's workflow returns. */
export interface AttemptResult {
  readonly result: AttemptEnd;
  readonly reason: ReasonCode;
  readonly reasonText: string;
  /** When the request was sent; null when none was, or when the upgrade was not ours. */
  readonly submittedAt: string | null;
  /** The cloud's id of what was followed. */
  readonly ticket: string | null;
  readonly versionBefore: string | null;
  readonly versionAfter: string | null;
  /** Null when it left nothing behind, or completed. */
  readonly compensation: Compensation | null;
  /** The calls of its hooks, in their order, undos included. Absent: there were none. */
  readonly hooks?: readonly HookCall[];
  readonly startedAt: string;
  readonly endedAt: string;
}

/** One hook of the plan that an attempt has called, all tries of it together. */
export interface HookCall {
  readonly event: 'before' | 'after' | 'undo';
  /** Which of the plan's hooks of its kind; an undo is that of the `before` hook. Counts from 1. */
  readonly nth: number;
  readonly startedAt: string;
  readonly endedAt: string;
  /** Why it failed; null: it was done. */
  readonly problem: string | null;
}

/** What was done about what an attempt left behind. */
export interface Compensation {
  /** For a person. */
  readonly words: string;
  /** False: something is left that a person must see to. */
  readonly complete: boolean;
}

/** How one target ended: outcome with its reason. */
export interface TargetEnd {
  readonly outcome: Outcome;
  readonly reason: ReasonCode;
  readonly reasonText: string;
}

/** A number per outcome, and where the rest stand. The `counts` of docs/json.md. */
export type Counts = Readonly<Record<Outcome | 'total' | 'pending' | 'inFlight', number>>;

/** The state of a rollout or a wave, as `status --json` shows it. */
export type RolloutState = 'running' | 'paused' | 'waiting' | 'aborting' | 'finished' | 'aborted';

/** What a rollout or wave waits for, until when, in words for a person. */
export interface Wait {
  readonly reason:
    | 'paused'
    | 'aborting'
    | 'budgetExhausted'
    | 'gate'
    | 'bake'
    | 'window'
    | 'retry'
    | 'busy'
    | 'cloudAccess'
    | 'inFlight';
  /** The earliest instant at which something can change; null when only an event can change it. */
  readonly until: string | null;
  readonly words: string;
  /** A gate that only a person's approval opens. */
  readonly approval?: true;
}

/** What can be done to a rollout while it goes on; named as the commands. */
export const ACTIONS = [
  'pause',
  'resume',
  'abort',
  'approve',
  'skip',
  'concurrency',
  'budget',
  'retry',
] as const;
export type ActionName = (typeof ACTIONS)[number];

/** An act on a rollout, of a person or (`by` is `upwave`) of a rule of the plan; kept for the report. */
export interface Action {
  readonly action: ActionName;
  readonly by: string;
  readonly reason: string | null;
  readonly at: string;
  /** Null: the whole rollout, or a target. */
  readonly wave: string | null;
  /** The instance or proxy it was about; null: a wave or the whole rollout. */
  readonly target: string | null;
  /** What was set, for a person: `failed 2 to 5`; null when the act says it all. */
  readonly change: string | null;
}

/** Closes a `switch` over a union of ours: a member without a case does not compile. */
export function assertNever(value: never): never {
  throw new Error(`a case is missing for ${JSON.stringify(value)}`);
}
