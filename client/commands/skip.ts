import type { Command } from 'commander';
import type { Connected } from '../../temporal/connect';
import { skip, skipTarget, type Control } from '../../workflows/messages';
import { connected } from '../connected';
import { controlOf, usage, type ControlOptions } from '../control-flags';
import { refused, sendControl } from '../controls';
import { EXIT, type ExitCode } from '../exit-codes';
import { createOutput, type Output } from '../output';
import { controlRollout } from '../rollout-control';
import { findRollout } from '../rollouts';
import { ROLLOUT_ARGUMENT, withExamples, type Session } from '../session';
import { controlTarget, locateTarget, sayTargetDone } from '../target-control';
import { targetWords } from '../words';
import { controlCommand, REASON_FLAG } from './control-command';

interface Options extends ControlOptions {
  readonly wave?: string;
  readonly target?: string;
}

export function addSkip(program: Command, session: Session): void {
  const command = controlCommand(program, session, 'skip')
    .description('leave out a wave that has not begun, or one target')
    .argument('<rollout>', ROLLOUT_ARGUMENT)
    .option('--wave <name>', 'a wave that has not begun')
    .option('--target <id>', "a target: its instance's or proxy's id, or its name")
    .requiredOption(...REASON_FLAG)
    .action(async (named: string, options: Options) => {
      session.exitCode = await run(session, named, options);
    });
  withExamples(
    command,
    'upwave skip caches-november --wave rest --reason "after the holidays"',
    'upwave skip caches-november --target shop-cache --reason "its owner asked"',
  );
}

function run(session: Session, named: string, options: Options): Promise<ExitCode> {
  const { wave, target } = options;
  const order = controlOf(session.config, options);
  if (wave !== undefined && target === undefined) {
    return controlRollout(
      session,
      { named, options },
      {
        name: 'skip',
        update: skip,
        order: { ...order, wave, target: null },
        wave,
        done: `Wave ${wave} is left out.`,
      },
    );
  }
  if (target === undefined || wave !== undefined) {
    throw usage('Skip what? Say either --wave or --target');
  }
  const output = createOutput(session.config, options);
  return connected(async (server) => {
    const rolloutId = await findRollout(server, named);
    await skipOne(server, { rolloutId, target, order, output });
    return EXIT.done;
  });
}

async function skipOne(
  server: Connected,
  request: {
    readonly rolloutId: string;
    readonly target: string;
    readonly order: Control;
    readonly output: Output;
  },
): Promise<void> {
  const { rolloutId, output } = request;
  const located = await locateTarget(server, rolloutId, request.target);
  const { id, place } = located;
  const { wave } = place;
  const order = { ...request.order, wave, target: id };
  if (located.wave === 'ended') {
    throw refused(`wave ${wave} has ended, and ${targetWords(place.target)} with it`);
  }
  if (located.wave === 'running') {
    const update = { name: 'skip', rolloutId, update: skipTarget, order } as const;
    const target = await controlTarget(server, located, update);
    sayTargetDone(output, `Target ${id} is left out.`, { rolloutId, wave, target });
    return;
  }
  await sendControl(server, {
    name: 'skip',
    rolloutId,
    workflowId: rolloutId,
    update: skip,
    order,
  });
  const done = `Target ${id} is left out when wave ${wave} begins.`;
  sayTargetDone(output, done, { rolloutId, wave, target: null });
}
