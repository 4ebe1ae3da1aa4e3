import { z } from 'zod';
import { parseDuration } from './duration';
import { meant } from './plan-rules';
import { isMapping, type Problem } from './targets-file';
import type { FamilyName } from './upgrade';

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
  concurrency: { is: 'a whole number of at least 1', example: '4' },
  limit: { is: 'a whole number, or a percentage of at most 100%', example: '3 or 5%' },
  take: {
    is: 'a whole number of at least 1, a percentage above 0% and of at most 100%, or rest',
    example: '10, 30% or rest',
  },
  match: { is: 'a text or a list of texts', example: 'canary or [canary, pilot]' },
  dotted: { is: 'a dotted version', example: '2.26.03.000' },
  dottedList: { is: 'a list of dotted versions', example: '[3.208.0.6, 3.208.0.7]' },
  pollingMin: { is: 'no longer than polling.max', example: 'min: 10s, max: 60s' },
  settleFor: { is: 'no longer than reconcileFor', example: 'settleFor: 60s, reconcileFor: 30m' },
  cacheVersion: { is: 'a dotted version or latest', example: '5.0.14.1 or latest' },
} as const satisfies Record<string, { readonly is: string; readonly example: string | null }>;

type Kind = keyof typeof KINDS;

/** How many, as the plan says it: `3` or `2.5%` of something. */
export type Amount = { readonly count: number } | { readonly percent: number };

// A year: longer ones are slips, and Temporal refuses timers beyond a century.
const LONGEST_MS = 365 * 86_400_000;

function kind(name: Kind): { readonly error: Kind } {
  return { error: name };
}

/** A mapping that refuses keys it does not know and names those it does. */
function section<T extends z.ZodRawShape>(shape: T) {
  const known = Object.keys(shape).join(' ');
  const error = ({ code }: { readonly code: string }) =>
    code === 'unrecognized_keys' ? known : 'section';
  return z.strictObject(shape, { error });
}

// YAML reads a label `1` or a version `2.26` as a number; whoever wrote it meant the text.
function text(name: Kind, pattern = /./) {
  return z
    .union([z.string(), z.number()], kind(name))
    .transform((value) => String(value).trim())
    .refine((value) => pattern.test(value), kind(name));
}

function duration(name: 'duration' | 'someTime') {
  const leastMs = name === 'someTime' ? 1 : 0;
  return text(name)
    .refine((value) => {
      const ms = parseDuration(value);
      return ms !== null && ms >= leastMs && ms <= LONGEST_MS;
    }, kind(name))
    .transform((value) => parseDuration(value) ?? 0);
}

function wholeNumber(name: Kind, least: number, most = Number.MAX_SAFE_INTEGER) {
  return z.int(kind(name)).min(least, kind(name)).max(most, kind(name));
}

const amount = text('limit').transform((value, context): Amount => {
  const read = readAmount(value);
  if (read !== null) return read;
  context.addIssue({ code: 'custom', message: 'limit', input: value });
  return z.NEVER;
});

const take = text('take').transform((value, context): Amount | 'rest' => {
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

/** Null is no limit. */
const limit = amount.nullable().default(null);

const label = z
  .union([z.string(), z.number(), z.boolean()], kind('text'))
  .transform((value) => String(value).trim());

/** Labels, on a target or on a file's entry. */
export const labels = z.record(z.string(), label, kind('section')).default({});

const optionalText = text('text').nullable().default(null);

/** A target as it stands in the plan or in a row of a file. Its ids are judged in `plan-rules.ts`. */
export const targetSchema = section({
  upgrade: text('text'),
  instanceId: text('text'),
  proxyId: optionalText,
  name: optionalText,
  az: optionalText,
  labels,
});

/** An entry of `targets` that stands for the rows of a file. */
export const fileSchema = section({ upgrade: optionalText, file: text('text'), labels });

const common = {
  expect: duration('someTime').nullable().default(null),
  followFor: duration('someTime').prefault('6h'),
};

function upgrade<F extends FamilyName, T extends z.ZodRawShape>(family: F, shape: T) {
  return section({ family: z.literal(family), ...common, ...shape });
}

function toUpgrade<T extends { readonly expect: number | null; readonly followFor: number }>(
  fields: T,
) {
  const { expect: expectMs, followFor: followForMs, ...own } = fields;
  return { ...own, expectMs, followForMs };
}

const dotted = text('dotted', /^\d+(\.\d+)+$/);
const cacheVersion = text('cacheVersion', /^(\d+(\.\d+)+|latest)$/)
  .nullable()
  .default(null);

/** The parameters of each family. */
export const upgradeSchemas = {
  'taurusdb-proxy': upgrade('taurusdb-proxy', { targetVersion: dotted }).transform(toUpgrade),
  'taurusdb-instance': upgrade('taurusdb-instance', {
    delay: z.boolean(kind('flag')).default(false),
  }).transform(toUpgrade),
  'gaussdb-hotfix': upgrade('gaussdb-hotfix', {
    targetVersions: z.array(dotted, kind('dottedList')).min(1, kind('dottedList')),
    startAfter: duration('duration').prefault('1m'),
  }).transform(({ startAfter: startAfterMs, ...fields }) => ({
    ...toUpgrade(fields),
    startAfterMs,
  })),
  'dcs-instance': upgrade('dcs-instance', {
    engineMinorVersion: cacheVersion,
    proxyMinorVersion: cacheVersion,
  }).transform(toUpgrade),
} as const satisfies Record<FamilyName, z.ZodType>;

/** The budget of a wave: no unknown outcome, the others without limit, unless the plan says else. */
const waveBudget = section({
  rejected: limit,
  failed: limit,
  unknown: amount.nullable().prefault(0),
}).prefault({});

const choice = z
  .union([label, z.array(label).min(1, kind('match'))], kind('match'))
  .transform((value) => (typeof value === 'string' ? [value] : value));

/** One wave. `match` holds the values of which a target must have any, for each of its keys. */
export const waveSchema = section({
  name: text('name', /^[A-Za-z0-9][A-Za-z0-9-]{0,59}$/),
  match: z.record(z.string(), choice, kind('section')).nullable().default(null),
  take: take.nullable().default(null),
  concurrency: wholeNumber('concurrency', 1).default(1),
  budget: waveBudget,
});

/** A wave as the plan says it; which targets it gets, `waves.ts` decides. */
export type PlanWave = z.infer<typeof waveSchema>;

function attempts(retries: number, after: string) {
  return section({
    retries: wholeNumber('retries', 0, 100).default(retries),
    after: duration('duration').prefault(after),
  })
    .transform(({ retries, after: afterMs }) => ({ retries, afterMs }))
    .prefault({});
}

const unknownAnswers = section({
  reconcileFor: duration('someTime').prefault('30m'),
  settleFor: duration('someTime').prefault('60s'),
})
  .transform((given) => ({ reconcileForMs: given.reconcileFor, settleForMs: given.settleFor }))
  // Else a lost answer would be called unknown before its absence could prove anything.
  .refine((given) => given.settleForMs <= given.reconcileForMs, {
    ...kind('settleFor'),
    path: ['settleFor'],
  })
  .prefault({});

// A bound that the plan does not give moves out of the way of the one that it gives.
const polling = section({
  min: duration('someTime').optional(),
  max: duration('someTime').optional(),
})
  .transform(({ min, max }) => ({
    minMs: min ?? Math.min(10_000, max ?? 10_000),
    maxMs: max ?? Math.max(60_000, min ?? 60_000),
  }))
  .refine(({ minMs, maxMs }) => minMs <= maxMs, { ...kind('pollingMin'), path: ['min'] })
  .prefault({});

/** Everything outside upgrades, targets and waves, which are read one by one. */
export const headSchema = section({
  version: z.literal(1, kind('version')),
  name: text('name', /^[A-Za-z0-9][A-Za-z0-9-]{0,59}$/),
  projectId: text('projectId', /^[A-Za-z0-9]{32}$/),
  // Part of a host name: nothing that could lead elsewhere.
  region: text('region', /^[a-z0-9]+(-[a-z0-9]+)*$/),
  upgrades: z
    .record(z.string(), z.unknown(), kind('section'))
    .refine((upgrades) => Object.keys(upgrades).length > 0, kind('someUpgrades')),
  targets: z.array(z.unknown(), kind('list')).min(1, kind('someTargets')),
  waves: z.array(z.unknown(), kind('list')).min(1, kind('someWaves')).optional(),
  budget: section({ rejected: limit, failed: limit, unknown: limit }).prefault({}),
  polling,
  recovery: section({
    rejected: attempts(2, '5m'),
    failed: attempts(1, '15m'),
    unknown: unknownAnswers,
  }).prefault({}),
  busy: section({ waitFor: duration('duration').prefault('2h') })
    .transform(({ waitFor }) => ({ waitForMs: waitFor }))
    .prefault({}),
});

/** The plan outside upgrades, targets and waves. */
export type PlanHead = Omit<z.infer<typeof headSchema>, 'upgrades' | 'targets' | 'waves'>;

/** How many outcomes there may be, before percentages are turned into numbers. */
export type PlanBudget = PlanHead['budget'];

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
  const { is, example } = Object.hasOwn(KINDS, issue.message)
    ? KINDS[issue.message as Kind]
    : { is: `right (${issue.message})`, example: null };
  const such = example === null ? '' : `such as ${example}`;
  if (issue.input === undefined) {
    return [{ path, message: 'is missing', suggestion: such ? `${is}, ${such}` : is }];
  }
  // A mapping or a list of the right kind is not what is wrong: something in it is.
  const isWithin = typeof issue.input === 'object' && /custom|too_small/.test(issue.code ?? '');
  const message = `must be ${is}${isWithin ? '' : `, not ${shown(issue.input)}`}`;
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
