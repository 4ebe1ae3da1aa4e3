import type { Command } from 'commander';
import { confirmIfAnswerable } from '../ask';
import { registerSearchAttributes } from '../../temporal/search-attributes';
import type { ClientConfig } from '../config';
import { connected } from '../connected';
import { cronToCalendars, CronRefusedError } from '../cron';
import { durationOfFlag } from '../durations';
import { PersonError } from '../errors';
import { EXIT, type ExitCode } from '../exit-codes';
import { createOutput } from '../output';
import { readPlan } from '../plan-file';
import { createdLines } from '../schedule-view';
import { createSchedule, defaultScheduleId, requireZone, type ScheduleInput } from '../schedules';
import { JSON_FLAG, withExamples, YES_FLAG, type Session } from '../session';
import { changeServer } from '../workers';

interface CreateOptions {
  readonly cron: string;
  readonly zone: string;
  readonly jitter: string;
  readonly catchup: string;
  readonly id?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

// Shorter makes no sense to the server.
const LEAST_CATCHUP_MS = 10_000;

export function addScheduleCreate(schedule: Command, session: Session): void {
  const command = schedule
    .command('create')
    .description('create a schedule; targets and versions are read anew at each start')
    .argument('<plan>', 'the plan file')
    .requiredOption('--cron <fields>', 'minute hour day-of-month month day-of-week; also #, L, W')
    .requiredOption('--zone <zone>', 'the IANA zone of these fields')
    .option('--jitter <duration>', 'start up to this much later, at random', '0s')
    .option('--catchup <duration>', 'how late a start may be after an outage', '10m')
    .option('--id <id>', 'the id of the schedule (default: upwave/<plan name>)')
    .option(...YES_FLAG)
    .option(...JSON_FLAG)
    .action(async (plan: string, options: CreateOptions) => {
      session.exitCode = await create(session.config, plan, options);
    });
  withExamples(
    command,
    'upwave schedule create plan.yaml --cron "0 1 * * SAT#2" --zone Asia/Shanghai',
    'upwave schedule create plan.yaml --cron "30 3 L * *" --zone Europe/Berlin --jitter 10m',
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
    const { scheduleId, cron, zone } = input;
    const question = `Start a rollout of ${plan.name} at each ${cron} ${zone}, by schedule ${scheduleId}?`;
    await confirmIfAnswerable(options, question);
    await changeServer(server, () => registerSearchAttributes(client.connection, namespace));
    const created = await createSchedule(server, input);
    output.result(createdLines(input, created, output.width).join('\n'));
    output.document({
      scheduleId: input.scheduleId,
      plan: plan.name,
      cron: input.cron,
      zone: input.zone,
      next: created.next.map((each) => each.toISOString()),
      clockChanges: created.clockChanges,
    });
    return EXIT.done;
  });
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
