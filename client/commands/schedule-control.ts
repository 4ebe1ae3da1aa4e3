import type { Command } from 'commander';
import { confirmIfAnswerable, confirmOrStop, requireAnswerable } from '../ask';
import { connected } from '../connected';
import { PersonError } from '../errors';
import { EXIT } from '../exit-codes';
import { createOutput } from '../output';
import { pauseSchedule, resumeSchedule, triggerSchedule } from '../schedule-controls';
import { findSchedule } from '../schedule-reads';
import { JSON_FLAG, withExamples, YES_FLAG, type Session } from '../session';
import { changeServer } from '../workers';

interface Options {
  readonly reason?: string;
  readonly by?: string;
  readonly json?: boolean;
  readonly yes?: boolean;
}

/** How every command names a schedule. */
export const SCHEDULE_ARGUMENT = ['<schedule>', "the schedule's id, or its plan's name"] as const;

const CONTROLS = { pause: pauseSchedule, resume: resumeSchedule } as const;
const DONE_WORDS = {
  pause: 'is paused. It starts nothing by the clock; a rollout that it started goes on.',
  resume: 'is resumed. Starts that were left out meanwhile are not made up for.',
} as const;

export function addSchedulePause(schedule: Command, session: Session): void {
  const command = schedule
    .command('pause')
    .description('start nothing more by the clock; a rollout that it started goes on');
  addControl(command, session, 'pause').requiredOption('--reason <words>', 'why, for the note');
  withExamples(command, 'upwave schedule pause caches-november --reason "change freeze"');
}

export function addScheduleResume(schedule: Command, session: Session): void {
  const command = schedule
    .command('resume')
    .description('start by the clock again; what was left out is not made up for');
  addControl(command, session, 'resume').option('--reason <words>', 'why, for the note');
  withExamples(command, 'upwave schedule resume caches-november --reason "the freeze is over"');
}

function addControl(command: Command, session: Session, name: keyof typeof CONTROLS): Command {
  return command
    .argument(...SCHEDULE_ARGUMENT)
    .option('--by <name>', 'who acts', session.config.user)
    .option(...JSON_FLAG)
    .action(async (named: string, options: Options) => {
      const output = createOutput(session.config, options);
      const { reason, by = session.config.user } = options;
      if (reason !== undefined && !reason.trim()) {
        throw new PersonError('--reason must say something. Nothing has changed.', EXIT.usage);
      }
      session.exitCode = await connected(async (server) => {
        const state = await CONTROLS[name](server, named, { by, reason: reason ?? null });
        output.result(`Schedule ${state.scheduleId} ${DONE_WORDS[name]}`);
        output.document(state);
        return EXIT.done;
      });
    });
}

export function addScheduleTrigger(schedule: Command, session: Session): void {
  const command = schedule
    .command('trigger')
    .description('start a rollout of it now, unless one of it still runs')
    .argument(...SCHEDULE_ARGUMENT)
    .option(...YES_FLAG)
    .option(...JSON_FLAG)
    .action(async (named: string, options: Options) => {
      const output = createOutput(session.config, options);
      session.exitCode = await connected(async (server) => {
        const { handle } = await findSchedule(server, named);
        await confirmIfAnswerable(options, `Start a rollout of ${handle.scheduleId} now?`);
        const { scheduleId, rolloutId, paused } = await triggerSchedule(server, named);
        output.document({ scheduleId, rolloutId });
        const rest = paused ? '\nThe schedule stays paused.' : '';
        output.result(`Started ${rolloutId}\nWatch it: upwave watch ${rolloutId}${rest}`);
        return EXIT.done;
      });
    });
  withExamples(command, 'upwave schedule trigger caches-november --yes');
}

export function addScheduleDelete(schedule: Command, session: Session): void {
  const command = schedule
    .command('delete')
    .description('delete a schedule; rollouts that it started go on')
    .argument(...SCHEDULE_ARGUMENT)
    .option(...YES_FLAG)
    .option(...JSON_FLAG)
    .action(async (named: string, options: Options) => {
      const output = createOutput(session.config, options);
      requireAnswerable(options, 'schedule delete');
      session.exitCode = await connected(async (server) => {
        const { handle } = await findSchedule(server, named);
        await confirmOrStop(options, `Delete schedule ${handle.scheduleId}?`);
        await changeServer(server, () => handle.delete());
        output.result(`Schedule ${handle.scheduleId} is deleted. Rollouts that it started go on.`);
        output.document({ scheduleId: handle.scheduleId, deleted: true });
        return EXIT.done;
      });
    });
  withExamples(command, 'upwave schedule delete upwave/caches-november');
}
