import type { Command } from 'commander';
import { JSON_FLAG, type Session } from '../session';

export const REASON_FLAG = ['--reason <words>', 'why, for the report'] as const;

/** A command by which a person steers a rollout, with the flags that all of them take. */
export function controlCommand(program: Command, session: Session, name: string): Command {
  return program
    .command(name)
    .option('--by <name>', 'who acts', session.config.user)
    .option(...JSON_FLAG);
}
