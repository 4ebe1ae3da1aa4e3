import type { Command } from 'commander';
import { registerSearchAttributes } from '../../temporal/search-attributes';
import { confirmOrStop, requireAnswerable } from '../ask';
import type { ClientConfig } from '../config';
import { connected } from '../connected';
import { cronToCalendars, CronRefusedError } from '../cron';
import { durationOfFlag } from '../durations';
import { PersonError } from '../errors';
import { EXIT, type ExitCode } from '../exit-codes';
import { table, wrap } from '../layout';
import { createOutput } from '../output';
import { readPlan } from '../plan-file';
import {
  createSchedule,
  defaultScheduleId,
  findSchedule,
  listSchedules,
  requireZone,
  type ScheduleInput,
} from '../schedules';
import { JSON_FLAG, withExamples, YES_FLAG, type Session } from '../session';
import { instantWords } from '../words';
import { askServer } from '../workers';

interface CreateOptions {
  readonly cron: string;
  readonly zone: string;
  readonly jitter: string;
  readonly catchup: string;
  readonly id?: string;
  readonly json?: boolean;
}

// Shorter makes no sense to the server.
const LEAST_CATCHUP_MS = 10_000;

export function addSchedule(program: Command, session: Session): void {
  const schedule = program.command('schedule').description('start rollouts of a plan by the clock');
  withExamples(
    schedule,
    'upwave schedule create plan.yaml --cron "0 1 * * SAT#2" --zone Asia/Shanghai',
  );
  addCreate(schedule, session);
  addScheduleList(schedule, session);
  addDelete(schedule, session);
}

function addCreate(schedule: Command, session: Session): void {
  const command = schedule
    .command('create')
    .description('create a schedule; targets and versions are read anew at each start')
    .argument('<plan>', 'the plan file')
    .requiredOption('--cron <fields>', 'minute hour day-of-month month day-of-week; also #, L, W')
    .requiredOption('--zone <zone>', 'the IANA zone of these fields')
    .option('--jitter <duration>', 'start up to this much later, at random', '0s')
    .option('--catchup <duration>', 'how late a start may be after an outage', '10m')
    .option('--id <id>', 'the id of the schedule (default: upwave/<plan name>)')
    .option(...JSON_FLAG)
    .action(async (plan: string, options: CreateOptions) => {
      session.exitCode = await create(session.config, plan, options);
    });
  withExamples(
    command,
    'upwave schedule create plan.yaml --cron "0 1 * * SAT#2" --zone Asia/Shanghai',
    'upwave schedule create plan.yaml --cron "30 2 L * *" --zone Europe/Berlin --jitter 10m',
  );
}

async function create(
  config: ClientConfig,
  path: string,
  options: CreateOptions,
): Promise<ExitCode> {
  const output = createOutput(config, options);
  const plan = readPlan(path);
  requireZone(options.zone);
  requireCron(options.cron);
  const input: ScheduleInput = {
    scheduleId: options.id ?? defaultScheduleId(plan.name),
    plan,
    cron: options.cron,
    zone: options.zone,
    jitterMs: durationOfFlag('--jitter', options.jitter),
    catchupMs: catchup(options.catchup),
    taskQueue: config.taskQueue,
  };

  return connected(async (server) => {
    const { client, namespace } = server;
    await askServer(server, () => registerSearchAttributes(client.connection, namespace));
    const instants = await createSchedule(server, input);
    output.result(createdLines(input, instants, output.width).join('\n'));
    output.document({
      scheduleId: input.scheduleId,
      plan: plan.name,
      cron: input.cron,
      zone: input.zone,
      next: instants.map((each) => each.toISOString()),
    });
    return EXIT.done;
  });
}

function createdLines(
  { scheduleId, zone, jitterMs }: ScheduleInput,
  instants: readonly Date[],
  width: number,
): string[] {
  const local = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    dateStyle: 'full',
    timeStyle: 'short',
  });
  return [
    `Schedule ${scheduleId} is created. Its next starts${jitterMs > 0 ? ', before jitter' : ''}:`,
    ...instants.map((each) => `  ${instantWords(each)}  (${local.format(each)} ${zone})`),
    ...wrap(
      'The plan stays as it is now, inlined files too: after a change, delete the schedule and create it again. Versions are read anew at each start.',
      width,
    ),
  ];
}

function addScheduleList(schedule: Command, session: Session): void {
  const command = schedule
    .command('list')
    .description('list the schedules that upwave created')
    .option(...JSON_FLAG)
    .action(async (options: { readonly json?: boolean }) => {
      const output = createOutput(session.config, options);
      session.exitCode = await connected(async (server) => {
        const entries = await listSchedules(server);
        output.document(entries);
        const rows = entries.map(({ scheduleId, cron, zone, paused, next }) => [
          scheduleId,
          cron,
          zone,
          paused ? 'paused' : next ? instantWords(next) : 'never',
        ]);
        const columns = ['schedule', 'cron', 'zone', 'next start'].map((title, at) => ({
          title,
          optional: at > 1,
        }));
        const lines = table(columns, rows, output.width);
        output.result(entries.length > 0 ? lines.join('\n') : 'No schedules.');
        return EXIT.done;
      });
    });
  withExamples(command, 'upwave schedule list', 'upwave schedule list --json');
}

function addDelete(schedule: Command, session: Session): void {
  const command = schedule
    .command('delete')
    .description('delete a schedule; rollouts that it started go on')
    .argument('<id>', "the schedule's id, or its plan's name")
    .option(...YES_FLAG)
    .action(async (named: string, options: { readonly yes?: boolean }) => {
      const output = createOutput(session.config, {});
      requireAnswerable(options, 'schedule delete');
      session.exitCode = await connected(async (server) => {
        const handle = await findSchedule(server, named);
        await confirmOrStop(options, `Delete schedule ${handle.scheduleId}?`);
        await askServer(server, () => handle.delete());
        output.result(`Schedule ${handle.scheduleId} is deleted. Rollouts that it started go on.`);
        return EXIT.done;
      });
    });
  withExamples(command, 'upwave schedule delete upwave/caches-november');
}

function requireCron(cron: string): void {
  try {
    cronToCalendars(cron);
  } catch (error) {
    if (!(error instanceof CronRefusedError)) throw error;
    throw new PersonError(`--cron ${error.message} Nothing was created.`, EXIT.usage, {
      cause: error,
    });
  }
}

function catchup(text: string): number {
  const catchupMs = durationOfFlag('--catchup', text);
  if (catchupMs >= LEAST_CATCHUP_MS) return catchupMs;
  throw new PersonError(
    `--catchup ${text}: the server takes 10s at least. Nothing was created.`,
    EXIT.usage,
  );
}
