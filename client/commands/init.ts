import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Command } from 'commander';
import type { PlanFiles } from '../../rollout/plan';
import { planSchemaText } from '../../rollout/plan-json-schema';
import { problem, type Problem } from '../../rollout/problem';
import { FAMILIES } from '../../rollout/upgrade';
import { newAsker } from '../ask';
import { PersonError } from '../errors';
import { EXIT, type ExitCode } from '../exit-codes';
import { outProblems, writeOut } from '../files';
import { flagLines } from '../flag-problems';
import { FLAGS, missingIn, readFamily, textOf, wrongIn, type Answers } from '../init-answers';
import { SCHEMA_FILE, type NewPlan, type NewTargets } from '../init-plan';
import { askMissing } from '../init-questions';
import { wrap } from '../layout';
import { createOutput, terminalWidth, type Output } from '../output';
import { checkPlan, problemLines } from '../plan-file';
import { withExamples, type Session } from '../session';

interface Options {
  readonly family?: string;
  readonly to?: readonly string[];
  readonly name?: string;
  readonly projectId?: string;
  readonly region?: string;
  readonly target?: readonly string[];
  readonly file?: string;
  readonly discover?: boolean;
  readonly out: string;
  readonly force?: boolean;
}

export function addInit(program: Command, session: Session): void {
  const command = program
    .command('init')
    .description('write a plan that validates; asks on a terminal for what no flag says')
    .option('--family <family>', `what is upgraded: ${FAMILIES.join(', ')}`)
    .option('--to <version...>', 'the version to go to; of hot patches, all of them')
    .option('--name <name>', 'what the plan is called')
    .option('--project-id <id>', 'the project')
    .option('--region <region>', 'its region')
    .option('--target <id...>', "the instances' ids; of proxies, instance/proxy")
    .option('--file <file>', 'or a CSV or JSON file of targets (upwave discover writes one)')
    .option('--discover', 'or all that there is, looked for each time the plan is read')
    .option('--out <file>', 'where it is written', 'plan.yaml')
    .option('--force', 'write over a file that is there')
    .action(async (options: Options) => {
      session.exitCode = await init(createOutput(session.config, {}), options);
    });
  withExamples(
    command,
    'upwave init',
    'upwave init --family dcs-instance --name caches-november --project-id 0483b6b16e954cb88930a360d2c4e663 --region cn-north-4 --file caches.csv',
  );
}

async function init(output: Output, options: Options): Promise<ExitCode> {
  const { out } = options;
  const folder = dirname(resolve(out));
  const files: PlanFiles = { readFile: (name) => readFileSync(resolve(folder, name), 'utf8') };
  const answers = answersOf(options, folder, files);
  const schema = join(dirname(out), SCHEMA_FILE);
  refuseToOverwrite(out, schema, options);
  const plan = await complete(answers, { files, folder });

  const text = textOf(plan, files);
  const { plan: parsed, problems } = checkPlan(out, text);
  if (parsed === null) throw new PersonError(problemLines(out, problems).join('\n'));
  writeOut(out, text);
  writeOut(schema, planSchemaText());
  output.result(`Written to ${out}. Editors complete and check it by ${schema}.
Read it, and then:
  upwave validate ${out}   after each change
  upwave plan ${out}       what it would do; needs a worker, changes nothing`);
  return EXIT.done;
}

/** What the flags say. Throws a usage error with every mistake. */
function answersOf(options: Options, folder: string, files: PlanFiles): Answers {
  const { family, to, name, projectId, region, target, file, discover, out } = options;
  const read = family === undefined ? undefined : readFamily(family);
  const given: readonly (NewTargets | undefined)[] = [
    target && { kind: 'ids', ids: target },
    file === undefined ? undefined : { kind: 'file', file: fromFolder(folder, file) },
    discover ? { kind: 'discover' } : undefined,
  ];
  const [targets, ...more] = given.filter((each) => each !== undefined);
  const answers: Answers = {
    ...(typeof read === 'string' && { family: read }),
    ...(to !== undefined && { versions: to }),
    ...(name !== undefined && { name }),
    ...(projectId !== undefined && { projectId }),
    ...(region !== undefined && { region }),
    ...(targets !== undefined && { targets }),
  };
  const missing = process.stdin.isTTY ? [] : missingIn(answers);
  const wrong: readonly Problem[] = [
    ...(typeof read === 'object' ? [read] : []),
    // Of an unknown family nothing is known of versions and ids.
    ...wrongIn(typeof read === 'object' ? { name, projectId, region } : answers, files),
    ...(more.length > 0
      ? [problem('--target, --file, --discover', 'do not go together', 'say one of them')]
      : []),
    ...(/\.ya?ml$/i.test(out)
      ? []
      : [problem('--out', `"${out}" is no name for YAML`, 'a name that ends in .yaml')]),
    ...outProblems([out]),
    ...missing
      .filter((part) => part !== 'family' || read === undefined)
      .map((part) => problem(nameOf(part), 'is missing', null)),
  ];
  if (wrong.length === 0) return answers;
  const why = missing.length > 0 ? '\nThere is no terminal to ask on.' : '';
  throw new PersonError(`${flagLines(wrong)}${why}\nNothing was written.`, EXIT.usage);
}

function nameOf(part: keyof NewPlan): string {
  return part === 'targets' ? '--target, --file or --discover' : FLAGS[part];
}

async function complete(
  answers: Answers,
  { files, folder }: { readonly files: PlanFiles; readonly folder: string },
): Promise<NewPlan> {
  const width = terminalWidth(process.stderr);
  const asker = newAsker();
  try {
    const plan = await askMissing(answers, {
      asker,
      files,
      tell: (words) => void process.stderr.write(`${wrap(`- ${words}`, width, 2).join('\n')}\n`),
      fromPlan: (file) => fromFolder(folder, file),
    });
    if (plan !== null) return plan;
  } finally {
    asker.close();
  }
  throw new PersonError('\nNothing was written.');
}

/** A plan names its files relative to itself, on every machine alike. */
function fromFolder(folder: string, file: string): string {
  return relative(folder, resolve(file)).split(sep).join('/');
}

function refuseToOverwrite(out: string, schema: string, { force }: Options): void {
  if (force) return;
  const isOurs = (path: string) => readFileSync(path, 'utf8').includes('"A plan of upwave"');
  const taken = existsSync(out) ? out : existsSync(schema) && !isOurs(schema) ? schema : null;
  if (taken === null) return;
  throw new PersonError(
    `${taken} is there already. Nothing was written. Another name: --out; write over it: --force.`,
    EXIT.usage,
  );
}
