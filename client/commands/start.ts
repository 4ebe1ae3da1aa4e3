import type { Command } from 'commander';
import { confirmOrStop, requireAnswerable } from '../ask';
import type { ClientConfig } from '../config';
import { connected } from '../connected';
import { PersonError } from '../errors';
import { targetsWords } from '../discover-words';
import { EXIT, type ExitCode } from '../exit-codes';
import { shortHash } from '../frozen-file';
import { createOutput } from '../output';
import { freezeOffline, readPlanSource, type PlanSource } from '../plan-file';
import { RolloutBrokenError } from '../rollout-reads';
import { JSON_FLAG, withExamples, YES_FLAG, type Session } from '../session';
import { checkUnique, newUnique, startRollout, untilFrozen } from '../starting';
import { watchRollout } from '../watch/watch';
import { counted, targetsIn, whereWords } from '../words';
import { NoWorkerError, requireWorker } from '../workers';

interface Options {
  readonly watch?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly id?: string;
}

export function addStart(program: Command, session: Session): void {
  const command = program
    .command('start')
    .description('start a rollout of a plan, or of a frozen plan')
    .argument('<plan>', 'the plan file, or a frozen plan that `upwave plan --out` wrote')
    .option('--watch', 'follow it to its end')
    .option(...YES_FLAG)
    .option('--id <unique>', "the last part of the rollout's id (default: the time)")
    .option(...JSON_FLAG)
    .action(async (path: string, options: Options) => {
      session.exitCode = await start(session.config, path, options);
    });
  withExamples(command, 'upwave start plan.yaml --watch', 'upwave start frozen.json --yes --json');
}

async function start(config: ClientConfig, path: string, options: Options): Promise<ExitCode> {
  const output = createOutput(config, options);
  const source = readPlanSource(path);
  const unique = options.id === undefined ? newUnique(new Date()) : checkUnique(options.id);
  requireAnswerable(options, 'start');

  return connected(async (server) => {
    const queue = config.taskQueue;
    // Before the question: whoever answers it should not learn afterwards that nobody is there.
    await requireWorker(server, queue, 'Nothing was started.');
    await confirmOrStop(options, question(source));
    const started = await startRollout(server, { source, unique, queue, by: config.user });
    const { rolloutId } = started;
    output.say(`Started ${rolloutId}`);

    const status = await untilFrozen(server, rolloutId).catch((error: unknown) => {
      // Whoever reads the document needs the id: the rollout is there.
      if (error instanceof NoWorkerError) output.document(started);
      throw endingOf(error, rolloutId);
    });
    if (options.watch) return watchRollout({ server, rolloutId, output, fromStart: true });

    output.document({ ...started, ...status });
    output.say(
      status
        ? `${counted(status.counts.total, 'target')} in ${counted(status.waves.length, 'wave')}.`
        : 'Its targets are still being read.',
    );
    output.say(`Watch it: upwave watch ${rolloutId}`);
    return EXIT.done;
  });
}

function endingOf(error: unknown, rolloutId: string): unknown {
  if (error instanceof NoWorkerError) {
    const goesOn = `${rolloutId} was started, and goes on when a worker is there. Do not start it again; watch it: upwave watch ${rolloutId}`;
    return new PersonError(`${error.message} ${goesOn}`, EXIT.failure, { cause: error });
  }
  if (!(error instanceof RolloutBrokenError)) return error;
  const told = /nothing was submitted/i.test(error.message) ? '' : '\nNothing was submitted.';
  return new PersonError(error.message + told, EXIT.failure, { cause: error });
}

function question(source: PlanSource): string {
  const frozen = source.kind === 'frozen' ? source.frozen : freezeOffline(source.plan, new Date());
  const isFound = source.kind === 'plan' && source.plan.discover !== undefined;
  const whom = isFound ? targetsWords(source.plan) : counted(targetsIn(frozen.waves), 'target');
  const what = `${whom} in ${counted(frozen.waves.length, 'wave')}`;
  const which = source.kind === 'frozen' ? ` (frozen plan ${shortHash(source.hash)})` : '';
  return `Start ${frozen.name}${which}: upgrade ${what}, ${whereWords(frozen)}?`;
}
