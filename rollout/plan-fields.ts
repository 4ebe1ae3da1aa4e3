import { z } from 'zod';
import { meant } from './did-you-mean';
import { parseDuration } from './duration';
import { KINDS, type Kind, type Words } from './plan-kinds';
import type { Problem } from './problem';
import { isMapping } from './targets-file';

/** How many, as the plan says it: `3` or `2.5%` of something. */
export type Amount = { readonly count: number } | { readonly percent: number };

// A year: longer ones are slips, and Temporal refuses timers beyond a century.
const LONGEST_MS = 365 * 86_400_000;

const ANY_TIME = /^\d+(\.\d+)?(ms|s|m|h|d)$/;
const SOME_TIME = /^(?=.*[1-9])\d+(\.\d+)?(ms|s|m|h|d)$/;

export function kind(name: Kind): { readonly error: Kind } {
  return { error: name };
}

/**
 * A mapping that refuses keys it does not know and names those it does. `words` says of each key what
 * it is for, to whoever writes a plan in an editor.
 */
export function section<T extends Readonly<Record<string, z.ZodType>>>(
  shape: T,
  words: Readonly<Record<keyof T, string>>,
) {
  const known = Object.keys(shape).join(' ');
  const error = ({ code }: { readonly code: string }) =>
    code === 'unrecognized_keys' ? known : 'section';
  const wordsOf: Readonly<Record<string, string | undefined>> = words;
  const described = Object.entries(shape).map(([key, field]) => {
    return [key, field.describe(wordsOf[key] ?? '')];
  });
  return z.strictObject(Object.fromEntries(described) as T, { error });
}

// What is chosen inside a transform cannot be seen in the schema.
const choices = new WeakMap<z.core.$ZodType, readonly z.ZodType[]>();

/**
 * A field that is read by one of several schemas, which `read` chooses by the field's look (with
 * {@link readBy}), so that a mistake in one kind is not told as a mistake in all of them.
 */
export function choice<T>(
  of: readonly z.ZodType[],
  read: (value: unknown, context: z.RefinementCtx) => T,
) {
  const field = z.unknown().transform(read);
  choices.set(field, of);
  return field;
}

/** The schemas of a {@link choice}; none for any other field. */
export function choicesOf(field: z.core.$ZodType): readonly z.ZodType[] {
  return choices.get(field) ?? [];
}

// YAML reads a label `1` or a version `2.26` as a number; whoever wrote it meant the text.
export function text(name: Kind, pattern = /\S/) {
  const mayBeNumber = pattern.test('12') || pattern.test('1.2');
  const type = mayBeNumber ? ['string' as const, 'number' as const] : 'string';
  return z
    .union([z.string(), z.number()], kind(name))
    .meta({ type, ...said(name, pattern) })
    .transform((value) => String(value).trim())
    .refine((value) => pattern.test(value), kind(name));
}

/** For editors: what a text of this kind looks like, and the words when it does not. */
export function said(name: Kind, pattern: RegExp) {
  const { is, example }: Words = KINDS[name];
  const words = `must be ${is}${example === null ? '' : `, such as ${example}`}`;
  return { pattern: pattern.source, patternErrorMessage: words };
}

export function duration(
  name: 'duration' | 'someTime' | 'hookTimeout' | 'notifyTimeout',
  mostMs = LONGEST_MS,
) {
  const leastMs = name === 'duration' ? 0 : 1;
  const pattern = leastMs > 0 ? SOME_TIME : ANY_TIME;
  return text(name)
    .meta({ type: 'string', ...said(name, pattern) })
    .refine((value) => {
      const ms = parseDuration(value);
      return ms !== null && ms >= leastMs && ms <= mostMs;
    }, kind(name))
    .transform((value) => parseDuration(value) ?? 0);
}

export function wholeNumber(name: Kind, least: number, most = Number.MAX_SAFE_INTEGER) {
  return z.int(kind(name)).min(least, kind(name)).max(most, kind(name));
}

const PERCENT = '0*(100(\\.0{1,2})?|\\d{1,2}(\\.\\d{1,2})?)\\s*%';
const LIMIT = new RegExp(`^(\\d{1,9}|${PERCENT})$`);
const TAKE = new RegExp(`^(rest|(?=.*[1-9])(\\d{1,9}|${PERCENT}))$`);

export const amount = amountText('limit', LIMIT, 0).transform((value, context): Amount => {
  const read = readAmount(value);
  if (read !== null) return read;
  context.addIssue({ code: 'custom', message: 'limit', input: value });
  return z.NEVER;
});

export const take = amountText('take', TAKE, 1).transform((value, context): Amount | 'rest' => {
  if (value === 'rest') return value;
  const read = readAmount(value);
  if (read !== null && Object.values(read).some((many) => many > 0)) return read;
  context.addIssue({ code: 'custom', message: 'take', input: value });
  return z.NEVER;
});

function amountText(name: 'limit' | 'take', pattern: RegExp, minimum: number) {
  return text(name).meta({ type: ['string', 'integer'], minimum, ...said(name, pattern) });
}

function readAmount(text: string): Amount | null {
  if (/^\d{1,9}$/.test(text)) return { count: Number(text) };
  // Two decimals at most, so that shares can be computed in whole hundredths.
  const percent = /^(\d{1,3}(?:\.\d{1,2})?)\s*%$/.exec(text)?.[1];
  return percent !== undefined && Number(percent) <= 100 ? { percent: Number(percent) } : null;
}

/** Reads a field by the schema that was chosen, in a {@link choice}. */
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
