import { setTimeout as sleep } from 'node:timers/promises';
import { Argument, type Command } from 'commander';
import { bashScript } from '../completion/bash';
import { fishScript } from '../completion/fish';
import { placesOf, type Place } from '../completion/tree';
import { zshScript } from '../completion/zsh';
import { connected } from '../connected';
import { EXIT } from '../exit-codes';
import { listRollouts, planNameOf } from '../rollouts';
import { withExamples, type Session } from '../session';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } satisfies Record<
  string,
  (places: readonly Place[]) => string
>;
type Shell = keyof typeof SCRIPTS;

// Whoever presses TAB does not wait for a server that is away.
const NAMES_WITHIN_MS = 1_500;

/** The last command to be added: the scripts know those that were added before it, and itself. */
export function addCompletion(program: Command, session: Session): void {
  const shell = new Argument('<shell>', 'your shell').choices(Object.keys(SCRIPTS));
  const command = program
    .command('completion')
    .description('print a script by which your shell completes commands, options and rollouts')
    .addArgument(shell)
    .action((named: Shell) => {
      process.stdout.write(SCRIPTS[named](placesOf(program)));
      session.exitCode = EXIT.done;
    });
  withExamples(
    command,
    'source <(upwave completion bash)',
    'upwave completion zsh > ~/.zsh/completions/_upwave',
    'upwave completion fish > ~/.config/fish/completions/upwave.fish',
  );

  program
    .command('complete-rollouts', { hidden: true })
    .description('what the scripts of `completion` ask for: names of plans, or ids of rollouts')
    .argument('[begun]', 'what has been typed')
    .action(async (begun: string = '') => {
      const names = await Promise.race([
        namesOf(begun),
        sleep(NAMES_WITHIN_MS, [], { ref: false }),
      ]);
      for (const name of names) process.stdout.write(`${name}\n`);
      session.exitCode = EXIT.done;
    });
}

async function namesOf(begun: string): Promise<readonly string[]> {
  try {
    const rollouts = await connected((server) => listRollouts(server));
    const isId = begun.startsWith('rollout/');
    const names = rollouts.map(({ rolloutId }) => (isId ? rolloutId : planNameOf(rolloutId)));
    return [...new Set(names)].filter((name) => name.startsWith(begun));
  } catch {
    // Beside a line that is being typed an error would only be in the way.
    return [];
  }
}
