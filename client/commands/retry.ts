import type { Command } from 'commander';
import type { FrozenPlan } from '../../rollout/frozen-plan';
import { buildReport } from '../../rollout/report';
import { retryPlan } from '../../rollout/retry';
import type { Connected } from '../../temporal/connect';
import { retryTarget } from '../../workflows/messages';
import { confirmIfAnswerable, confirmOrStop, requireAnswerable } from '../ask';
import { connected } from '../connected';
import { controlOf, usage, type ControlOptions } from '../control-flags';
import { refused } from '../controls';
import { EXIT, type ExitCode } from '../exit-codes';
import { hashOf } from '../frozen-file';
import { createOutput } from '../output';
import { readSources } from '../read-report';
import { readStatus } from '../rollout-reads';
import { findRollout } from '../rollouts';
import { ROLLOUT_ARGUMENT, withExamples, YES_FLAG, type Session } from '../session';
import { checkUnique, newUnique, startRollout } from '../starting';
import { controlTarget, locateTarget, sayTargetDone } from '../target-control';
import { watchRollout } from '../watch/watch';
import { counted, targetsIn } from '../words';
import { requireWorker } from '../workers';
import { controlCommand, REASON_FLAG } from './control-command';

interface Options extends ControlOptions {
  readonly target?: string;
  readonly watch?: boolean;
  readonly yes?: boolean;
  readonly id?: string;
}

export function addRetry(program: Command, session: Session): void {
  const command = controlCommand(program, session, 'retry')
    .description(
      'retry one target of a running wave now; without --target: start a new rollout with the targets of an ended one that did not succeed',
    )
    .argument('<rollout>', ROLLOUT_ARGUMENT)
    .option('--target <id>', "a target: its instance's or proxy's id, or its name")
    .option(...REASON_FLAG)
    .option('--watch', 'follow the new rollout to its end')
    .option(...YES_FLAG)
    .option('--id <unique>', "the last part of the new rollout's id (default: the time)")
    .action(async (named: string, options: Options) => {
      const { target } = options;
      session.exitCode = await (target === undefined
        ? retryRollout(session, named, options)
        : retryOne(session, named, { ...options, target }));
    });
  withExamples(
    command,
    'upwave retry caches-november --watch',
    'upwave retry caches-november --target shop-cache --reason "the disk was replaced"',
  );
}

function retryOne(
  session: Session,
  named: string,
  options: Options & { readonly target: string },
): Promise<ExitCode> {
  if (options.watch || options.id !== undefined) {
    throw usage('--watch and --id are for a new rollout, and do not go together with --target');
  }
  const output = createOutput(session.config, options);
  const order = controlOf(session.config, options);
  return connected(async (server) => {
    const rolloutId = await findRollout(server, named);
    const located = await locateTarget(server, rolloutId, options.target);
    const { id, place } = located;
    const { wave } = place;
    if (located.wave === 'pending') throw refused(`wave ${wave} has not begun`);
    if (located.wave === 'ended') {
      throw refused(
        `wave ${wave} has ended; once the rollout has, upwave retry ${rolloutId} starts a new one with what did not succeed`,
      );
    }
    await confirmIfAnswerable(options, `Retry ${id} of wave ${wave} now?`);
    const target = await controlTarget(server, located, {
      name: 'retry',
      rolloutId,
      update: retryTarget,
      order: { ...order, target: id },
    });
    sayTargetDone(output, `Target ${id} is retried now.`, { rolloutId, wave, target });
    return EXIT.done;
  });
}

async function retryRollout(session: Session, named: string, options: Options): Promise<ExitCode> {
  const output = createOutput(session.config, options);
  const unique = options.id === undefined ? newUnique(new Date()) : checkUnique(options.id);
  const { by, reason } = controlOf(session.config, options);
  requireAnswerable(options, 'retry');
  const queue = session.config.taskQueue;

  return connected(async (server) => {
    const retriedFrom = await findRollout(server, named);
    await requireWorker(server, queue, 'Nothing was started.');
    const frozen = await leftOf(server, retriedFrom);
    await confirmOrStop(options, question(frozen, retriedFrom));
    const { rolloutId, runId } = await startRollout(server, {
      source: { kind: 'frozen', frozen, hash: hashOf(frozen) },
      unique,
      queue,
      by,
      memo: { retriedFrom, ...(reason !== null && { reason }) },
    });
    output.say(`Started ${rolloutId} with ${sizeWords(frozen)} of ${retriedFrom}`);
    if (options.watch) return watchRollout({ server, rolloutId, output, fromStart: true });

    output.document({ rolloutId, runId, retriedFrom });
    output.say(`Watch it: upwave watch ${rolloutId}`);
    return EXIT.done;
  });
}

/** The frozen plan with the targets that did not succeed; throws a refusal if there is none. */
async function leftOf(server: Connected, rolloutId: string): Promise<FrozenPlan> {
  const { status } = await readStatus(server, rolloutId);
  if (status.endedAt === null)
    throw refused(`${rolloutId} has not ended: upwave watch ${rolloutId}`);

  const sources = await readSources(server, status);
  if (sources.frozenPlan === null) {
    throw refused(`${rolloutId} ended before its targets were read: start its plan again`);
  }
  const retry = retryPlan(sources.frozenPlan, buildReport(sources));
  if (retry.kind === 'refused') throw refused(retry.why);
  return retry.plan;
}

function question(frozen: FrozenPlan, retriedFrom: string): string {
  return `Start a new rollout with the ${sizeWords(frozen)} of ${retriedFrom} that did not succeed?`;
}

function sizeWords({ waves }: FrozenPlan): string {
  return `${counted(targetsIn(waves), 'target')} in ${counted(waves.length, 'wave')}`;
}
