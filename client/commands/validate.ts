import type { Command } from 'commander';
import type { FrozenPlan } from '../../rollout/frozen-plan';
import { problem, type Problem } from '../../rollout/problem';
import type { ClientConfig } from '../config';
import { targetsWords } from '../discover-words';
import { PersonError } from '../errors';
import { EXIT, type ExitCode } from '../exit-codes';
import { asFrozen, shortHash } from '../frozen-file';
import { createOutput } from '../output';
import { checkPlan, freezeOffline, problemLines, readText } from '../plan-file';
import { JSON_FLAG, withExamples, type Session } from '../session';
import { counted, targetsIn } from '../words';

interface Options {
  readonly json?: boolean;
}

export function addValidate(program: Command, session: Session): void {
  const command = program
    .command('validate')
    .description('check a plan file and say everything that is wrong with it; uses no server')
    .argument('<plan>', 'the plan file, or a frozen plan that `upwave plan --out` wrote')
    .option(...JSON_FLAG)
    .action((path: string, options: Options) => {
      session.exitCode = validate(session.config, path, options);
    });
  withExamples(command, 'upwave validate plan.yaml');
}

function validate(config: ClientConfig, path: string, options: Options): ExitCode {
  const output = createOutput(config, options);
  const checked = check(path);
  if (checked.kind === 'wrong') {
    output.problem(checked.words);
    output.document({ valid: false, problems: checked.problems });
    return EXIT.usage;
  }

  const { frozen, hash, discover } = checked;
  const { name, waves, unmatched } = frozen;
  const left =
    unmatched.length > 0 ? `; no wave matches ${counted(unmatched.length, 'target')}` : '';
  const planned = `${name}, ${checked.targets}, ${counted(waves.length, 'wave')}`;
  const which = hash === null ? '' : `, hash ${shortHash(hash)}`;
  output.result(`${path} is a valid ${checked.kind}: ${planned}${which}${left}.`);
  output.document({
    valid: true,
    problems: [],
    name,
    hash,
    targets: countTargets(frozen),
    discover,
    waves: waves.map((wave) => ({ name: wave.name, targets: wave.targets.length })),
    unmatched: unmatched.length,
  });
  return EXIT.done;
}

type Checked =
  | { readonly kind: 'wrong'; readonly words: string; readonly problems: readonly Problem[] }
  | {
      readonly kind: 'plan' | 'frozen plan';
      readonly frozen: FrozenPlan;
      /** Null for a plan as it was written. */
      readonly hash: string | null;
      /** How many there are, in words. */
      readonly targets: string;
      /** Where those stand that are not known yet. */
      readonly discover: readonly string[];
    };

function check(path: string): Checked {
  const text = readText(path);
  try {
    const read = asFrozen(text, path);
    if (read !== null) {
      const targets = counted(countTargets(read.frozen), 'target');
      return { kind: 'frozen plan', ...read, targets, discover: [] };
    }
  } catch (error) {
    if (!(error instanceof PersonError)) throw error;
    // A frozen plan that was changed: it is made anew, not corrected field by field.
    return { kind: 'wrong', words: error.message, problems: [problem('', error.message, null)] };
  }

  const { plan, problems } = checkPlan(path, text);
  if (!plan || problems.length > 0) {
    return { kind: 'wrong', words: problemLines(path, problems).join('\n'), problems };
  }
  return {
    kind: 'plan',
    frozen: freezeOffline(plan, new Date()),
    hash: null,
    targets: targetsWords(plan),
    discover: plan.discover?.map(({ at }) => at) ?? [],
  };
}

function countTargets({ waves, unmatched }: FrozenPlan): number {
  return targetsIn(waves) + unmatched.length;
}
