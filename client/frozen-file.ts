import { createHash } from 'node:crypto';
import type { FrozenPlan } from '../rollout/frozen-plan';
import { PersonError } from './errors';
import { EXIT } from './exit-codes';
import { frozenPlanSchema } from '../rollout/frozen-plan-schema';

/** A frozen plan with the hash by which a change to its file shows. */
export interface HashedPlan extends FrozenPlan {
  /** SHA-256 of all else, in hexadecimal digits; null for one that was made without the cloud. */
  readonly hash: string | null;
}

/** The hash of a frozen plan: SHA-256 of its JSON with sorted keys, without white space. */
export function hashOf(frozen: FrozenPlan): string {
  return createHash('sha256').update(canonicalJson(frozen)).digest('hex');
}

/** The first digits of a hash: enough for a person to tell two plans apart. */
export function shortHash(hash: string): string {
  return hash.slice(0, 12);
}

/** JSON in which the order of keys says nothing: equal values have equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isRecord(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/**
 * The frozen plan that a file holds; null if it holds something else. Throws words (exit code 2) for
 * one that was changed, cut, made offline, or written by an older upwave.
 */
export function asFrozen(
  text: string,
  path: string,
): { readonly frozen: FrozenPlan; readonly hash: string } | null {
  const value = frozenLike(text);
  if (value === null) return null;
  const { hash, ...plan } = value;
  // What `plan --json` shows beside the plan is no part of it.
  const rest = Object.fromEntries(Object.entries(plan).filter(([key]) => key !== 'forecast'));
  if (hash === null) {
    throw refusal(path, 'was made offline: it holds no versions, and no windows');
  }
  const read = frozenPlanSchema.safeParse(rest);
  if (typeof hash !== 'string' || !read.success) {
    const issues = read.error?.issues ?? [];
    const wrong = [
      ...(typeof hash === 'string' ? [] : ['hash']),
      ...issues.slice(0, MOST_SHOWN).map((issue) => issue.path.join('.') || 'all of it'),
      ...(issues.length > MOST_SHOWN ? ['and more'] : []),
    ].join(', ');
    const why = `looks like a frozen plan, but ${wrong} cannot be read: it was cut, or another version of upwave wrote it`;
    throw refusal(path, why);
  }
  const frozen = rest as unknown as FrozenPlan;
  if (hashOf(frozen) === hash) return { frozen, hash };
  throw refusal(path, 'was changed after upwave wrote it: its hash is not that of its content');
}

const MOST_SHOWN = 10;

function frozenLike(text: string): Readonly<Record<string, unknown>> | null {
  if (!text.trimStart().startsWith('{')) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) && 'frozenAt' in value ? value : null;
  } catch {
    // Not JSON: YAML may begin so too, and its reader says what is wrong.
    return null;
  }
}

function refusal(path: string, why: string): PersonError {
  return new PersonError(
    `${path} ${why}. Nothing was started. Change the plan instead, and freeze it again: upwave plan <plan> --out ${path}`,
    EXIT.usage,
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
