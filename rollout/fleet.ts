import { SEEN_COLUMNS, TARGET_COLUMNS } from './file-columns';
import type { CloudScope, FamilyName } from './upgrade';

/** What is looked for among a project's instances; what is null or empty lets everything through. */
export interface FleetFilter {
  /** The whole name, or `*` and a part of it. */
  readonly name: string | null;
  /** All of them. */
  readonly tags: Readonly<Record<string, string>>;
  /** Only those for which the cloud offers something newer, or does not say that it does not. */
  readonly upgradable: boolean;
}

export interface FleetSearch extends FleetFilter {
  readonly scope: CloudScope;
  readonly family: FamilyName;
  /** Whether versions are read that no list has: one call for each instance, or proxy. */
  readonly versions: boolean;
  /** Of which parts of a cache versions count; of other families nothing. */
  readonly components: { readonly engine: boolean; readonly proxy: boolean };
}

/** One instance, or one proxy of an instance, as the cloud lists it. */
export interface FleetRow {
  readonly instanceId: string;
  readonly proxyId: string | null;
  readonly name: string;
  /** As `Inspection.version`; of a cache with proxy nodes `engine/proxy`. Null: not read. */
  readonly version: string | null;
  readonly newestVersion: string | null;
  /** Null: the cloud does not say, or was not asked. */
  readonly upgradable: boolean | null;
  /** The cloud's own word; null: the list has none. */
  readonly status: string | null;
  /** More than one are joined by `+`, ascending; null: the list has none. */
  readonly az: string | null;
  /** `02:00-06:00`, UTC. */
  readonly maintenanceWindow: string | null;
  readonly tags: Readonly<Record<string, string>>;
  /** Why its versions could not be read. */
  readonly problem: string | null;
}

/** How far a listing has come. */
export interface FleetProgress {
  /** Instances that were listed, whether or not they match. */
  readonly seen: number;
  /** How many there are to list; null: the cloud does not say. */
  readonly total: number | null;
  /** False: the list changed while it was read, and one that was moved may be missing. */
  readonly isSteady: boolean;
}

const WINDOW_LABEL = 'maintenanceWindow';

// A tag may be called like a column, or like what a wave's `match` takes for something else.
const TAKEN = [...TARGET_COLUMNS, ...SEEN_COLUMNS, WINDOW_LABEL, 'labels', 'family'];

/**
 * The labels that a row gets in a plan: its tags, and its maintenance window. A tag whose name means
 * something else already, as `name`, becomes `tag.name`; one without a value is left out, as an empty
 * cell of a file is.
 */
export function labelsOf({ tags, maintenanceWindow }: FleetRow): Readonly<Record<string, string>> {
  const labels = Object.entries(tags)
    .map(([key, value]) => [key.trim(), value.trim()] as const)
    .filter(([key, value]) => key !== '' && value !== '')
    .map(([key, value]) => [TAKEN.includes(key) ? `tag.${key}` : key, value] as const);
  const window = maintenanceWindow === null ? [] : [[WINDOW_LABEL, maintenanceWindow] as const];
  return Object.fromEntries([...window, ...labels]);
}

/** Whether something newer is to be had, as far as that can be told. */
export function isUpgradable({ upgradable, version, newestVersion }: FleetRow): boolean {
  if (upgradable !== null) return upgradable;
  return newestVersion === null || version === null || version !== newestVersion;
}

/** Whether a text can be a {@link FleetFilter.name}: names have no `*` themselves. */
export function isNamePattern(text: string): boolean {
  return /^\*?[^*]+$/.test(text);
}

/** `name *prod, tag team=billing, upgradable`; empty when everything is let through. */
export function filterWords({ name, tags, upgradable }: FleetFilter): string {
  return [
    ...(name === null ? [] : [`name ${name}`]),
    ...Object.entries(tags).map(([key, value]) => `tag ${key}=${value}`),
    ...(upgradable ? ['upgradable'] : []),
  ].join(', ');
}
