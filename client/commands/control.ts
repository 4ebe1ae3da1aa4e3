import { randomUUID } from 'node:crypto';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import type { Command } from 'commander';
import type { RolloutStatus } from '../../rollout/status';
import type { Connected } from '../../temporal/connect';
import { abort, pause, resume, type Control } from '../../workflows/messages';
import { confirmOrStop, requireAnswerable } from '../ask';
import type { ClientConfig } from '../config';
import { connected } from '../connected';
import { failureWords, isNotFound, PersonError } from '../errors';
import { EXIT, type ExitCode } from '../exit-codes';
import { createOutput } from '../output';
import { describe } from '../rollout-reads';
import { findRollout } from '../rollouts';
import { JSON_FLAG, ROLLOUT_ARGUMENT, withExamples, YES_FLAG, type Session } from '../session';
import { countsWords } from '../words';
import { askWorkflow } from '../workers';

interface Options {
  readonly reason?: string;
  readonly by?: string;
  readonly json?: boolean;
  readonly yes?: boolean;
}

const UPDATES = { pause, resume, abort } as const;
type ControlName = keyof typeof UPDATES;

const ENDED: ReadonlySet<string> = new Set([
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'TERMINATED',
  'TIMED_OUT',
]);

const DONE_WORDS: Readonly<Record<ControlName, string>> = {
  pause: 'Paused. Nothing new is submitted; upgrades under way are followed to their end.',
  resume: 'Resumed.',
  abort: 'Aborting. Nothing new is submitted; upgrades under way are followed to their end.',
};

export function addPause(program: Command, session: Session): void {
  const command = program
    .command('pause')
    .description('submit nothing more until resumed; upgrades under way are followed to their end');
  withExamples(command, 'upwave pause caches-november --reason "replication lag in az2"');
  addControl(command, session, 'pause').requiredOption('--reason <words>', 'why, for the report');
}

export function addResume(program: Command, session: Session): void {
  const command = program
    .command('resume')
    .description('go on with a rollout that is paused or waits for a person');
  withExamples(command, 'upwave resume caches-november --reason "lag is gone"');
  addControl(command, session, 'resume').option('--reason <words>', 'why, for the report');
}

export function addAbort(program: Command, session: Session): void {
  const command = program
    .command('abort')
    .description('end a rollout: submit nothing more, follow what is under way to its end');
  withExamples(command, 'upwave abort caches-november --reason "wrong version" --yes');
  addControl(command, session, 'abort')
    .requiredOption('--reason <words>', 'why, for the report')
    .option(...YES_FLAG);
}

function addControl(command: Command, session: Session, name: ControlName): Command {
  return command
    .argument('<rollout>', ROLLOUT_ARGUMENT)
    .option('--by <name>', 'who acts', session.config.user)
    .option(...JSON_FLAG)
    .action(async (named: string, options: Options) => {
      session.exitCode = await control(session.config, name, { named, options });
    });
}

async function control(
  config: ClientConfig,
  name: ControlName,
  { named, options }: { readonly named: string; readonly options: Options },
): Promise<ExitCode> {
  const output = createOutput(config, options);
  if (options.reason !== undefined && !options.reason.trim()) {
    throw new PersonError(`--reason must say something. Nothing has changed.`, EXIT.usage);
  }
  if (name === 'abort') requireAnswerable(options, 'abort');

  return connected(async (server) => {
    const rolloutId = await findRollout(server, named);
    if (name === 'abort') await confirmOrStop(options, `Abort ${rolloutId} for good?`);
    const order = { by: options.by ?? config.user, reason: options.reason ?? null };
    const status = await update(server, { rolloutId, name, order });
    output.result(
      `${DONE_WORDS[name]}\n${rolloutId}: ${status.state}, ${countsWords(status.counts)}`,
    );
    output.document(status);
    return EXIT.done;
  });
}

interface Request {
  readonly rolloutId: string;
  readonly name: ControlName;
  readonly order: Control;
}

async function update(server: Connected, request: Request): Promise<RolloutStatus> {
  const { rolloutId, name, order } = request;
  const { taskQueue, status: execution } = await describe(server, rolloutId);
  if (ENDED.has(execution.name)) throw hasEnded(rolloutId, name);
  const notDone = `The ${name} was not recorded: nothing has changed.`;
  // A worker that comes back in this very moment may still have taken it.
  const unanswered = `The ${name} is not confirmed: look with upwave status ${rolloutId} once a worker runs, and repeat it.`;
  const send = () =>
    askWorkflow(server, { queue: taskQueue, notDone, unanswered }, () =>
      server.client.workflow
        .getHandle(rolloutId)
        .executeUpdate(UPDATES[name], { args: [order], updateId: randomUUID() }),
    );
  try {
    return await send();
  } catch (error) {
    if (isNotFound(error)) throw hasEnded(rolloutId, name, error);
    // The run that got the update continued as new before it answered: the next run has not seen it.
    if (!lostToContinueAsNew(error)) throw error;
    return send();
  }
}

function hasEnded(rolloutId: string, name: ControlName, cause?: unknown): PersonError {
  return new PersonError(
    `The ${name} was refused: ${rolloutId} has ended. Nothing has changed. How it ended: upwave status ${rolloutId}`,
    EXIT.refused,
    { cause },
  );
}

function lostToContinueAsNew(error: unknown): boolean {
  return (
    error instanceof WorkflowUpdateFailedError &&
    /completed before the update completed/i.test(failureWords(error))
  );
}
