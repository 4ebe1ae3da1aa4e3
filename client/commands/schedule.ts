import type { Command } from 'commander';
import { withExamples, type Session } from '../session';
import {
  addScheduleDelete,
  addSchedulePause,
  addScheduleResume,
  addScheduleTrigger,
} from './schedule-control';
import { addScheduleCreate } from './schedule-create';
import { addScheduleDescribe, addScheduleList } from './schedule-show';

export function addSchedule(program: Command, session: Session): void {
  const schedule = program.command('schedule').description('start rollouts of a plan by the clock');
  withExamples(
    schedule,
    'upwave schedule create plan.yaml --cron "0 1 * * SAT#2" --zone Asia/Shanghai',
    'upwave schedule list',
    'upwave schedule pause caches-november --reason "change freeze"',
  );
  const add = [
    addScheduleCreate,
    addScheduleList,
    addScheduleDescribe,
    addSchedulePause,
    addScheduleResume,
    addScheduleTrigger,
    addScheduleDelete,
  ];
  for (const each of add) each(schedule, session);
}
