import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { freezePlan } from '../rollout/freeze';
import type { FrozenPlan } from '../rollout/frozen-plan';
import { parsePlan, type Plan, type Problem } from '../rollout/plan';
import { PersonError } from './errors';
import { EXIT } from './exit-codes';

/** What a file may hold that a rollout can be started with. */
export type PlanSource =
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'frozen'; readonly frozen: FrozenPlan };

/** Reads a plan, with the files it names. Throws words (exit code 2) that list every problem. */
export function readPlan(path: string): Plan {
  const source = readPlanSource(path);
  if (source.kind === 'plan') return source.plan;
  throw new PersonError(
    `${path} is a frozen plan: its targets and versions are fixed already. Here the plan as it was written is wanted. Nothing was done.`,
    EXIT.usage,
  );
}

/** Reads a plan as it was written, or a frozen one (`upwave plan --out`). Throws as {@link readPlan}. */
export function readPlanSource(path: string): PlanSource {
  const text = readText(path);
  const frozen = asFrozen(text, path);
  if (frozen) return { kind: 'frozen', frozen };

  const { plan, problems } = checkPlan(path, text);
  if (plan && problems.length === 0) return { kind: 'plan', plan };
  throw new PersonError(
    `${problemLines(path, problems).join('\n')}\nNothing was done.`,
    EXIT.usage,
  );
}

/** A plan and all that is wrong with it; `null` when it is too wrong to be one. */
export function checkPlan(path: string, text = readText(path)) {
  const folder = dirname(resolve(path));
  return parsePlan(text, { readFile: (name) => readFileSync(resolve(folder, name), 'utf8') });
}

/** Every problem with its place and with what would be right. */
export function problemLines(path: string, problems: readonly Problem[]): string[] {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return [
    `${path} has ${count}:`,
    ...problems.map(({ path: place, message, suggestion }) =>
      [`  ${place || 'plan'}: ${message}`, ...(suggestion ? [`    ${suggestion}`] : [])].join('\n'),
    ),
  ];
}

/** The frozen plan as far as it can be told without the cloud: every version is unknown. */
export function freezeOffline(plan: Plan, now: Date): FrozenPlan {
  const unread = { problem: 'not read: offline' };
  return freezePlan(
    plan,
    plan.targets.map(() => unread),
    now.toISOString(),
  );
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new PersonError(`The plan cannot be read: ${why}. Nothing was done.`, EXIT.usage, {
      cause: error,
    });
  }
}

function asFrozen(text: string, path: string): FrozenPlan | null {
  if (!text.trimStart().startsWith('{')) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Not JSON: YAML may begin so too, and its reader says what is wrong.
    return null;
  }
  if (!isRecord(value) || !('frozenAt' in value)) return null;
  const missing = missingIn(value);
  if (missing.length === 0) return value as unknown as FrozenPlan;
  throw new PersonError(
    `${path} looks like a frozen plan, but ${missing.join(', ')} cannot be read. Nothing was done. Write it again: upwave plan <plan> --out <file>`,
    EXIT.usage,
  );
}

// A program wrote it: only a file that was cut or edited by hand must be noticed.
function missingIn(value: Readonly<Record<string, unknown>>): string[] {
  const { version, name, scope, upgrades, rules, budget, waves, unmatched } = value;
  const isWave = (wave: unknown) =>
    isRecord(wave) && typeof wave.name === 'string' && Array.isArray(wave.targets);
  const checks: readonly [string, boolean][] = [
    ['version', version === 1],
    ['name', typeof name === 'string' && name !== ''],
    ['scope', isRecord(scope)],
    ['upgrades', isRecord(upgrades)],
    ['rules', isRecord(rules)],
    ['budget', isRecord(budget)],
    ['waves', Array.isArray(waves) && waves.every(isWave)],
    ['unmatched', Array.isArray(unmatched)],
  ];
  return checks.filter(([, fine]) => !fine).map(([key]) => key);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
