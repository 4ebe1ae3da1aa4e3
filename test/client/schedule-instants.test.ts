import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { nextInstants } from '../../client/cron';
import { clockChangesOf } from '../../client/schedule-clock-changes';
import { msToTs, tsToMs } from '@temporalio/common/lib/time';
import { createSchedule } from '../../client/schedules';
import type { Connected } from '../../temporal/connect';
import { planOf } from '../support/world';
import { testServerAddress } from '../support/temporal-server';
import { aPlan } from './run-upwave';

let server: Connected;
const plan = planOf(aPlan({ name: `instants-${randomUUID().slice(0, 8)}` }));

beforeAll(async () => {
  const address = testServerAddress();
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  server = { client, address, namespace: 'default', close: () => connection.close() };
});
afterAll(() => server.close());

interface Range {
  readonly from: string;
  readonly to: string;
}

/** Creates the schedule as the command does, and asks the server for all its instants in a range. */
async function serverInstants(cron: string, zone: string, { from, to }: Range): Promise<string[]> {
  const { scheduleId } = await create(cron, zone);
  const { startTime } = await server.client.workflowService.listScheduleMatchingTimes({
    namespace: server.namespace,
    scheduleId,
    startTime: msToTs(Date.parse(from)),
    endTime: msToTs(Date.parse(to)),
  });
  await server.client.schedule.getHandle(scheduleId).delete();
  return startTime.map((each) => new Date(tsToMs(each)).toISOString());
}

async function create(cron: string, zone: string) {
  const scheduleId = `upwave/${plan.name}-${randomUUID()}`;
  const times = { jitterMs: 0, catchupMs: 600_000 };
  const input = { scheduleId, plan, cron, zone, ...times, taskQueue: 'nobody' };
  return { scheduleId, ...(await createSchedule(server, input)) };
}

/** Both, croner and the server, leave out the instant at which a range begins. */
function cronerInstants(cron: string, zone: string, { from, to }: Range): string[] {
  const all = nextInstants(cron, zone, { count: 1_000, after: new Date(from) });
  return all.map((each) => each.toISOString()).filter((each) => Date.parse(each) <= Date.parse(to));
}

// Fifteen months with a February, both nights of a year, and a last of the month on one of them.
const months = { from: '2027-01-01T00:00:00Z', to: '2028-04-01T00:00:00Z' };
const spring = { from: '2027-03-27T00:00:00Z', to: '2027-03-30T00:00:00Z' };
const autumn = { from: '2027-10-30T00:00:00Z', to: '2027-11-02T00:00:00Z' };

describe.each([['Asia/Shanghai'], ['Europe/Berlin']])('in %s', (zone) => {
  test.each([
    { name: 'the second Saturday', cron: '0 1 * * SAT#2', count: 15 },
    {
      name: 'the second Saturday, at an hour that the clocks change',
      cron: '30 2 * * SAT#2',
      count: 15,
    },
    { name: 'the last day of a month', cron: '30 3 L * *', count: 15 },
    { name: 'the last day of a month, before the clocks change', cron: '59 0 L * *', count: 15 },
    { name: 'the last weekday of a month', cron: '0 23 LW * *', count: 15 },
    {
      name: 'the last Sunday of a month, after the clocks changed',
      cron: '0 3 * * SUNL',
      count: 15,
    },
  ])('$name: fifteen months of the server are croner’s', async ({ cron, count }) => {
    const found = await serverInstants(cron, zone, months);

    expect(found).toEqual(cronerInstants(cron, zone, months));
    expect(found).toHaveLength(count);
  });
});

describe('the nights on which Berlin’s clocks change', () => {
  const zone = 'Europe/Berlin';

  test.each([
    { name: 'daily, well before, spring', cron: '59 0 * * *', night: spring },
    { name: 'daily, well before, autumn', cron: '59 0 * * *', night: autumn },
    { name: 'daily, right after, spring', cron: '0 3 * * *', night: spring },
    { name: 'daily, right after, autumn', cron: '0 3 * * *', night: autumn },
    { name: 'every half hour, spring', cron: '*/30 * * * *', night: spring },
  ])('$name: the server’s instants are croner’s', async ({ cron, night }) => {
    const found = await serverInstants(cron, zone, night);

    expect(found).toEqual(cronerInstants(cron, zone, night));
  });

  // What the server does here is not as its documents say; it must be told, whatever it is.
  test.each([
    { name: 'left out in spring, twice in autumn', cron: '30 2 * * *', nights: [spring, autumn] },
    { name: 'the hour before, autumn', cron: '30 1 * * *', nights: [autumn] },
    { name: 'every half hour, autumn', cron: '*/30 * * * *', nights: [autumn] },
    { name: 'the second Saturday: no such night', cron: '30 2 * * SAT#2', nights: [] },
    { name: 'at three: no such night', cron: '0 3 * * *', nights: [] },
  ])('$name: every difference of the server is told', async ({ cron, nights }) => {
    const { scheduleId } = await create(cron, zone);
    const from = new Date('2027-01-01T00:00:00Z');

    const told = await clockChangesOf(server, scheduleId, { cron, zone, jitterMs: 0, from });

    await server.client.schedule.getHandle(scheduleId).delete();
    const differing = [];
    for (const night of nights) {
      const found = await serverInstants(cron, zone, night);
      const wanted = cronerInstants(cron, zone, night);
      differing.push({
        leftOut: wanted.filter((each) => !found.includes(each)),
        added: found.filter((each) => !wanted.includes(each)),
      });
    }
    expect(told.map(({ leftOut, added }) => ({ leftOut, added }))).toEqual(differing);
  });

  test('jitter alone is no difference', async () => {
    const jitterMs = 600_000;
    const scheduleId = `upwave/${plan.name}-${randomUUID()}`;
    const input = { scheduleId, plan, cron: '*/30 3-5 * * *', zone, jitterMs, catchupMs: 600_000 };

    const { clockChanges } = await createSchedule(server, { ...input, taskQueue: 'nobody' });

    await server.client.schedule.getHandle(scheduleId).delete();
    expect(clockChanges).toEqual([]);
  });
});
