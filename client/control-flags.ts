import type { BudgetLimits } from '../rollout/frozen-plan';
import { BUDGETED, type Budgeted } from '../rollout/outcome';
import type { Control } from '../workflows/messages';
import type { ClientConfig } from './config';
import { PersonError } from './errors';
import { EXIT } from './exit-codes';

/** Flags that every control takes. */
export interface ControlOptions {
  readonly reason?: string;
  readonly by?: string;
  readonly json?: boolean;
}

/** Who acts and why. Throws a usage error for words that say nothing. */
export function controlOf(config: ClientConfig, { by, reason }: ControlOptions): Control {
  return {
    by: said('--by', by ?? config.user),
    reason: reason === undefined ? null : said('--reason', reason),
  };
}

/** `<n>` of `upwave concurrency`: a whole number from 1. Throws a usage error. */
export function concurrencyOf(text: string): number {
  const limit = wholeNumber(text);
  if (limit !== null && limit > 0) return limit;
  throw usage(`${text}: how many at once is a whole number, 1 or more`);
}

/** The flags of `upwave budget`; null is no limit, and what is absent stays as it is. */
export type BudgetFlags = Readonly<Partial<Record<Budgeted, string>>>;

/** The limits that were said: whole numbers, or `none`. At least one; else a usage error. */
export function limitsOfFlags(flags: BudgetFlags): Partial<BudgetLimits> {
  const said = BUDGETED.flatMap((kind) => {
    const text = flags[kind];
    return text === undefined ? [] : [[kind, limitOf(kind, text)] as const];
  });
  if (said.length > 0) return Object.fromEntries(said);
  throw usage('What is to change? Say one or more of --failed, --rejected, --unknown');
}

/** A usage error: `words` end without a full stop. */
export function usage(words: string): PersonError {
  return new PersonError(`${words}. Nothing has changed.`, EXIT.usage);
}

function limitOf(kind: Budgeted, text: string): number | null {
  if (text === 'none') return null;
  const limit = wholeNumber(text);
  if (limit !== null) return limit;
  throw usage(`--${kind} ${text}: a limit is a whole number, 0 or more, or \`none\``);
}

function wholeNumber(text: string): number | null {
  // Longer ones are mistakes, and lose digits.
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

function said(flag: string, text: string): string {
  if (text.trim()) return text;
  throw usage(`${flag} must say something`);
}
