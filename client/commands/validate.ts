import type { Command } from 'commander';
import type { ClientConfig } from '../config';
import { targetsWords } from '../discover-words';
import { EXIT, type ExitCode } from '../exit-codes';
import { createOutput } from '../output';
import { checkPlan, freezeOffline, problemLines } from '../plan-file';
import { JSON_FLAG, withExamples, type Session } from '../session';
import { counted } from '../words';

interface Options {
  readonly json?: boolean;
}

export function addValidate(program: Command, session: Session): void {
  const command = program
    .command('validate')
    .description('check a plan file and say everything that is wrong with it; uses no server')
    .argument('<plan>', 'the plan file')
    .option(...JSON_FLAG)
    .action((path: string, options: Options) => {
      session.exitCode = validate(session.config, path, options);
    });
  withExamples(command, 'upwave validate plan.yaml');
}

function validate(config: ClientConfig, path: string, options: Options): ExitCode {
  const output = createOutput(config, options);
  const { plan, problems } = checkPlan(path);
  if (!plan || problems.length > 0) {
    output.problem(problemLines(path, problems).join('\n'));
    output.document({ valid: false, problems });
    return EXIT.usage;
  }

  const { waves, unmatched } = freezeOffline(plan, new Date());
  const left =
    unmatched.length > 0 ? `; no wave matches ${counted(unmatched.length, 'target')}` : '';
  const planned = `${targetsWords(plan)}, ${counted(waves.length, 'wave')}`;
  output.result(`${path} is a valid plan: ${plan.name}, ${planned}${left}.`);
  output.document({
    valid: true,
    problems: [],
    name: plan.name,
    targets: plan.targets.length,
    discover: plan.discover?.map(({ at }) => at) ?? [],
    waves: waves.map(({ name, targets }) => ({ name, targets: targets.length })),
    unmatched: unmatched.length,
  });
  return EXIT.done;
}
