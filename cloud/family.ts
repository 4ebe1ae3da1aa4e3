import type {
  Cancelled,
  FamilyName,
  Inspection,
  Progress,
  Reconciliation,
  Submission,
  Ticket,
  UpgradeRequest,
} from '../rollout/upgrade';
import type { Priority } from './limits';

export interface CallOptions {
  /** Ends a call early: the worker is going away, or the activity was cancelled. */
  readonly signal?: AbortSignal;
  /**
   * A submit that is not on its way by then throws `TooLateError` and is not sent. Unlike a signal
   * it does not end a request that has left: its answer is waited for. Null: no limit.
   */
  readonly notAfter?: string | null;
  /** Which calls go first where calls have to wait; a read is an `inspect` unless it says more. */
  readonly priority?: Priority;
  /** How long it may wait for its turn before it fails with `BrakedError`; 10 s unless given. */
  readonly patienceMs?: number;
  /**
   * How old an answer may be: it comes from reads that began at or after this instant of `clockMs`
   * (`snapshots.ts`), and never more than two seconds before the call. Absent: at or after the call.
   * `reconcile` and `submit` ask the cloud afresh whatever is given.
   */
  readonly freshSinceMs?: number;
  /** So long at most it waits for others to ask the same; absent: any wait of `snapshots.ts`. */
  readonly gatherForMs?: number;
  /** To `inspect`: what is offered beyond this version need not be read if it is there. */
  readonly wanted?: string;
  /** To `inspect`: the newest version must be told, not only that the upgrade's own is offered. */
  readonly newest?: boolean;
}

/** What a submit needs to know beside the request: the read it is based on. */
export interface SubmitBasis {
  /** The version that the target has now, as {@link Inspection.version}. */
  readonly versionNow: string;
  /** The version to be reached, in the same form. */
  readonly wanted: string;
}

/**
 * One kind of upgrade API. Every method makes real calls and throws the errors of `errors.ts` when
 * the cloud cannot be used or answers what its documents do not say; what the cloud *says* about
 * the target, refusals included, is returned.
 */
export interface Family {
  readonly name: FamilyName;

  /**
   * Reads version and standing, as fresh as `freshSinceMs` says. What others ask about at the same
   * instant is answered by the same reads. A missing instance is `gone`, not an error.
   */
  inspect(request: UpgradeRequest, options?: CallOptions): Promise<Inspection>;

  /**
   * Sends the upgrade request once, never again by itself. A refusal is `rejected`; an answer that
   * was lost, or could not be read, is `unknown`. Throws only when the request certainly had no
   * effect and the target is not to blame (credentials, throttling, no connection made, `notAfter`).
   */
  submit(request: UpgradeRequest, basis: SubmitBasis, options?: CallOptions): Promise<Submission>;

  /**
   * Asks the checks that the cloud itself makes before such an upgrade, by calls of their own; what
   * `inspect` reads anyway is judged there. What failed, in the cloud's words; null: nothing did, or
   * this cloud has no such check. Throws when there is no verdict. Absent: there is nothing to ask.
   */
  preCheck?(
    request: UpgradeRequest,
    basis: SubmitBasis,
    options?: CallOptions,
  ): Promise<string | null>;

  /**
   * How the upgrade of this ticket stands, as fresh as `freshSinceMs` says. Does not verify: the
   * version is read by `inspect`.
   */
  follow(request: UpgradeRequest, ticket: Ticket, options?: CallOptions): Promise<Progress>;

  /**
   * Looks for traces of a submit whose answer was lost. `lost` is the ticket as it would have been,
   * with a null id; only what began at or after `lost.since` counts as ours.
   */
  reconcile(request: UpgradeRequest, lost: Ticket, options?: CallOptions): Promise<Reconciliation>;

  /**
   * Calls off an upgrade that is scheduled and has not begun, unless that would touch another target.
   * Throws when it cannot be told yet; may be called again, also when an answer was lost.
   */
  cancel(request: UpgradeRequest, ticket: Ticket, options?: CallOptions): Promise<Cancelled>;
}

/** All families, by name. */
export type Families = Readonly<Record<FamilyName, Family>>;
