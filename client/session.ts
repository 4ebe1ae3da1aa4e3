import type { Command } from 'commander';
import type { ClientConfig } from './config';
import { EXIT, type ExitCode } from './exit-codes';

/** One call of the command line: what it was given, and how it ends. */
export interface Session {
  readonly config: ClientConfig;
  exitCode: ExitCode;
}

export function newSession(config: ClientConfig): Session {
  return { config, exitCode: EXIT.done };
}

/** Adds examples to a command's `--help`. */
export function withExamples(command: Command, ...examples: readonly string[]): Command {
  const title = examples.length === 1 ? 'Example:' : 'Examples:';
  return command.addHelpText(
    'after',
    `\n${title}\n${examples.map((each) => `  $ ${each}`).join('\n')}`,
  );
}

/** The words of `<rollout>` in every command's help. */
export const ROLLOUT_ARGUMENT = "a rollout's full id, or a plan's name for its newest rollout";
export const JSON_FLAG = [
  '--json',
  'print one JSON document on stdout; words go to stderr',
] as const;
export const YES_FLAG = ['--yes', 'go ahead without the question'] as const;
