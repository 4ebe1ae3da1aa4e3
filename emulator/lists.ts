import type { Refuse } from './body';
import { Refusal } from './errors';
import type { Target } from './types';

type Query = Readonly<Record<string, string>>;

/** How a list call pages: `base` is its first offset. */
export interface Paging {
  readonly max: number;
  readonly limit: number;
  readonly base?: number;
  /** The only limits allowed, where a page names them. */
  readonly only?: readonly number[];
}

/** The rows that `offset` and `limit` ask for; values that are no numbers in range are refused. */
export function page<T>(
  rows: readonly T[],
  query: Query,
  paging: Paging,
  refuse: Refuse,
): readonly T[] {
  const base = paging.base ?? 0;
  const offset = Number(query.offset ?? base);
  const limit = Number(query.limit ?? paging.limit);
  const allowed = paging.only === undefined || paging.only.includes(limit);
  if (!Number.isInteger(offset) || offset < 0) throw new Refusal(refuse('Invalid offset.'));
  if (!Number.isInteger(limit) || limit < 1 || limit > paging.max || !allowed) {
    throw new Refusal(refuse('Invalid limit.'));
  }
  const from = Math.max(0, offset - base);
  return rows.slice(from, from + limit);
}

/** The targets that the query's `id`, `name` (a leading `*`: contains) and `tags` (k=v, AND) let through. */
export function matching(targets: readonly Target[], query: Query): readonly Target[] {
  const tags = (query.tags ?? '').split(',').filter((pair) => pair !== '');
  return targets.filter(
    (target) =>
      (query.id === undefined || query.id === target.instanceId) &&
      isNamed(target, query.name) &&
      tags.every((pair) => {
        const [key = '', value = ''] = pair.split('=');
        return target.tags[key] === value;
      }),
  );
}

/** An instant of a query, in ms; words that are none are refused, absence is undefined. */
export function instant(text: string | undefined, refuse: Refuse): number | undefined {
  if (text === undefined || text === '') return undefined;
  const ms = parseTime(text);
  if (ms === undefined) throw new Refusal(refuse(`Invalid time "${text}".`));
  return ms;
}

/** `yyyy-mm-ddThh:mm:ssZ`, where Z is an offset as +0800, +08:00 or Z. */
export function parseTime(text: string): number | undefined {
  const form = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)$/;
  const [, local, offset] = form.exec(text) ?? [];
  if (local === undefined || offset === undefined) return undefined;
  const ms = Date.parse(local + offset.replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2'));
  return Number.isNaN(ms) ? undefined : ms;
}

/** An instant in the same form, in UTC; nothing for null. */
export function timeText(iso: string | null): string {
  return iso === null ? '' : `${iso.slice(0, 19)}+0000`;
}

/** Whether an instant lies in the query's range; whole seconds, as the times that are shown. */
export function isBetween(
  iso: string,
  fromMs: number | undefined,
  toMs: number | undefined,
): boolean {
  const ms = Math.floor(Date.parse(iso) / 1000) * 1000;
  return (fromMs === undefined || ms >= fromMs) && (toMs === undefined || ms <= toMs);
}

/** The zones of a target's nodes, one for each of `count`. */
export function zonesOfNodes({ az }: Target, count: number): readonly string[] {
  const zones = az.split(',').map((zone) => zone.trim());
  return Array.from({ length: count }, (_, index) => zones[index % zones.length] ?? az);
}

/** The tags as the pages show them. */
export function tagRows(
  target: Target,
): readonly { readonly key: string; readonly value: string }[] {
  return Object.entries(target.tags).map(([key, value]) => ({ key, value }));
}

function isNamed(target: Target, name: string | undefined): boolean {
  if (name === undefined) return true;
  return name.startsWith('*') ? target.name.includes(name.slice(1)) : target.name === name;
}
