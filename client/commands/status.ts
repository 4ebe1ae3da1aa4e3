import type { Command } from 'commander';
import type { ClientConfig } from '../config';
import { connected } from '../connected';
import { EXIT, type ExitCode } from '../exit-codes';
import { createOutput } from '../output';
import { readStatus } from '../rollout-reads';
import { findRollout } from '../rollouts';
import { JSON_FLAG, ROLLOUT_ARGUMENT, withExamples, type Session } from '../session';
import { statusLines } from '../summary';

interface Options {
  readonly json?: boolean;
}

export function addStatus(program: Command, session: Session): void {
  const command = program
    .command('status')
    .description('say how a rollout stands')
    .argument('<rollout>', ROLLOUT_ARGUMENT)
    .option(...JSON_FLAG)
    .action(async (named: string, options: Options) => {
      session.exitCode = await status(session.config, named, options);
    });
  withExamples(command, 'upwave status caches-november', 'upwave status caches-november --json');
}

async function status(config: ClientConfig, named: string, options: Options): Promise<ExitCode> {
  const output = createOutput(config, options);
  return connected(async (server) => {
    const look = await readStatus(server, await findRollout(server, named));
    output.result(statusLines(look.status, output, new Date()).join('\n'));
    output.document(look.status);
    return EXIT.done;
  });
}
