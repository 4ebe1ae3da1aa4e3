import { meant } from '../rollout/did-you-mean';
import { parsePlan, type PlanFiles } from '../rollout/plan';
import { problem, type Problem } from '../rollout/problem';
import { FAMILIES, type FamilyName } from '../rollout/upgrade';
import { ABOUT, planText, type NewPlan, type NewTargets } from './init-plan';

/** What is known of a new plan; what is wrong in it, `wrongIn` tells. */
export type Answers = Partial<NewPlan>;

/** What each part is called where it is given as a flag. */
export const FLAGS = {
  family: '--family',
  versions: '--to',
  name: '--name',
  projectId: '--project-id',
  region: '--region',
  targets: '--target',
} as const satisfies Record<keyof NewPlan, string>;

/** Reads a family; else what is wrong with it. */
export function readFamily(given: string): FamilyName | Problem {
  const family = FAMILIES.find((known) => known === given);
  if (family !== undefined) return family;
  return problem(FLAGS.family, `no family is called "${given}"`, meant(given, FAMILIES));
}

/** Which parts are still to be told. */
export function missingIn(answers: Answers): readonly (keyof NewPlan)[] {
  const { family } = answers;
  const takes = family === undefined ? 'none' : ABOUT[family].versions;
  const needsVersions = takes === 'one' || takes === 'several';
  const needed = ['family', 'versions', 'name', 'projectId', 'region', 'targets'] as const;
  return needed.filter((part) => {
    return answers[part] === undefined && (part !== 'versions' || needsVersions);
  });
}

/**
 * What is wrong in what is known, judged as the plan that it would be: so an answer is right here and
 * only here if the plan with it is. The paths are flags.
 */
export function wrongIn(answers: Answers, files: PlanFiles): readonly Problem[] {
  const { family = 'dcs-instance', versions = [] } = answers;
  const { versions: takes } = ABOUT[family];
  const counts = [
    ...(takes === 'none' && versions.length > 0
      ? [problem(FLAGS.versions, 'kernels always go to the newest version', 'leave it out')]
      : []),
    ...(takes !== 'several' && versions.length > 1
      ? [problem(FLAGS.versions, 'one version is wanted here', null)]
      : []),
  ];
  const plan: NewPlan = {
    family,
    versions: answers.versions ?? FILLERS_TO[takes],
    name: answers.name ?? 'plan',
    projectId: answers.projectId ?? '0'.repeat(32),
    region: answers.region ?? 'cn-north-4',
    // A plan that finds its targets needs no id.
    targets: answers.targets ?? { kind: 'discover' },
  };
  const { problems } = parsePlan(planText(plan, 1), files);
  const wrong = problems.flatMap((each) => {
    const part = partOf(each.path);
    if (answers[part] === undefined) return [];
    return [part === 'targets' ? ofTargets(each, plan.targets) : { ...each, path: FLAGS[part] }];
  });
  return [...counts, ...wrong];
}

function ofTargets(found: Problem, targets: NewTargets): Problem {
  if (targets.kind !== 'ids') return { ...found, path: `--file ${found.path}` };
  const i = /^targets\[(\d+)\]/.exec(found.path)?.[1];
  const path = [FLAGS.targets, targets.ids[Number(i ?? -1)]].join(' ').trim();
  const isWithoutProxy = found.path.endsWith('.proxyId') && found.message === 'is missing';
  if (isWithoutProxy) return problem(path, 'says no proxy', 'instance/proxy, both ids');
  const isProxyToo = found.path.endsWith('.proxyId') && found.message.startsWith('does not');
  if (isProxyToo) return problem(path, found.message, "the instance's id alone");
  return { ...found, path };
}

/** The plan, once nothing is missing in it. */
export function wholePlan(answers: Answers): NewPlan | null {
  const { family, versions = [], name, projectId, region, targets } = answers;
  if (missingIn(answers).length > 0 || family === undefined || name === undefined) return null;
  if (projectId === undefined || region === undefined || targets === undefined) return null;
  return { family, versions, name, projectId, region, targets };
}

/** A whole plan's text. It has been judged by {@link wrongIn}. */
export function textOf(plan: NewPlan, files: PlanFiles): string {
  const { targets } = plan;
  if (targets.kind === 'discover') return planText(plan, null);
  const parsed = parsePlan(planText(plan, 1), files).plan;
  return planText(plan, parsed?.targets.length ?? null);
}

// Stand for what is not known yet.
const FILLERS_TO = { one: ['1.0'], none: [], several: ['1.0'], maybe: [] } as const;

function partOf(path: string): keyof NewPlan {
  if (path === 'name' || path === 'projectId' || path === 'region') return path;
  return path.startsWith('upgrades.') ? 'versions' : 'targets';
}
