/** The four kinds of upgrade (design.md section 1). */
export type Family = 'taurusdb-proxy' | 'taurusdb-instance' | 'gaussdb-hotfix' | 'dcs-instance';

/** All families, in the order in which a generated fleet deals them out. */
export const families: readonly Family[] = [
  'taurusdb-proxy',
  'taurusdb-instance',
  'gaussdb-hotfix',
  'dcs-instance',
];

/** One listener each, in port order. */
export type Service = 'taurusdb' | 'gaussdb' | 'dcs' | 'iam';

/** The listeners in port order (contracts.md, "Emulator"). */
export const services: readonly Service[] = ['taurusdb', 'gaussdb', 'dcs', 'iam'];

/**
 * One upgradable thing. `version` and `latest` are the kernel (TaurusDB), the proxy version, the engine
 * minor version (DCS) or the comma-joined hot patches in ascending order (GaussDB).
 */
export interface Target {
  readonly family: Family;
  readonly instanceId: string;
  readonly proxyId: string | null;
  readonly name: string;
  /** Several are separated by commas: its nodes are dealt out to them. */
  readonly az: string;
  /** `02:00-06:00`, UTC; null or absent: the service's usual one. */
  readonly maintenanceWindow?: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly version: string;
  readonly latest: string;
  /** Kernel versions that must be taken one after another on the way to `latest`. */
  readonly via: readonly string[];
  /** DCS only: the proxy nodes' version; null where the instance has no proxy nodes. */
  readonly proxyVersion: string | null;
  readonly latestProxyVersion: string | null;
  /** A status other than the normal one, until `statusUntil` (null: for good). */
  readonly status: string | null;
  readonly statusUntil: string | null;
  readonly preCheckFails: boolean;
  /** The instance that a proxy belongs to and that is no target itself: listed, never in the fleet page. */
  readonly parentOnly: boolean;
  readonly createdAt: string;
  readonly upgradesStarted: number;
  readonly upgradesCompleted: number;
}

/** TaurusDB's and GaussDB's words; DCS has its own for the same states. */
export type JobStatus = 'Pending' | 'Running' | 'Completed' | 'Failed' | 'Canceled';

/** One upgrade of one target. Two jobs of one GaussDB call share their `publicId`. */
export interface Job {
  readonly id: string;
  readonly publicId: string;
  readonly family: Family;
  readonly instanceId: string;
  readonly proxyId: string | null;
  readonly scheduled: boolean;
  readonly fromVersion: string;
  readonly toVersion: string;
  /** DCS only: where the proxy nodes go; null if they stay. */
  readonly toProxyVersion: string | null;
  readonly status: JobStatus;
  readonly createdAt: string;
  readonly startsAt: string;
  /** Null: it never ends. */
  readonly endsAt: string | null;
  readonly endedAt: string | null;
  readonly fault: JobFault | null;
  readonly failReason: string | null;
  /** TaurusDB batch call with `batchJobs=none`: the job is in no list. */
  readonly listed: boolean;
}

/** Faults of a call (contracts.md). */
export const callFaults = [
  '400',
  '401',
  '403',
  '404',
  '409',
  '429',
  '500',
  '503',
  'reject',
  'lostAfter',
  'lostBefore',
  'slow',
  'html',
] as const;
export type CallFault = (typeof callFaults)[number];

/** Faults of a job (contracts.md). */
export const jobFaults = ['fail', 'stuck', 'slow', 'liar'] as const;
export type JobFault = (typeof jobFaults)[number];

/** What a fault may befall. */
export const faultPlaces = ['submit', 'read', 'cancel', 'auth', 'job'] as const;
export type FaultPlace = (typeof faultPlaces)[number];

export type FaultRates = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface ListedFault {
  readonly target: string;
  readonly on: FaultPlace;
  readonly fault: CallFault | JobFault;
  readonly times: number;
}

/** The body of `PUT /_emulator/faults`. */
export interface Faults {
  readonly rates: Readonly<Record<string, FaultRates>>;
  readonly list: readonly ListedFault[];
}

export interface Effect {
  readonly kind: 'upgradeStarted' | 'upgradeEnded' | 'cancelled';
  readonly family: Family;
  readonly instanceId: string;
  readonly proxyId: string | null;
  readonly jobId: string;
  readonly version: string;
  readonly result: 'succeeded' | 'failed' | null;
}

/** A line of the journal before it gets its number. */
export interface JournalEntry {
  readonly at: string;
  readonly service: Service;
  readonly method: string | null;
  readonly path: string | null;
  readonly query: Readonly<Record<string, string>> | null;
  readonly body: unknown;
  /** Null also where the connection was cut: no answer went out. */
  readonly status: number | null;
  readonly fault: string | null;
  readonly effects: readonly Effect[];
}

export interface JournalLine extends JournalEntry {
  readonly seq: number;
}

/** One step of the emulated cloud's state; a list of them is written as one line and applied together. */
export type Change =
  | { readonly kind: 'target'; readonly target: Target }
  | { readonly kind: 'job'; readonly job: Job }
  | { readonly kind: 'dropJob'; readonly id: string }
  | { readonly kind: 'count'; readonly key: string; readonly value: number }
  | { readonly kind: 'faults'; readonly faults: Faults }
  | { readonly kind: 'faultUsed'; readonly index: number; readonly value: number }
  | { readonly kind: 'lock'; readonly failures: number; readonly until: string | null };

/** What must be the same after a restart and is written first. */
export interface Origin {
  readonly seed: string;
  readonly projectId: string;
  readonly region: string;
  readonly fleet: readonly Target[];
}
