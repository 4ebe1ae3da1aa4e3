import type { Answer } from './errors';
import { Refusal } from './errors';

interface Kinds {
  readonly string: string;
  readonly 'string?': string | undefined;
  readonly strings: readonly string[];
  readonly 'boolean?': boolean | undefined;
  readonly objects: readonly Readonly<Record<string, unknown>>[];
  readonly any: unknown;
}

type Fields = Readonly<Record<string, keyof Kinds>>;

/** Makes a refusal out of words on what is wrong. */
export type Refuse = (detail: string) => Answer;

/** The body's fields, strictly: one that is missing, of the wrong type or unknown is refused. */
export function readBody<F extends Fields>(
  body: unknown,
  fields: F,
  refuse: Refuse,
): { readonly [K in keyof F]: Kinds[F[K]] } {
  const object = body === undefined ? {} : body;
  if (!isObject(object)) throw new Refusal(refuse('The body must be an object.'));
  const unknown = Object.keys(object).find((key) => !Object.hasOwn(fields, key));
  if (unknown !== undefined) throw new Refusal(refuse(`Unknown field "${unknown}".`));
  for (const [key, kind] of Object.entries(fields)) {
    if (!isOfKind(object[key], kind)) throw new Refusal(refuse(`Invalid field "${key}".`));
  }
  return object as { readonly [K in keyof F]: Kinds[F[K]] };
}

/** The strings under `key` of an unchecked body, itself or in its rows: for naming whom a call is about. */
export function looseIds(body: unknown, key: string, rowKey?: string): readonly string[] {
  const rows = isObject(body) ? body[key] : undefined;
  if (!Array.isArray(rows)) return [];
  const values =
    rowKey === undefined ? rows : rows.map((row) => (isObject(row) ? row[rowKey] : null));
  return values.filter((value): value is string => typeof value === 'string');
}

/** Whether the value is a JSON object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isOfKind(value: unknown, kind: keyof Kinds): boolean {
  switch (kind) {
    case 'string':
      return typeof value === 'string' && value !== '';
    case 'string?':
      return value === undefined || typeof value === 'string';
    case 'strings':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
    case 'boolean?':
      return value === undefined || typeof value === 'boolean';
    case 'objects':
      return Array.isArray(value) && value.every(isObject);
    case 'any':
      return value !== undefined;
  }
}
