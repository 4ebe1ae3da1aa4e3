import type { Command } from 'commander';
import { connected } from '../connected';
import { createOutput } from '../output';
import { findRollout } from '../rollouts';
import { JSON_FLAG, ROLLOUT_ARGUMENT, withExamples, type Session } from '../session';
import { watchRollout } from '../watch/watch';

export function addWatch(program: Command, session: Session): void {
  const command = program
    .command('watch')
    .description('follow a rollout on the terminal to its end; Ctrl-C leaves, the rollout goes on')
    .argument('<rollout>', ROLLOUT_ARGUMENT)
    .option(...JSON_FLAG)
    .action(async (named: string, options: { readonly json?: boolean }) => {
      const output = createOutput(session.config, options);
      session.exitCode = await connected(async (server) => {
        const rolloutId = await findRollout(server, named);
        return watchRollout({ server, rolloutId, output, fromStart: false });
      });
    });
  withExamples(command, 'upwave watch caches-november');
}
