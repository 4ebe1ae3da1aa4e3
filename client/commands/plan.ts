import { randomUUID } from 'node:crypto';
import { WorkflowFailedError } from '@temporalio/client';
import type { Command } from 'commander';
import { forecast } from '../../rollout/forecast';
import type { FrozenPlan } from '../../rollout/frozen-plan';
import { dryRunId } from '../../rollout/ids';
import type { Plan } from '../../rollout/plan';
import type { Connected } from '../../temporal/connect';
import type { ClientConfig } from '../config';
import { connected } from '../connected';
import { failureWords, PersonError } from '../errors';
import { EXIT, type ExitCode } from '../exit-codes';
import { writeOut } from '../files';
import { wrap } from '../layout';
import { createOutput } from '../output';
import { offlineWords, targetsWords } from '../discover-words';
import { freezeOffline, readPlan } from '../plan-file';
import { hashOf, type HashedPlan } from '../frozen-file';
import { planLines } from '../plan-view';
import { JSON_FLAG, withExamples, type Session } from '../session';
import { requireWorker } from '../workers';

interface Options {
  readonly offline?: boolean;
  readonly json?: boolean;
  readonly out?: string;
  readonly all?: boolean;
}

export function addPlan(program: Command, session: Session): void {
  const command = program
    .command('plan')
    .description('say what a plan would do now: waves, targets, versions; nothing is changed')
    .argument('<plan>', 'the plan file')
    .option('--offline', 'use no server and no worker; versions stay unknown')
    .option('--out <file>', 'write the frozen plan, to be started as it is')
    .option('--all', 'show every target of large waves too')
    .option(...JSON_FLAG)
    .action(async (path: string, options: Options) => {
      session.exitCode = await plan(session.config, path, options);
    });
  withExamples(
    command,
    'upwave plan plan.yaml',
    'upwave plan plan.yaml --out frozen.json && upwave start frozen.json',
  );
}

async function plan(config: ClientConfig, path: string, options: Options): Promise<ExitCode> {
  if (options.offline && options.out) {
    throw new PersonError(
      '--offline and --out do not go together: a frozen plan holds the versions that a worker has read. Nothing was written.',
      EXIT.usage,
    );
  }
  const output = createOutput(config, options);
  const written = readPlan(path);
  const frozen = options.offline
    ? freezeOffline(written, new Date())
    : await connected((server) => {
        const targets = targetsWords(written);
        if (output.live) process.stderr.write(`Reading ${targets} on a worker.\n`);
        return freezeOnWorker(server, config.taskQueue, written);
      });

  // Offline nothing is known of versions and windows: such a plan is to be looked at, not started.
  const hash = options.offline ? null : hashOf(frozen);
  const hashed: HashedPlan = { ...frozen, hash };
  const expected = forecast(frozen, frozen.frozenAt);
  if (options.out) writeOut(options.out, `${JSON.stringify(hashed, null, 2)}\n`);
  const view = { frozen, hash, forecast: expected, all: options.all ?? false };
  output.result(planLines(view, output).join('\n'));
  output.document({ ...hashed, forecast: expected });
  if (options.offline && takesByVersion(written)) {
    output.say('\nA wave takes strata by version: who is in it is told only with a worker.');
  }
  const unresolved = options.offline ? offlineWords(written) : null;
  if (unresolved !== null) output.say(`\n${wrap(unresolved, output.width).join('\n')}`);
  if (options.out) output.say(`\nWritten to ${options.out}. Start it: upwave start ${options.out}`);
  return EXIT.done;
}

async function freezeOnWorker(
  server: Connected,
  queue: string,
  written: Plan,
): Promise<FrozenPlan> {
  await requireWorker(server, queue, 'Nothing was read. Without a worker: --offline');
  const frozen = server.client.workflow.execute<(input: Plan) => Promise<FrozenPlan>>('plan', {
    workflowId: dryRunId(written.name, randomUUID()),
    taskQueue: queue,
    args: [written],
    staticSummary: `dry run of ${written.name}`,
    // 20,000 targets at eight calls at once; whoever waits longer should look at the workers.
    workflowExecutionTimeout: '30m',
  });
  return frozen.catch((error: unknown) => {
    if (!(error instanceof WorkflowFailedError)) throw error;
    const words = `The targets could not be read: ${failureWords(error)}\nNothing was changed.`;
    throw new PersonError(words, EXIT.failure, { cause: error });
  });
}

function takesByVersion({ waves }: Plan): boolean {
  return waves.some(({ take }) => {
    const isStrata = take !== null && take !== 'rest' && 'perStratum' in take;
    return isStrata && take.by.includes('version');
  });
}
