import type { FleetProgress, FleetRow, FleetSearch } from '../rollout/fleet';
import type { FamilyName } from '../rollout/upgrade';
import type { CallOptions } from './family';

/** Where a page begins, and how long it may be at most. */
export interface PageAsk {
  /** Instances before it. */
  readonly from: number;
  readonly atMost: number;
}

/** Those of a page of the list that match, without what one call each would tell. */
export interface FleetPage extends Pick<FleetProgress, 'total'> {
  readonly rows: readonly FleetRow[];
  /** How many instances are on it, whether or not they match. */
  readonly listed: number;
  /** Where the next page begins; null: this was the last one. */
  readonly next: number | null;
}

/** All instances of one family in a project. Throws the errors of `errors.ts`. */
export interface Fleet {
  /**
   * One page, by as few calls as its instances allow. Name and tags are judged here, also where the
   * cloud has been asked for them: one that ignores a parameter answers with everything.
   */
  list(search: FleetSearch, page: PageAsk, options?: CallOptions): Promise<FleetPage>;
  /**
   * What the single calls of an instance say, added to its rows. Rows that are gone meanwhile are
   * left out.
   */
  complete(
    search: FleetSearch,
    rows: readonly FleetRow[],
    options?: CallOptions,
  ): Promise<readonly FleetRow[]>;
}

/** All fleets, by family. */
export type Fleets = Readonly<Record<FamilyName, Fleet>>;

type Text = string | null | undefined;

/** A row as lists describe it; what is not given is not known. */
export function rowOf(given: Pick<FleetRow, 'instanceId' | 'name'> & Partial<FleetRow>): FleetRow {
  return {
    ...{ proxyId: null, version: null, newestVersion: null, upgradable: null, status: null },
    ...{ az: null, maintenanceWindow: null, tags: {}, problem: null },
    ...given,
  };
}

/**
 * What a page says besides its rows. The list goes on to its total; where the cloud gives none, to a
 * page that is not full.
 */
export function pageOf(
  { from, atMost }: PageAsk,
  listed: number,
  given: number | null | undefined,
): Omit<FleetPage, 'rows'> {
  const total = given ?? null;
  const seen = from + listed;
  const isLast = listed === 0 || (total === null ? listed < atMost : seen >= total);
  return { listed, total, next: isLast ? null : seen };
}

/** Whether a name is the wanted one or, after a `*`, holds it. */
export function isNamed(name: string, wanted: string | null): boolean {
  if (wanted === null) return true;
  return wanted.startsWith('*') ? name.includes(wanted.slice(1)) : name === wanted;
}

/** Whether all wanted tags are there. */
export function isTagged(tags: FleetRow['tags'], wanted: FleetSearch['tags']): boolean {
  return Object.entries(wanted).every(
    ([key, value]) => Object.hasOwn(tags, key) && tags[key] === value,
  );
}

// GaussDB's page names the largest number; of the others none is known.
const MOST_TAGS = 10;

/** The tags in the form of the query; those that it cannot express are left to {@link isTagged}. */
export function tagQuery(tags: FleetSearch['tags']): Readonly<Record<string, string>> {
  const pairs = Object.entries(tags)
    .map((pair) => pair.join('='))
    .filter((pair) => /^[^=,]+=[^=,]*$/.test(pair));
  return pairs.length === 0 ? {} : { tags: pairs.slice(0, MOST_TAGS).join(',') };
}

/** Tags from the rows in which the services give them. */
export function tagsOf(
  rows: readonly { readonly key: string; readonly value?: Text }[] | null | undefined,
): FleetRow['tags'] {
  return Object.fromEntries((rows ?? []).map(({ key, value }) => [key, value ?? '']));
}

/** Each zone once, ascending, joined by `+`; null if there is none. */
export function zonesOf(codes: readonly Text[]): string | null {
  const known = new Set(codes.filter((code) => code !== null && code !== undefined && code !== ''));
  return known.size === 0 ? null : [...known].sort().join('+');
}
