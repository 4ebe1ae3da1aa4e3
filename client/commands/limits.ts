import type { Command } from 'commander';
import { approve, budget, concurrency } from '../../workflows/messages';
import {
  concurrencyOf,
  controlOf,
  limitsOfFlags,
  type BudgetFlags,
  type ControlOptions,
} from '../control-flags';
import { controlRollout } from '../rollout-control';
import { ROLLOUT_ARGUMENT, withExamples, type Session } from '../session';
import { budgetWords } from '../words';
import { controlCommand, REASON_FLAG } from './control-command';

interface Options extends ControlOptions {
  readonly wave?: string;
}

const WAVE_FLAG = ['--wave <name>', 'of this wave (default: of the whole rollout)'] as const;

export function addApprove(program: Command, session: Session): void {
  const command = controlCommand(program, session, 'approve')
    .description('let a wave begin that waits for approval; also in advance')
    .argument('<rollout>', ROLLOUT_ARGUMENT)
    .requiredOption('--wave <name>', 'the wave that may begin')
    .option(...REASON_FLAG)
    .action(async (named: string, options: Options & { readonly wave: string }) => {
      const { wave } = options;
      session.exitCode = await controlRollout(
        session,
        { named, options },
        {
          name: 'approve',
          update: approve,
          order: { ...controlOf(session.config, options), wave },
          wave,
          done: `Approved: wave ${wave} may begin.`,
        },
      );
    });
  withExamples(command, 'upwave approve caches-november --wave rest --reason "canaries are fine"');
}

export function addConcurrency(program: Command, session: Session): void {
  const command = controlCommand(program, session, 'concurrency')
    .description('change how many upgrades run at once; what is under way goes on')
    .argument('<rollout>', ROLLOUT_ARGUMENT)
    .argument('<n>', 'how many at once: a whole number, 1 or more')
    .option(...WAVE_FLAG)
    .option(...REASON_FLAG)
    .action(async (named: string, n: string, options: Options) => {
      const limit = concurrencyOf(n);
      const wave = options.wave ?? null;
      session.exitCode = await controlRollout(
        session,
        { named, options },
        {
          name: 'concurrency',
          update: concurrency,
          order: { ...controlOf(session.config, options), wave, limit },
          wave,
          done: `${wave === null ? 'The whole rollout' : `Wave ${wave}`} now has ${limit} at once at most.`,
        },
      );
    });
  withExamples(
    command,
    'upwave concurrency caches-november 20 --wave rest',
    'upwave concurrency caches-november 5 --reason "the network is slow"',
  );
}

export function addBudget(program: Command, session: Session): void {
  const command = controlCommand(program, session, 'budget')
    .description('change a failure budget; kinds that are not named stay as they are')
    .argument('<rollout>', ROLLOUT_ARGUMENT)
    .option(...WAVE_FLAG)
    .option('--failed <limit>', 'how many may fail: a whole number, or none for no limit')
    .option('--rejected <limit>', 'how many may be rejected')
    .option('--unknown <limit>', 'how many may be unknown')
    .option(...REASON_FLAG)
    .action(async (named: string, options: Options & BudgetFlags) => {
      const limits = limitsOfFlags(options);
      const wave = options.wave ?? null;
      session.exitCode = await controlRollout(
        session,
        { named, options },
        {
          name: 'budget',
          update: budget,
          order: { ...controlOf(session.config, options), wave, limits },
          wave,
          done: `The budget of ${wave === null ? 'the whole rollout' : `wave ${wave}`} is now: ${budgetWords(limits)}.`,
        },
      );
    });
  withExamples(
    command,
    'upwave budget caches-november --wave rest --failed 5 --reason "known bad disks"',
    'upwave budget caches-november --failed 5 --rejected none --unknown 2',
  );
}
