import {
  AuthenticationError,
  CloudUnavailableError,
  RateLimitedError,
  UnexpectedAnswerError,
} from '../../cloud/errors';
import type { Ticket } from '../../rollout/upgrade';
import { FAMILIES } from '../../rollout/upgrade';
import type { Cloud } from './cloud';
import {
  basisOf,
  followToEnd,
  reconcileFor,
  rejection,
  requestFor,
  startCloud,
  submitAfterLook,
  ticketOf,
} from './cloud';

/** What holds for every family, whatever its calls look like. */
describe.each(FAMILIES)('%s', (name) => {
  const request = requestFor(name);
  let cloud: Cloud;

  beforeEach(async () => {
    cloud = await startCloud();
  });

  afterEach(() => cloud.close());

  const family = () => cloud.families[name];

  async function upgradesStarted(): Promise<number> {
    const effects = (await cloud.journal()).flatMap((line) => line.effects);
    return effects.filter(({ kind }) => kind === 'upgradeStarted').length;
  }

  async function submits(): Promise<number> {
    const lines = await cloud.journal();
    return lines.filter(({ method }) => method === 'POST').length;
  }

  test('an instance at rest is ready, with its version and the newest', async () => {
    const seen = await family().inspect(request);

    expect(seen).toMatchObject({ state: 'ready', upgradable: true, ticket: null });
    expect(seen.version).not.toBe('');
    expect(seen.newestVersion).not.toBe(seen.version);
  });

  test('an instance the cloud does not know is gone', async () => {
    const unknown = name === 'dcs-instance' ? 'dddddddd-0000-0000-0000-dddddddddddd' : null;
    const suffix = name === 'gaussdb-hotfix' ? 'in14' : 'in07';
    const instanceId = unknown ?? `${'f'.repeat(32)}${suffix}`;

    const seen = await family().inspect(requestFor(name, { instanceId }));

    expect(seen.state).toBe('gone');
  });

  test('accepted, followed to its end, and then a fresh read shows the version', async () => {
    const { versionNow, wanted } = await basisOf(family(), request);
    const before = Date.now();

    const ticket = ticketOf(await family().submit(request, { versionNow, wanted }));
    const { end, seen } = await followToEnd(family(), request, ticket);
    const after = await family().inspect(request);

    expect(ticket).toMatchObject({ wanted, versionBefore: versionNow });
    expect(Math.abs(Date.parse(ticket.since) - before)).toBeLessThan(2000);
    expect(end).toEqual({ state: 'succeeded' });
    expect(seen[0]).toMatchObject({ state: 'running' });
    expect(after).toMatchObject({ state: 'ready', upgradable: false });
    for (const part of wanted.split(',')) expect(after.version).toContain(part);
    expect(await upgradesStarted()).toBe(1);
  });

  test('a job that fails is failed, in the words of the cloud', async () => {
    await cloud.fault('job', 'fail');

    const ticket = ticketOf(await submitAfterLook(family(), request));
    const { end } = await followToEnd(family(), request, ticket);

    expect(end).toMatchObject({ state: 'failed' });
    expect(end.state === 'failed' && end.words).toMatch(/fail/i);
  });

  test('refused by the service: rejected, and nothing begun', async () => {
    const basis = await basisOf(family(), request);
    await cloud.fault('submit', 'reject');

    const submission = await family().submit(request, basis);

    expect(submission).toMatchObject({ state: 'rejected' });
    expect(await upgradesStarted()).toBe(0);
  });

  test.each([
    ['400', 'forGood'],
    ['404', 'forGood'],
    ['409', 'busy'],
  ] as const)('submit answered %s: rejected %s, sent once', async (fault, kind) => {
    const basis = await basisOf(family(), request);
    await cloud.fault('submit', fault);

    const submission = await family().submit(request, basis);

    expect(submission).toMatchObject({
      state: 'rejected',
      kind,
      code: expect.any(String) as string,
    });
    expect(await submits()).toBe(1);
  });

  test.each([
    ['401', AuthenticationError],
    ['403', AuthenticationError],
    ['429', RateLimitedError],
  ] as const)('submit answered %s: thrown, for no target is to blame', async (fault, type) => {
    const basis = await basisOf(family(), request);
    await cloud.fault('submit', fault);

    const error = await rejection(family().submit(request, basis));

    expect(error).toBeInstanceOf(type);
    expect(await submits()).toBe(1);
  });

  test.each(['500', '503', 'html', 'lostBefore', 'lostAfter'] as const)(
    'submit met by %s: unknown, sent once',
    async (fault) => {
      const basis = await basisOf(family(), request);
      await cloud.fault('submit', fault);

      const submission = await family().submit(request, basis);

      expect(submission).toMatchObject({ state: 'unknown' });
      expect(await submits()).toBe(1);
    },
  );

  test.each([
    ['401', AuthenticationError],
    ['403', AuthenticationError],
    ['429', RateLimitedError],
    ['500', CloudUnavailableError],
    ['503', CloudUnavailableError],
    ['lostBefore', CloudUnavailableError],
    ['html', UnexpectedAnswerError],
  ] as const)('read met by %s: thrown', async (fault, type) => {
    await cloud.fault('read', fault, 5);

    const error = await rejection(family().inspect(request));

    expect(error).toBeInstanceOf(type);
  });

  test('the answer was lost before the effect: no trace of it', async () => {
    const basis = await basisOf(family(), request);
    await cloud.fault('submit', 'lostBefore');
    const lost = lostTicket(basis);
    await family().submit(request, basis);

    const found = await reconcileFor(family(), request, lost, 500);

    expect(found).toMatchObject({ state: 'absent' });
  });

  test('the answer was lost after the effect: found, followed, done', async () => {
    const basis = await basisOf(family(), request);
    await cloud.fault('submit', 'lostAfter');
    const lost = lostTicket(basis);
    await family().submit(request, basis);

    const found = await reconcileFor(family(), request, lost, 5000);

    if (found.state !== 'adopted') throw new Error(`not found: ${JSON.stringify(found)}`);
    expect(found.ticket).toMatchObject({ ...lost, id: expect.any(String) as string });
    const { end } = await followToEnd(family(), request, found.ticket);
    expect(end).toEqual({ state: 'succeeded' });
    expect(await upgradesStarted()).toBe(1);
  });

  test('the answer was lost, and it had ended when we look: found all the same', async () => {
    const basis = await basisOf(family(), request);
    await cloud.fault('submit', 'lostAfter');
    const lost = lostTicket(basis);
    await family().submit(request, basis);
    const { wanted } = basis;
    while (!(await family().inspect(request)).version.includes(wanted.split(',').at(-1) ?? '')) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }

    const found = await family().reconcile(request, lost);

    expect(found).toMatchObject({ state: 'adopted' });
  });

  test("somebody else's older upgrade is not ours", async () => {
    const basis = await basisOf(family(), request);
    ticketOf(await family().submit(request, basis));
    const later = new Date(Date.now() + 60_000).toISOString();

    const found = await family().reconcile(request, { ...lostTicket(basis), since: later });

    expect(found.state).not.toBe('adopted');
  });

  test('an upgrade that runs is seen, with the ticket to follow it by', async () => {
    ticketOf(await submitAfterLook(family(), request));
    await new Promise((resolve) => setTimeout(resolve, 400));

    const seen = await family().inspect(request);

    expect(seen.state).toBe('upgrading');
    if (seen.ticket === null) throw new Error('no ticket');
    const { end } = await followToEnd(family(), request, seen.ticket);
    expect(end).toEqual({ state: 'succeeded' });
  });

  test('a second submit is refused as busy', async () => {
    const basis = await basisOf(family(), request);
    ticketOf(await family().submit(request, basis));

    const second = await family().submit(request, basis);

    expect(second).toMatchObject({ state: 'rejected', kind: 'busy' });
  });

  test('a call that was called off is no error of the cloud', async () => {
    const controller = new AbortController();
    controller.abort(new Error('going away'));

    const error = await rejection(family().inspect(request, { signal: controller.signal }));

    expect(error.message).toBe('going away');
    expect(await cloud.journal()).toEqual([]);
  });
});

function lostTicket(basis: { readonly versionNow: string; readonly wanted: string }): Ticket {
  const { versionNow: versionBefore, wanted } = basis;
  return { id: null, wanted, since: new Date().toISOString(), versionBefore };
}
