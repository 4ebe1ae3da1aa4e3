import type { Command } from 'commander';
import { abort, abortLater, pause, pauseLater, resume } from '../../workflows/messages';
import { confirmOrStop, requireAnswerable } from '../ask';
import { controlOf, type ControlOptions } from '../control-flags';
import { controlRollout } from '../rollout-control';
import { ROLLOUT_ARGUMENT, withExamples, YES_FLAG, type Session } from '../session';
import { controlCommand, REASON_FLAG } from './control-command';

interface Options extends ControlOptions {
  readonly wave?: string;
  readonly yes?: boolean;
}

const ON_THEIR_WAY = 'upgrades under way are followed to their end';

export function addPause(program: Command, session: Session): void {
  const command = controlCommand(program, session, 'pause')
    .description(`submit nothing more until resumed; ${ON_THEIR_WAY}`)
    .argument('<rollout>', ROLLOUT_ARGUMENT)
    .option('--wave <name>', 'this wave alone (default: the whole rollout)')
    .requiredOption(...REASON_FLAG)
    .action(async (named: string, options: Options) => {
      const wave = options.wave ?? null;
      session.exitCode = await controlRollout(
        session,
        { named, options },
        {
          name: 'pause',
          update: pause,
          later: pauseLater,
          order: { ...controlOf(session.config, options), wave },
          wave,
          done: `${wave === null ? 'Paused' : `Paused wave ${wave}`}. Nothing new${ofWave(wave)} is submitted; ${ON_THEIR_WAY}.`,
        },
      );
    });
  withExamples(
    command,
    'upwave pause caches-november --reason "replication lag in az2"',
    'upwave pause caches-november --wave rest --reason "the shop is busy"',
  );
}

export function addResume(program: Command, session: Session): void {
  const command = controlCommand(program, session, 'resume')
    .description('go on with a rollout or a wave that is paused or waits for a person')
    .argument('<rollout>', ROLLOUT_ARGUMENT)
    .option('--wave <name>', 'this wave alone (default: the whole rollout)')
    .option(...REASON_FLAG)
    .action(async (named: string, options: Options) => {
      const wave = options.wave ?? null;
      session.exitCode = await controlRollout(
        session,
        { named, options },
        {
          name: 'resume',
          update: resume,
          order: { ...controlOf(session.config, options), wave },
          wave,
          done: wave === null ? 'Resumed.' : `Resumed wave ${wave}.`,
        },
      );
    });
  withExamples(
    command,
    'upwave resume caches-november --reason "lag is gone"',
    'upwave resume caches-november --wave rest',
  );
}

export function addAbort(program: Command, session: Session): void {
  const command = controlCommand(program, session, 'abort')
    .description('end a rollout: submit nothing more, follow what is under way to its end')
    .argument('<rollout>', ROLLOUT_ARGUMENT)
    .requiredOption(...REASON_FLAG)
    .option(...YES_FLAG)
    .action(async (named: string, options: Options) => {
      const order = controlOf(session.config, options);
      requireAnswerable(options, 'abort');
      session.exitCode = await controlRollout(
        session,
        { named, options },
        {
          name: 'abort',
          update: abort,
          later: abortLater,
          order,
          wave: null,
          done: `Aborting. Nothing new is submitted; ${ON_THEIR_WAY}.`,
          ask: (rolloutId) => confirmOrStop(options, `Abort ${rolloutId} for good?`),
        },
      );
    });
  withExamples(command, 'upwave abort caches-november --reason "wrong version" --yes');
}

function ofWave(wave: string | null): string {
  return wave === null ? '' : ` of wave ${wave}`;
}
