import type { Command } from 'commander';
import type { ClientConfig } from '../config';
import { connected } from '../connected';
import { EXIT, type ExitCode } from '../exit-codes';
import { table } from '../layout';
import { createOutput } from '../output';
import { listRollouts, planNameOf, type RolloutEntry } from '../rollouts';
import { JSON_FLAG, withExamples, type Session } from '../session';
import { widthOf } from '../text-width';
import { executionWord, instantWords } from '../words';

interface Options {
  readonly json?: boolean;
}

export function addList(program: Command, session: Session): void {
  const command = program
    .command('list')
    .description('list the rollouts that the server remembers, newest first')
    .option(...JSON_FLAG)
    .action(async (options: Options) => {
      session.exitCode = await list(session.config, options);
    });
  withExamples(command, 'upwave list', 'upwave list --json');
}

async function list(config: ClientConfig, options: Options): Promise<ExitCode> {
  const output = createOutput(config, options);
  return connected(async (server) => {
    const rollouts = await listRollouts(server);
    output.document(rollouts.map(toJson));
    output.result(
      rollouts.length === 0
        ? 'No rollouts. Start one: upwave start plan.yaml'
        : lines(rollouts, output.width).join('\n'),
    );
    return EXIT.done;
  });
}

function lines(rollouts: readonly RolloutEntry[], width: number): string[] {
  const rows = rollouts.map(({ rolloutId, startedAt, endedAt, execution }) => [
    rolloutId,
    executionWord(execution),
    instantWords(startedAt),
    endedAt ? instantWords(endedAt) : '',
  ]);
  const columns = [
    // An id that was cut could not be copied.
    { title: 'rollout' },
    { title: 'state' },
    { title: 'started', optional: true },
    { title: 'ended', optional: true },
  ];
  const shown = table(columns, rows, width);
  if (shown.every((line) => widthOf(line) <= width)) return shown;
  return rollouts.flatMap(({ rolloutId, execution }) => [
    rolloutId,
    `  ${executionWord(execution)}`,
  ]);
}

function toJson({ rolloutId, startedAt, endedAt, execution }: RolloutEntry) {
  return {
    rolloutId,
    plan: planNameOf(rolloutId),
    execution: executionWord(execution),
    startedAt: startedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
  };
}
