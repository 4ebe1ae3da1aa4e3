import type { Finding } from './bake';
import type { Check, Comparison, HttpCheck, PrometheusCheck } from './frozen-plan';

/** What a check saw. Its words are fit to be shown; values may hold what the endpoint repeats. */
export type Seen =
  /** It could not be made, or its answer could not be read. */
  | { readonly kind: 'nothing'; readonly words: string }
  | {
      readonly kind: 'answer';
      /** Scheme and host that answered. */
      readonly from: string;
      readonly status: number;
      readonly body: { readonly json: unknown } | { readonly unreadable: string };
    }
  | { readonly kind: 'samples'; readonly from: string; readonly samples: readonly Sample[] };

/** One sample of what a query of Prometheus gave. */
export interface Sample {
  /** Its labels, as Prometheus writes them; empty if it has none. */
  readonly of: string;
  readonly value: number | string;
}

/** Takes secrets out of a text. */
export type Redact = (text: string) => string;

/**
 * The verdict on what a check saw. Unhealthy is only what says so itself: a wrong status, a value
 * that does not pass. What could not be seen, or not be compared, is inconclusive. Values pass
 * through `redact` before they are cut short: half a secret could not be found any more.
 */
export function judge(check: Check, seen: Seen, redact: Redact): Finding {
  switch (seen.kind) {
    case 'nothing':
      return { verdict: 'inconclusive', words: seen.words };
    case 'answer':
      return check.kind === 'http' ? judgeAnswer(check, seen, redact) : unfit(seen.from);
    case 'samples':
      return check.kind === 'prometheus' ? judgeSamples(check, seen, redact) : unfit(seen.from);
  }
}

/**
 * Whether a value passes; null: it cannot be compared. A number and its text are the same, because
 * Prometheus and many health pages write numbers as text.
 */
export function compare({ is, to }: Comparison, value: unknown): boolean | null {
  if (is === 'equal' || is === 'notEqual') {
    const same = isSame(to, value);
    return same === null ? null : same === (is === 'equal');
  }
  const [left, right] = [numberOf(value), numberOf(to)];
  if (left === null || right === null) return null;
  switch (is) {
    case 'below':
      return left < right;
    case 'atMost':
      return left <= right;
    case 'above':
      return left > right;
    case 'atLeast':
      return left >= right;
  }
}

/** The value at a path such as `data.lag`, `$.items[0].lag` or `$`; undefined if there is none. */
export function valueAt(json: unknown, path: string): unknown {
  let value = json;
  for (const [, name, index] of path.replace(/^\$/, '').matchAll(/([^.[\]]+)|\[(\d+)\]/g)) {
    value = index === undefined ? fieldOf(value, name ?? '') : itemOf(value, Number(index));
  }
  return value;
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  // What an object inherits is no part of an answer.
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

function itemOf(value: unknown, index: number): unknown {
  return Array.isArray(value) ? (value as readonly unknown[])[index] : undefined;
}

function isSame(to: Comparison['to'], value: unknown): boolean | null {
  if (!isPlain(value) || Number.isNaN(value)) return null;
  const [left, right] = [numberOf(value), numberOf(to)];
  // Two texts are compared as texts: 1.10 and 1.1 may be versions.
  const areNumbers = typeof value === 'number' || typeof to === 'number';
  if (areNumbers && left !== null && right !== null) return left === right;
  return String(value) === String(to);
}

function isPlain(value: unknown): value is Comparison['to'] {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function numberOf(value: unknown): number | null {
  const isNumeric = typeof value === 'string' && NUMERIC.test(value.trim());
  const number = isNumeric ? Number(value) : value;
  return typeof number === 'number' && !Number.isNaN(number) ? number : null;
}

const NUMERIC = /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i;

function judgeAnswer(
  { status, value }: HttpCheck,
  seen: Extract<Seen, { readonly kind: 'answer' }>,
  redact: Redact,
): Finding {
  const { from, body } = seen;
  if (seen.status !== status) {
    return { verdict: 'unhealthy', words: `${from} answered ${seen.status}, not ${status}` };
  }
  if (value === null) return { verdict: 'healthy', words: `${from} answered ${status}` };
  if ('unreadable' in body) {
    return { verdict: 'inconclusive', words: `${from} answered ${body.unreadable}` };
  }
  const found = valueAt(body.json, value.path);
  if (found === undefined) {
    return { verdict: 'inconclusive', words: `${from} answered without ${value.path}` };
  }
  return judgeValue({ what: `${value.path} of ${from}`, value: found, redact }, value);
}

function judgeSamples(
  check: PrometheusCheck,
  { from, samples }: Extract<Seen, { readonly kind: 'samples' }>,
  redact: Redact,
): Finding {
  if (samples.length === 0) {
    return { verdict: 'inconclusive', words: `the query at ${from} gave no sample` };
  }
  const findings = samples.map(({ of, value }) =>
    judgeValue(
      { what: `the query at ${from}${of === '' ? '' : ` for ${of}`}`, value, redact },
      check,
    ),
  );
  const verdicts = ['unhealthy', 'inconclusive', 'healthy'] as const;
  const worst = verdicts.flatMap((verdict) => findings.filter((each) => each.verdict === verdict));
  const [first = unfit(from)] = worst;
  const others = worst.filter(({ verdict }) => verdict === first.verdict).length - 1;
  return others === 0 ? first : { ...first, words: `${first.words}, and ${others} more like it` };
}

interface Found {
  readonly what: string;
  readonly value: unknown;
  readonly redact: Redact;
}

function judgeValue({ what, value, redact }: Found, comparison: Comparison): Finding {
  const is = `${what} is ${shown(value, redact)}`;
  const must = `it must be ${WORDS[comparison.is]} ${shown(comparison.to, redact)}`;
  switch (compare(comparison, value)) {
    case null:
      return { verdict: 'inconclusive', words: `${is}, which cannot be compared: ${must}` };
    case true:
      return { verdict: 'healthy', words: is };
    case false:
      return { verdict: 'unhealthy', words: `${is}: ${must}` };
  }
}

const WORDS = {
  equal: 'equal to',
  notEqual: 'other than',
  below: 'below',
  atMost: 'at most',
  above: 'above',
  atLeast: 'at least',
} as const satisfies Record<Comparison['is'], string>;

const MOST_SHOWN = 60;

/** Short: a health page may answer with a whole story. */
function shown(value: unknown, redact: Redact): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a mapping';
  // JSON has no words for these, Prometheus has.
  const text = typeof value === 'string' ? JSON.stringify(redact(value)) : String(value);
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}

/** Our own mistake, but no reason to stop a rollout's watching. */
function unfit(from: string): Finding {
  return { verdict: 'inconclusive', words: `internal: ${from} was asked for something else` };
}
