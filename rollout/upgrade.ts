/**
 * What is to be upgraded and how: the shapes that travel from the plan through the workflows to the
 * families. Plain JSON; instants are ISO strings; durations carry their unit in the name.
 */

/** One kind of upgrade API each (docs/glossary.md, "family"). */
export const FAMILIES = [
  'taurusdb-proxy',
  'taurusdb-instance',
  'gaussdb-hotfix',
  'dcs-instance',
] as const;
export type FamilyName = (typeof FAMILIES)[number];

interface CommonParameters {
  /** The cloud of its targets that name none; they have it from here once the plan is read. */
  readonly cloud?: string;
  /** How long one upgrade usually takes, as the plan says; null when it says nothing. */
  readonly expectMs: number | null;
  /** After this long an upgrade that has not ended is called unknown. */
  readonly followForMs: number;
}

/** Upgrades that ask for a version may name those that come next: see `recovery.…then`. */
/** Upgrades whose API takes several instances in one call. */
interface Together {
  /** At most so many instances share a call; absent: each has its own. */
  readonly submitTogether?: number;
}

interface RollForward {
  /**
   * The versions to go to, in this order, when one is refused or fails for good; each in the form of
   * {@link Inspection.version}, of DCS also with `latest`. Absent: none.
   */
  readonly rollForwardTo?: readonly string[];
}

export interface ProxyUpgrade extends CommonParameters, RollForward {
  readonly family: 'taurusdb-proxy';
  readonly targetVersion: string;
}

export interface KernelUpgrade extends CommonParameters, Together {
  readonly family: 'taurusdb-instance';
  /** True leaves the start to the instance's own maintenance window. */
  readonly delay: boolean;
  /** Ask the cloud's own pre-check before anything is done. Absent: no. */
  readonly preCheck?: boolean;
}

export interface HotfixUpgrade extends CommonParameters, RollForward, Together {
  readonly family: 'gaussdb-hotfix';
  readonly targetVersions: readonly string[];
  /** The scheduled task begins this long after the submit; the API demands a start time. */
  readonly startAfterMs: number;
  /** Look whether the patches are offered and the disk has room, before anything is done. Absent: no. */
  readonly preCheck?: boolean;
}

export interface CacheUpgrade extends CommonParameters, RollForward {
  readonly family: 'dcs-instance';
  /** A version or `latest`; null leaves this component alone. One of the two is always given. */
  readonly engineMinorVersion: string | null;
  readonly proxyMinorVersion: string | null;
}

/** A named entry of the plan's `upgrades`. */
export type Upgrade = ProxyUpgrade | KernelUpgrade | HotfixUpgrade | CacheUpgrade;

/** Where a target lives. Endpoints and credentials for it are the worker's. */
export interface CloudScope {
  /** As the plan calls it; absent: the plan's own project and region, which have no name. */
  readonly cloud?: string;
  readonly projectId: string;
  readonly region: string;
}

/** One instance (or one proxy of an instance) with the upgrade it is to get. */
export interface Target {
  /** The name of its entry in the plan's `upgrades`. */
  readonly upgrade: string;
  /** The name of its entry in the plan's `clouds`; absent: the plan's own project and region. */
  readonly cloud?: string;
  readonly instanceId: string;
  readonly proxyId: string | null;
  readonly name: string | null;
  readonly az: string | null;
  readonly labels: Readonly<Record<string, string>>;
}

/** Everything a family needs to know to act on one target. */
export interface UpgradeRequest {
  readonly scope: CloudScope;
  readonly target: Target;
  readonly upgrade: Upgrade;
}

/**
 * What a fresh read of the cloud says about one target.
 *
 * `version` and `newestVersion` are one string in the form that the family compares: proxy and
 * kernel a dotted version; hot patches comma-joined, ascending (`''` when none is installed); DCS
 * the components that the upgrade names, `engine`, `proxy` or `engine/proxy`.
 */
export interface Inspection {
  readonly version: string;
  /** The newest that the cloud offers; null when it does not say. */
  readonly newestVersion: string | null;
  /** Whether the cloud says that an upgrade is possible; null when it does not say. */
  readonly upgradable: boolean | null;
  /**
   * `ready`: takes an upgrade now. `busy`: locked, in backup, resize, restart, or a status word we
   * do not know. `upgrading`: an upgrade of this family runs or is scheduled. `bad`: failed, frozen,
   * abnormal. `gone`: no such instance.
   */
  readonly state: 'ready' | 'busy' | 'upgrading' | 'bad' | 'gone';
  /** The cloud's own status word. */
  readonly status: string;
  /** By which an upgrade under way can be followed, if `state` is `upgrading` and it was found. */
  readonly ticket: Ticket | null;
  /** What a pre-check has against an upgrade now, in its words; absent: nothing, or not asked. */
  readonly objection?: string;
}

/** Plain JSON by which the family that made it can follow the upgrade. */
export interface Ticket {
  /** The cloud's id (workflow, job or task id); null where the API returns none. */
  readonly id: string | null;
  /** The version to be reached, in the form of {@link Inspection.version}. */
  readonly wanted: string;
  /** Just before the request was sent, or when the upgrade was found. ISO instant. */
  readonly since: string;
  /** The version read just before the request; null when it was adopted. */
  readonly versionBefore: string | null;
}

/** How a refusal is to be taken; `rollout/recovery.ts` decides what follows from it. */
export type RefusalKind =
  | 'forGood'
  | 'forNow'
  | 'busy'
  /** It has the version already, says the cloud: a fresh read must show it. */
  | 'alreadyThere';

/** The cloud's answer to our request. */
export type Submission =
  | { readonly state: 'accepted'; readonly ticket: Ticket }
  | {
      readonly state: 'rejected';
      readonly kind: RefusalKind;
      /** The cloud's error code, where it gave one. */
      readonly code: string | null;
      readonly words: string;
    }
  /** The answer was lost: it may or may not have happened. */
  | { readonly state: 'unknown'; readonly words: string };

/** How an upgrade that was submitted stands. */
export type Progress =
  | {
      readonly state: 'running';
      readonly percent: number | null;
      readonly remainingMs: number | null;
      /** The cloud's own status word. */
      readonly status: string;
      /** How long the cloud says that the whole of it takes; absent or null when it does not say. */
      readonly expectMs?: number | null;
    }
  | { readonly state: 'succeeded' }
  | { readonly state: 'failed'; readonly words: string };

/** What one look at the cloud says about a submission whose answer was lost. */
export type Reconciliation =
  /** It happened: this is its ticket. */
  | { readonly state: 'adopted'; readonly ticket: Ticket }
  /** No trace of it at this look. How long one must look before that is proof is the plan's. */
  | { readonly state: 'absent'; readonly words: string }
  /**
   * No trace of it, and an upgrade that had begun before it: somebody else's, because of which ours,
   * if it arrived, was refused. This is its ticket.
   */
  | { readonly state: 'foreign'; readonly ticket: Ticket; readonly words: string }
  /** Cannot be told from this look. */
  | { readonly state: 'unknown'; readonly words: string };

/** What became of the wish to call off an upgrade that the cloud has scheduled. */
export type Cancelled =
  /** A read afterwards shows that it will not begin. */
  | { readonly state: 'cancelled' }
  /** Too late: it has begun, or has ended. */
  | { readonly state: 'begun'; readonly words: string }
  /** It cannot be called off alone, or not at all. Nothing was done. */
  | { readonly state: 'notPossible'; readonly words: string };
