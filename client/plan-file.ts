import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { calendarOf, freezePlan } from '../rollout/freeze';
import type { FrozenPlan } from '../rollout/frozen-plan';
import { parsePlan, type Plan, type Problem } from '../rollout/plan';
import { wordsOf } from '../rollout/problem';
import { resolveOpenings } from '../rollout/windows';
import { PersonError } from './errors';
import { EXIT } from './exit-codes';
import { asFrozen } from './frozen-file';

/** What a file may hold that a rollout can be started with. */
export type PlanSource =
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'frozen'; readonly frozen: FrozenPlan; readonly hash: string };

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
  const read = asFrozen(text, path);
  if (read !== null) return { kind: 'frozen', ...read };

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
  const readFile = (name: string) => readFileSync(resolve(folder, name), 'utf8');
  return parsePlan(text, { readFile }, new Date().toISOString());
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
  const calendar = calendarOf(plan);
  return freezePlan(
    plan,
    plan.targets.map(() => unread),
    now.toISOString(),
    { openings: calendar && resolveOpenings(calendar, { from: now.toISOString() }), learned: {} },
  );
}

/** The text of a plan's file, or of `what` else; `notDone` is said when it cannot be read. Exit code 2. */
export function readText(
  path: string,
  notDone = 'Nothing was done.',
  what: 'plan' | 'report' = 'plan',
): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const why = wordsOf(error);
    throw new PersonError(`The ${what} cannot be read: ${why}. ${notDone}`, EXIT.usage, {
      cause: error,
    });
  }
}
