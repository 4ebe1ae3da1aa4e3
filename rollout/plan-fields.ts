import { z } from 'zod';
import { meant } from './did-you-mean';
import { parseDuration } from './duration';
import { NOTIFIED } from './receivers';
import type { Problem } from './problem';
import { isMapping } from './targets-file';

/**
 * The words for what a field must be, and an example. An error in these schemas is such a name (or,
 * for an unknown key, the list of known ones); {@link check} makes a problem of it.
 */
const KINDS = {
  version: { is: 'the number 1', example: '1' },
  name: { is: 'letters, digits and dashes, at most 60', example: 'caches-november' },
  projectId: { is: '32 letters and digits', example: '0483b6b16e954cb88930a360d2c4e663' },
  region: { is: 'the name of a region', example: 'cn-north-4' },
  section: { is: 'a mapping of keys to values', example: null },
  list: { is: 'a list', example: null },
  someUpgrades: { is: 'a mapping with at least one upgrade', example: null },
  someTargets: { is: 'a list of at least one target', example: null },
  someWaves: { is: 'a list of at least one wave, or be left out', example: null },
  text: { is: 'text', example: null },
  flag: { is: 'true or false', example: null },
  duration: { is: 'a duration with its unit', example: '500ms, 30s, 10m, 6h or 1d' },
  someTime: { is: 'a duration above zero with its unit', example: '500ms, 30s, 10m, 6h or 1d' },
  retries: { is: 'a whole number from 0 to 100', example: '2' },
  togetherKernels: { is: 'a whole number from 1 to 100', example: '20' },
  togetherPatches: { is: 'a whole number from 1 to 30', example: '20' },
  concurrency: { is: 'a whole number of at least 1', example: '4' },
  limit: { is: 'a whole number, or a percentage of at most 100%', example: '3 or 5%' },
  take: {
    is: 'a whole number of at least 1, a percentage above 0% and of at most 100%, rest, or so many per stratum',
    example: '10, 30%, rest or { perStratum: 1, by: [az] }',
  },
  strata: { is: 'a list of labels', example: '[family, version, az]' },
  order: { is: 'plan or random', example: null },
  instant: { is: 'an instant with its offset', example: '2026-12-01T01:00:00+08:00' },
  gate: { is: 'one of delay, at and approval', example: 'approval: { expires: 24h }' },
  onExpiry: { is: 'abort, skipWave or begin', example: null },
  then: { is: 'pause or abort', example: null },
  number: { is: 'a number', example: '0.5' },
  status: { is: 'an HTTP status', example: '200' },
  value: { is: 'text, a number, true or false', example: null },
  // Addresses often hold what only their owner should know: a wrong one is not repeated.
  url: {
    is: 'an address of http or https',
    example: 'https://example.com/health or ${secret:HEALTH_URL}',
    isPrivate: true,
  },
  urlWithPassword: {
    is: 'an address without user and password',
    example:
      '${secret:HEALTH_URL} with the whole address in UPWAVE_SECRET_HEALTH_URL of the worker',
    isPrivate: true,
  },
  prometheusUrl: {
    is: "the server's address, without /api/v1/query",
    example: 'https://prometheus.example.com',
    isPrivate: true,
  },
  query: { is: 'a query of Prometheus', example: 'max(redis_lag_seconds)' },
  queryPlaceholder: {
    is: 'a query whose placeholders are complete',
    example: '${secret:NAME} with capital letters, digits and _',
  },
  webhook: {
    is: 'an address of http or https',
    example: 'https://example.com/drain or ${secret:DRAIN_URL}',
    isPrivate: true,
  },
  webhookWithPassword: {
    is: 'an address without user and password',
    example: '${secret:DRAIN_URL} with the whole address in UPWAVE_SECRET_DRAIN_URL of the worker',
    isPrivate: true,
  },
  afterUndo: {
    is: 'left out of an after hook: when it is called the upgrade is done',
    example: null,
    isPrivate: true,
  },
  hooks: { is: 'a list of at most 5 hooks', example: '[{ webhook: https://example.com/drain }]' },
  hookTimeout: { is: 'a duration above zero, of at most 10m, with its unit', example: '30s' },
  receivers: {
    is: 'a list of at most 5 receivers',
    example: '[{ webhook: "${secret:SLACK_URL}", on: [gateWaiting, finished] }]',
  },
  notified: { is: `one of ${NOTIFIED.join(', ')}`, example: null },
  notifiedList: {
    is: 'a list of at least one event, or be left out for all of them',
    example: '[gateWaiting, finished]',
  },
  notifyTimeout: { is: 'a duration above zero, of at most 1m, with its unit', example: '10s' },
  notifyRetries: { is: 'a whole number from 0 to 10', example: '5' },
  headerName: {
    is: 'the name of a header that neither HTTP nor upwave sets itself',
    example: 'authorization or x-team',
  },
  header: {
    is: 'text on one line, its placeholders complete',
    example: 'Bearer ${secret:DRAIN_TOKEN}',
    isPrivate: true,
  },
  jsonPath: { is: 'a path into a JSON answer', example: 'data.lag, items[0].lag or $[0]' },
  checks: { is: 'a list of at most 20 checks', example: null },
  checkKind: {
    is: 'a check of either http or prometheus',
    example: 'http: https://example.com/health',
  },
  comparison: {
    is: 'a check with one of equal, notEqual, below, atMost, above and atLeast',
    example: 'below: 5',
  },
  httpComparison: {
    is: 'a check with json and one comparison, or with neither',
    example: 'json: data.lag, below: 5',
  },
  bakeEvery: { is: 'no longer than the bake', example: 'for: 10m, every: 30s' },
  zone: { is: 'the name of a time zone', example: 'Asia/Shanghai' },
  date: { is: 'a date', example: '2026-12-24' },
  outside: { is: 'wait or skip', example: null },
  match: { is: 'a text or a list of texts', example: 'canary or [canary, pilot]' },
  dotted: { is: 'a dotted version', example: '2.26.03.000' },
  dottedList: { is: 'a list of dotted versions', example: '[3.208.0.6, 3.208.0.7]' },
  pollingMin: { is: 'no longer than polling.max', example: 'min: 10s, max: 60s' },
  settleFor: { is: 'no longer than reconcileFor', example: 'settleFor: 60s, reconcileFor: 30m' },
  recoveryThen: { is: 'giveUp, rollForward, compensate or pause', example: null },
  // An upgrade that may still be running is never sent again, at whatever version.
  unknownThen: { is: 'giveUp, compensate or pause', example: null },
  rollForwardTo: {
    is: 'a list of versions, each newer than the one before it and than targetVersion',
    example: '[2.26.04.000]',
  },
  rollForwardPatches: {
    is: 'a list of what may be installed instead, each a patch or a list of patches',
    example: '[3.208.0.8, [3.208.0.6, 3.208.0.8]]',
  },
  rollForwardCaches: {
    is: 'a list with, in each entry, a version or latest for each component that is upgraded',
    example: '[5.0.14.2, latest], or [5.0.14.2/5.0.3] for engine and proxy',
  },
  namePattern: {
    is: 'a whole name, or * and a part of one',
    example: 'orders-db or "*prod"',
  },
  cacheVersion: { is: 'a dotted version or latest', example: '5.0.14.1 or latest' },
} as const satisfies Record<string, Words>;

interface Words {
  readonly is: string;
  readonly example: string | null;
  /** The value that was given is not shown. */
  readonly isPrivate?: boolean;
}

type Kind = keyof typeof KINDS;

/** How many, as the plan says it: `3` or `2.5%` of something. */
export type Amount = { readonly count: number } | { readonly percent: number };

// A year: longer ones are slips, and Temporal refuses timers beyond a century.
const LONGEST_MS = 365 * 86_400_000;

export function kind(name: Kind): { readonly error: Kind } {
  return { error: name };
}

/** A mapping that refuses keys it does not know and names those it does. */
export function section<T extends z.ZodRawShape>(shape: T) {
  const known = Object.keys(shape).join(' ');
  const error = ({ code }: { readonly code: string }) =>
    code === 'unrecognized_keys' ? known : 'section';
  return z.strictObject(shape, { error });
}

// YAML reads a label `1` or a version `2.26` as a number; whoever wrote it meant the text.
export function text(name: Kind, pattern = /./) {
  return z
    .union([z.string(), z.number()], kind(name))
    .transform((value) => String(value).trim())
    .refine((value) => pattern.test(value), kind(name));
}

export function duration(
  name: 'duration' | 'someTime' | 'hookTimeout' | 'notifyTimeout',
  mostMs = LONGEST_MS,
) {
  const leastMs = name === 'duration' ? 0 : 1;
  return text(name)
    .refine((value) => {
      const ms = parseDuration(value);
      return ms !== null && ms >= leastMs && ms <= mostMs;
    }, kind(name))
    .transform((value) => parseDuration(value) ?? 0);
}

export function wholeNumber(name: Kind, least: number, most = Number.MAX_SAFE_INTEGER) {
  return z.int(kind(name)).min(least, kind(name)).max(most, kind(name));
}

export const amount = text('limit').transform((value, context): Amount => {
  const read = readAmount(value);
  if (read !== null) return read;
  context.addIssue({ code: 'custom', message: 'limit', input: value });
  return z.NEVER;
});

export const take = text('take').transform((value, context): Amount | 'rest' => {
  if (value === 'rest') return value;
  const read = readAmount(value);
  if (read !== null && Object.values(read).some((many) => many > 0)) return read;
  context.addIssue({ code: 'custom', message: 'take', input: value });
  return z.NEVER;
});

function readAmount(text: string): Amount | null {
  if (/^\d{1,9}$/.test(text)) return { count: Number(text) };
  // Two decimals at most, so that shares can be computed in whole hundredths.
  const percent = /^(\d{1,3}(?:\.\d{1,2})?)\s*%$/.exec(text)?.[1];
  return percent !== undefined && Number(percent) <= 100 ? { percent: Number(percent) } : null;
}

/**
 * Reads a field by the schema that was chosen by the field's look, so that a mistake in one kind is
 * not told as a mistake in all of them. For a `transform`.
 */
export function readBy<T>(schema: z.ZodType<T>, given: unknown, context: z.RefinementCtx): T {
  const { data, error } = schema.safeParse(given, { reportInput: true });
  for (const { input, ...issue } of error?.issues ?? []) {
    // Named even if undefined: else the whole field would be taken for what is missing.
    context.addIssue({ ...issue, input } as z.core.$ZodRawIssue);
  }
  return data ?? z.NEVER;
}

/**
 * Reads one section by its schema. `data` is null if anything was wrong; `wrong` then holds the
 * names of its fields that were, so that the others can still be judged.
 */
export function check<T extends z.ZodType>(schema: T, value: unknown, at: string) {
  const read = schema.safeParse(value, { reportInput: true });
  const issues = read.error?.issues ?? [];
  const wrong = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' && issue.path.length === 0
      ? issue.keys
      : issue.path.slice(0, 1).map(String),
  );
  return {
    data: read.success ? read.data : null,
    wrong: new Set(wrong),
    problems: issues.flatMap((issue) => toProblems(issue, at)),
  };
}

function toProblems(issue: z.core.$ZodIssue, at: string): readonly Problem[] {
  const path = issue.path.reduce(pathTo, at);
  if (issue.code === 'unrecognized_keys') {
    // A key that is there already is not what another was meant to be.
    const known = issue.message.split(' ').filter((key) => !(key in Object(issue.input)));
    return issue.keys.map((key) => ({
      path: pathTo(path, key),
      message: 'unknown key',
      suggestion: meant(key, known),
    }));
  }
  // Every field has its kind; should one be forgotten, zod's own words are better than none.
  const words: Words = Object.hasOwn(KINDS, issue.message)
    ? KINDS[issue.message as Kind]
    : { is: `right (${issue.message})`, example: null };
  const { is, example, isPrivate = false } = words;
  const such = example === null ? '' : `such as ${example}`;
  if (issue.input === undefined) {
    return [{ path, message: 'is missing', suggestion: such ? `${is}, ${such}` : is }];
  }
  // A mapping or a list of the right kind is not what is wrong: something in it is.
  const isWithin = typeof issue.input === 'object' && /custom|too_small/.test(issue.code ?? '');
  const message = `must be ${is}${isWithin || isPrivate ? '' : `, not ${shown(issue.input)}`}`;
  return [{ path: path || 'plan', message, suggestion: such || null }];
}

function pathTo(at: string, key: PropertyKey): string {
  if (typeof key === 'number') return `${at}[${key}]`;
  return at === '' ? String(key) : `${at}.${String(key)}`;
}

/** A value in a message: short, and of a structure only what it is. */
export function shown(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (isMapping(value)) return 'a mapping';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
