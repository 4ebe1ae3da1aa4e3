import { setTimeout as sleep } from 'node:timers/promises';
import { signRequest } from '../../cloud/signing';
import type { FamilyName } from '../../rollout/upgrade';
import type { Cloud } from './cloud';
import { followToEnd, requestFor, SCOPE, startCloud, submitAfterLook, ticketOf } from './cloud';

const HOTFIX = 'gaussdb-hotfix';
const KERNEL = 'taurusdb-instance';
const hotfix = requestFor(HOTFIX, { upgrade: { startAfterMs: 3_600_000 } });
const kernel = requestFor(KERNEL, { upgrade: { delay: true } });
const LATE = ['maintenanceDelay=1h'];
let cloud: Cloud;

afterEach(() => cloud.close());

async function effects(): Promise<readonly string[]> {
  return (await cloud.journal()).flatMap((line) => line.effects.map(({ kind }) => kind));
}

/** The calls that would take something back. */
async function cancelCalls(): Promise<readonly unknown[]> {
  const lines = await cloud.journal();
  return lines
    .filter(({ method }) => method === 'PUT' || method === 'DELETE')
    .map(({ body }) => body);
}

describe.each([
  [HOTFIX, hotfix],
  [KERNEL, kernel],
] as const)('%s, scheduled', (name, request) => {
  test('not begun -> cancelled, and a second time', async () => {
    cloud = await startCloud({ set: LATE });
    const family = cloud.families[name];
    const ticket = ticketOf(await submitAfterLook(family, request));

    const first = await family.cancel(request, ticket);
    const second = await family.cancel(request, ticket);

    expect([first, second]).toEqual([{ state: 'cancelled' }, { state: 'cancelled' }]);
    expect(await effects()).toEqual(['upgradeStarted', 'cancelled']);
    expect(await cancelCalls()).toHaveLength(1);
    expect(await family.inspect(request)).toMatchObject({ state: 'ready' });
  });

  test('begun -> begun, nothing is cancelled', async () => {
    cloud = await startCloud({ set: ['duration=1h', 'maintenanceDelay=500ms'] });
    const family = cloud.families[name];
    const soon = name === HOTFIX ? requestFor(HOTFIX) : request;
    const ticket = ticketOf(await submitAfterLook(family, soon));
    await sleep(2_000);

    expect(await family.cancel(soon, ticket)).toEqual({ state: 'begun', words: 'it is Running' });
    expect(await cancelCalls()).toEqual([]);
  });

  test('ended -> begun', async () => {
    cloud = await startCloud({ set: ['maintenanceDelay=500ms'] });
    const family = cloud.families[name];
    const soon = name === HOTFIX ? requestFor(HOTFIX) : request;
    const ticket = ticketOf(await submitAfterLook(family, soon));
    await followToEnd(family, soon, ticket);

    expect(await family.cancel(soon, ticket)).toEqual({ state: 'begun', words: 'it is Completed' });
  });

  test('not listed (yet) -> an error, nothing is cancelled', async () => {
    cloud = await startCloud();
    const since = new Date().toISOString();
    const ticket = { id: 'nobody', wanted: '', since, versionBefore: null };

    await expect(cloud.families[name].cancel(request, ticket)).rejects.toThrow('listed');
    expect(await cancelCalls()).toEqual([]);
  });

  test('the answer is lost after the effect -> the list says that it is cancelled', async () => {
    cloud = await startCloud({ set: LATE });
    const family = cloud.families[name];
    const ticket = ticketOf(await submitAfterLook(family, request));
    await cloud.fault('cancel', 'lostAfter');

    expect(await family.cancel(request, ticket)).toEqual({ state: 'cancelled' });
  });

  test.each(['lostBefore', '500', '409'])(
    '%s -> an error, for it is still there',
    async (fault) => {
      cloud = await startCloud({ set: LATE });
      const family = cloud.families[name];
      const ticket = ticketOf(await submitAfterLook(family, request));
      await cloud.fault('cancel', fault);

      await expect(family.cancel(request, ticket)).rejects.toThrow(/and it is Pending/);
      expect(await family.cancel(request, ticket)).toEqual({ state: 'cancelled' });
    },
  );
});

test.each<FamilyName>(['taurusdb-proxy', 'dcs-instance'])('%s -> not possible', async (name) => {
  cloud = await startCloud({ set: ['duration=1h'] });
  const family = cloud.families[name];
  const request = requestFor(name);
  const ticket = ticketOf(await submitAfterLook(family, request));

  const cancelled = await family.cancel(request, ticket);

  expect(cancelled).toEqual({ state: 'notPossible', words: 'the cloud has no call that ends it' });
  expect(await cancelCalls()).toEqual([]);
});

test('a task that stands for two instances -> not possible, both keep it', async () => {
  const other = `${'f'.repeat(32)}in14`;
  cloud = await startCloud({
    more: [{ family: HOTFIX, instanceId: other, version: '3.208.0.5' }],
  });
  const family = cloud.families[HOTFIX];
  const task = await scheduleTogether([hotfix.target.instanceId, other]);
  const ticket = { id: task, wanted: '3.208.0.6', since: '', versionBefore: null };

  const cancelled = await family.cancel(hotfix, ticket);

  expect(cancelled).toEqual({
    state: 'notPossible',
    words: `its task is shared with ${other}: that would end as well`,
  });
  expect(await effects()).toEqual(['upgradeStarted', 'upgradeStarted']);
  expect(await cancelCalls()).toEqual([]);
});

/** One task for several instances, as the console makes them. */
async function scheduleTogether(ids: readonly string[]): Promise<string> {
  const { credentials, endpoints } = cloud.settings;
  if (credentials.kind !== 'aksk') throw new Error('needs keys');
  const path = `/v3/${SCOPE.projectId}/instances/db-upgrade/schedule-task`;
  const url = new URL(`${endpoints?.gaussdb}${path}`);
  const body = {
    instance_ids: ids,
    start_time: '2035-06-06T01:47:20+0800',
    upgrade_type: 'hotfix',
    upgrade_action: 'upgradeAutoCommit',
    target_version: '3.208.0.6',
  };
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, {
    method: 'POST',
    headers: signRequest({ method: 'POST', url, query: {}, headers, body }, credentials),
    body: JSON.stringify(body),
  });
  const { instance_tasks: tasks } = (await answer.json()) as {
    readonly instance_tasks: readonly { readonly task_id: string }[];
  };
  return tasks[0]?.task_id ?? '';
}
