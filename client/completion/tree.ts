import type { Command } from 'commander';

/** What can stand at one place of the command line. */
export interface Place {
  /** The commands before it, each with a blank in front: `""`, `" schedule create"`. */
  readonly path: string;
  readonly commands: readonly Named[];
  readonly options: readonly CompletedOption[];
  /** What its first argument is; null: nothing that could be completed. */
  readonly argument: Value | null;
}

export interface Named {
  readonly name: string;
  readonly description: string;
}

export interface CompletedOption extends Named {
  /** What stands after it; null: it takes no value. */
  readonly value: Value | null;
}

/** `rollouts`: names of plans that have rollouts, asked of the server. */
export type Value = 'files' | 'rollouts' | 'anything' | readonly string[];

/** Every place of a program, the outermost first; hidden commands are left out. */
export function placesOf(program: Command): readonly Place[] {
  return placesUnder(program, '');
}

function placesUnder(command: Command, path: string): readonly Place[] {
  const visible = command.createHelp().visibleCommands(command);
  const commands = visible.map((each) => ({ name: each.name(), description: each.description() }));
  const options = command
    .createHelp()
    .visibleOptions(command)
    .map((option): CompletedOption => ({
      name: option.long ?? option.flags,
      description: option.description,
      value: option.required ? valueOf(placeholderOf(option.flags), option.argChoices) : null,
    }));
  const [first] = command.registeredArguments;
  const argument = first ? valueOf(first.name(), first.argChoices) : null;
  const place = { path, commands, options, argument: argument === 'anything' ? null : argument };
  // The `help` command that commander adds is no place of its own.
  const own = visible.filter((each) => command.commands.includes(each));
  return [place, ...own.flatMap((each) => placesUnder(each, `${path} ${each.name()}`))];
}

/** `<file>` of `--out <file>`. */
function placeholderOf(flags: string): string {
  return /<([\w-]+)/.exec(flags)?.[1] ?? '';
}

function valueOf(placeholder: string, choices: readonly string[] | undefined): Value {
  if (choices) return choices;
  switch (placeholder) {
    case 'plan':
    case 'file':
      return 'files';
    case 'rollout':
      return 'rollouts';
    default:
      return 'anything';
  }
}
