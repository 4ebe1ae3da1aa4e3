import type { Command } from 'commander';
import { connected } from '../connected';
import { EXIT } from '../exit-codes';
import { createOutput } from '../output';
import { findSchedule, listSchedules, lookAt } from '../schedule-reads';
import { listLines, lookLines } from '../schedule-view';
import { JSON_FLAG, withExamples, type Session } from '../session';
import { SCHEDULE_ARGUMENT } from './schedule-control';

export function addScheduleList(schedule: Command, session: Session): void {
  const command = schedule
    .command('list')
    .description('list the schedules that upwave created, with their next five starts')
    .option(...JSON_FLAG)
    .action(async (options: { readonly json?: boolean }) => {
      const output = createOutput(session.config, options);
      session.exitCode = await connected(async (server) => {
        const entries = await listSchedules(server);
        output.document(entries);
        output.result(listLines(entries, output.width).join('\n'));
        return EXIT.done;
      });
    });
  withExamples(command, 'upwave schedule list', 'upwave schedule list --json');
}

export function addScheduleDescribe(schedule: Command, session: Session): void {
  const command = schedule
    .command('describe')
    .description('show a schedule: when it starts, what it has started, what it skipped')
    .argument(...SCHEDULE_ARGUMENT)
    .option(...JSON_FLAG)
    .action(async (named: string, options: { readonly json?: boolean }) => {
      const output = createOutput(session.config, options);
      session.exitCode = await connected(async (server) => {
        const look = await lookAt(server, await findSchedule(server, named), new Date());
        output.document(look);
        output.result(lookLines(look, output.width).join('\n'));
        return EXIT.done;
      });
    });
  withExamples(command, 'upwave schedule describe caches-november');
}
