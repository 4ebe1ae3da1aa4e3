import type { Command } from 'commander';
import { buildReport } from '../../rollout/report';
import type { ClientConfig } from '../config';
import { connected } from '../connected';
import { EXIT, type ExitCode } from '../exit-codes';
import { writeOut } from '../files';
import { createOutput } from '../output';
import { readSources } from '../read-report';
import { reportLines } from '../report-view';
import { readStatus } from '../rollout-reads';
import { findRollout } from '../rollouts';
import { JSON_FLAG, ROLLOUT_ARGUMENT, withExamples, type Session } from '../session';

interface Options {
  readonly json?: boolean;
  readonly out?: string;
}

export function addReport(program: Command, session: Session): void {
  const command = program
    .command('report')
    .description('tell the whole story of a rollout; of one that still runs, as far as it has come')
    .argument('<rollout>', ROLLOUT_ARGUMENT)
    .option('--out <file>', 'write the report as JSON')
    .option(...JSON_FLAG)
    .action(async (named: string, options: Options) => {
      session.exitCode = await report(session.config, named, options);
    });
  withExamples(
    command,
    'upwave report caches-november',
    'upwave report caches-november --out november.json',
  );
}

async function report(config: ClientConfig, named: string, options: Options): Promise<ExitCode> {
  const output = createOutput(config, options);
  return connected(async (server) => {
    const rolloutId = await findRollout(server, named);
    const { status } = await readStatus(server, rolloutId);
    const told = buildReport(await readSources(server, status));
    if (options.out) writeOut(options.out, `${JSON.stringify(told, null, 2)}\n`);
    output.result(reportLines(told, output).join('\n'));
    output.document(told);
    if (options.out) output.say(`Written to ${options.out}.`);
    return EXIT.done;
  });
}
