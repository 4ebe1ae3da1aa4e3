import { asError, AuthenticationError, isRefused, isUnexpectedAnswer } from './errors';
import type { Find, Key, Load, Together } from './snapshots';
import { clockMs } from './snapshots';

/** One page of a list, and how many rows the whole has; null where the list does not say. */
export interface Page<R> {
  readonly rows: readonly R[];
  readonly total: number | null;
}

/** Something that can be read from a list of the whole project, or alone. No value is null. */
export interface Listing<K extends Key, R, V> {
  readonly pageSize: number;
  /** Many: a key's value is made of all its rows, so that only a whole list tells it. */
  readonly rowsPerKey: 'one' | 'many';
  /** Pages are counted from 0; see {@link pageQuery}. It may leave out what none of the keys is about. */
  readPage(page: number, wanted: Wanted<K>): Promise<Page<R>>;
  /** Tells rows apart: one that moved on to the next page meanwhile is still one. */
  rowId(row: R): string;
  /** The id of the key that a row is about; null: of none. */
  keyId(row: R): string | null;
  valueOf(rows: readonly R[], key: K): V;
  readAlone(key: K, together: Together): Promise<V>;
}

/** What the pages of a list have said of its length. */
export interface ListLength {
  /** Null: nothing. */
  readonly most: number | null;
  /** A later page said less: rows have moved to pages that had been read. */
  readonly hasShrunk: boolean;
}

/** Before its first page. */
export const NO_LENGTH: ListLength = { most: null, hasShrunk: false };

/** With what the next page says. */
export function lengthAfter({ most, hasShrunk }: ListLength, total: number | null): ListLength {
  if (total === null || most === null) return { most: total ?? most, hasShrunk };
  return { most: Math.max(total, most), hasShrunk: hasShrunk || total < most };
}

/** For whom a list is read. */
export interface Wanted<K extends Key> {
  readonly keys: readonly K[];
  readonly together: Together;
}

/**
 * `limit` and `offset` of a page. The first goes without an offset: whether lists begin at 0 or at 1
 * depends on the edition of their pages. Later ones overlap by a row where it is 1, and miss none.
 */
export function pageQuery(page: number, size: number): Readonly<Record<string, string>> {
  return { limit: String(size), ...(page === 0 ? {} : { offset: String(page * size) }) };
}

// A list that is refused, for want of a permission perhaps, is not asked for at every look.
const DISTRUSTED_FOR_MS = 60_000;

/**
 * Reads what is asked for from the list where that takes no more calls than asking for each alone:
 * one page does as soon as others ask as well, several pages do for as many keys. What a list does
 * not hold, and everything when a list is refused, is read alone: an error of that is the one key's.
 */
export function fromListing<K extends Key, R, V>(listing: Listing<K, R, V>): Load<K, V> {
  const { pageSize, rowsPerKey } = listing;
  let pagesKnown = 1;
  let distrustedUntilMs = 0;
  return async ({ keys, lately }, together) => {
    const isWorth = lately > 1 && pagesKnown <= keys.length && clockMs() >= distrustedUntilMs;
    const listed = isWorth ? await list({ keys, together }) : null;
    const missing = keys.filter((key) => listed?.(key) === undefined);
    const alone = await eachAlone(missing, (key) => listing.readAlone(key, together));
    return (key) => alone.get(key.id) ?? listed?.(key);
  };

  async function list(wanted: Wanted<K>): Promise<Find<K, V> | null> {
    try {
      return await readPages(wanted);
    } catch (error) {
      if (!isOfListAlone(error)) throw error;
      distrustedUntilMs = clockMs() + DISTRUSTED_FOR_MS;
      return null;
    }
  }

  async function readPages(wanted: Wanted<K>): Promise<Find<K, V> | null> {
    const { keys } = wanted;
    const rows = new Map<string, R>();
    let length = NO_LENGTH;
    for (let page = 0; ; page += 1) {
      const { rows: more, total } = await listing.readPage(page, wanted);
      length = lengthAfter(length, total);
      const before = rows.size;
      for (const row of more) rows.set(listing.rowId(row), row);
      // A page without anything new: the list goes round in circles.
      const isLast = more.length < pageSize || rows.size === total || rows.size === before;
      const least = isLast ? page + 1 : page + 2;
      pagesKnown = Math.max(least, Math.ceil((total ?? 0) / pageSize));
      const byKey = rowsByKey(rows.values());
      const missing = keys.filter(({ id }) => !byKey.has(id)).length;
      const toRead = rowsPerKey === 'one' ? missing : keys.length;
      // Now it is known how many pages there are: more than what is left to find.
      const isEnough = pagesKnown - page - 1 > toRead || toRead === 0;
      const isWhole = isLast && !length.hasShrunk && rows.size >= (length.most ?? 0);
      if (isLast || isEnough) return findIn(byKey, isWhole);
    }
  }

  function rowsByKey(rows: Iterable<R>): ReadonlyMap<string, readonly R[]> {
    const byKey = new Map<string, R[]>();
    for (const row of rows) {
      const id = listing.keyId(row);
      if (id !== null) byKey.set(id, [...(byKey.get(id) ?? []), row]);
    }
    return byKey;
  }

  function findIn(byKey: ReadonlyMap<string, readonly R[]>, isWhole: boolean): Find<K, V> | null {
    if (rowsPerKey === 'many') {
      return isWhole ? (key) => listing.valueOf(byKey.get(key.id) ?? [], key) : null;
    }
    return (key) => {
      const own = byKey.get(key.id);
      return own && listing.valueOf(own, key);
    };
  }
}

/** Reads each alone; an error is the one key's. */
export async function eachAlone<K extends Key, V>(
  keys: readonly K[],
  readAlone: (key: K) => Promise<V>,
): Promise<ReadonlyMap<string, V | Error>> {
  const read = async (key: K) => [key.id, await readAlone(key).catch(asError)] as const;
  // No more than there are activities at a time, and the gate lets a few through at once.
  return new Map(await Promise.all(keys.map(read)));
}

/** An error of a list that says nothing about those who are in it: they are read alone. */
export function isOfListAlone(error: unknown): boolean {
  if (isRefused(error) || isUnexpectedAnswer(error)) return true;
  // Reading each may be permitted where listing is not.
  return error instanceof AuthenticationError && error.status === 403;
}
