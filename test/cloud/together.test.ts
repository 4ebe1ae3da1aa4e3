import type { Family } from '../../cloud/family';
import type { FamilyName, Submission } from '../../rollout/upgrade';
import type { Cloud } from './cloud';
import { basisOf, requestFor, startCloud } from './cloud';

const OLD = { 'taurusdb-instance': '2.0.48.231200', 'gaussdb-hotfix': '3.208.0.5' };
const FAMILIES = ['taurusdb-instance', 'gaussdb-hotfix'] as const;
type Batched = (typeof FAMILIES)[number];

let cloud: Cloud;
afterEach(() => cloud.close());

function idsOf(family: Batched): readonly string[] {
  const suffix = family === 'gaussdb-hotfix' ? 'in14' : 'in07';
  return ['0', '1', '2', '3', '4'].map((digit) => `${digit.repeat(32)}${suffix}`);
}

async function start(family: Batched, set: readonly string[] = [], last: object = {}) {
  const ids = idsOf(family);
  const rows = ids.map((instanceId, index) => {
    const change = index === ids.length - 1 ? last : {};
    return { family, instanceId, version: OLD[family], ...change };
  });
  cloud = await startCloud({ more: rows, set });
}

/** Submits all five, as attempts do that have read their versions together. */
async function submitAll(family: Batched, together?: number, signals: AbortSignal[] = []) {
  const to: Family = cloud.families[family];
  const upgrade = together === undefined ? {} : { submitTogether: together };
  const requests = idsOf(family).map((instanceId) => requestFor(family, { instanceId, upgrade }));
  const basis = await basisOf(to, requests[0] as never);
  return Promise.allSettled(
    requests.map((request, index) => to.submit(request, basis, { signal: signals[index] })),
  );
}

function valuesOf(settled: readonly PromiseSettledResult<Submission>[]): readonly Submission[] {
  return settled.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
}

/** How many instances each call named, and how often each instance was begun. */
async function journaled(family: FamilyName) {
  const isSubmit = /\/(schedule-task|upgrade)$/;
  const lines = (await cloud.journal()).filter(({ path }) => isSubmit.test(path ?? ''));
  const begun = (await cloud.journal())
    .flatMap(({ effects }) => effects)
    .filter((effect) => effect.kind === 'upgradeStarted' && effect.family === family);
  const named = lines.map(({ body }) => {
    const { instance_ids: ids, databases_instance_infos: infos } = body as Record<
      string,
      unknown[]
    >;
    return (ids ?? infos ?? []).length;
  });
  return { named, begun: begun.map(({ instanceId }) => instanceId).sort() };
}

test.each([
  ['taurusdb-instance', undefined, [1, 1, 1, 1, 1]],
  ['taurusdb-instance', 2, [2, 2, 1]],
  ['taurusdb-instance', 100, [5]],
  ['gaussdb-hotfix', undefined, [1, 1, 1, 1, 1]],
  ['gaussdb-hotfix', 3, [3, 2]],
] as const)('%s, submitTogether %s -> calls of %j', async (family, together, named) => {
  await start(family);

  const submissions = valuesOf(await submitAll(family, together));

  expect(await journaled(family)).toEqual({ named, begun: idsOf(family) });
  expect(submissions.map(({ state }) => state)).not.toContain('rejected');
});

test('hot patches of one call: each has its ticket', async () => {
  await start('gaussdb-hotfix');

  const submissions = valuesOf(await submitAll('gaussdb-hotfix', 30));

  expect(submissions.map(({ state }) => state)).toEqual(Array(5).fill('accepted'));
});

test('kernels of one call: the one word proves nothing, and each is found again', async () => {
  await start('taurusdb-instance', ['jobVisibleAfter=0s']);
  const since = new Date().toISOString();

  const submissions = valuesOf(await submitAll('taurusdb-instance', 100));

  expect(submissions.map(({ state }) => state)).toEqual(Array(5).fill('unknown'));
  const [first = ''] = idsOf('taurusdb-instance');
  const request = requestFor('taurusdb-instance', { instanceId: first });
  const lost = { id: null, wanted: '2.0.60.241200', since, versionBefore: '2.0.48.231200' };
  const found = await cloud.families['taurusdb-instance'].reconcile(request, lost);
  expect(found).toMatchObject({ state: 'adopted' });
});

test.each([
  ['taurusdb-instance', { status: 'STORAGE FULL' }],
  ['gaussdb-hotfix', { status: 'FROZEN' }],
] as const)(
  '%s, one that the cloud refuses: it alone is rejected, the others begin, each once',
  async (family, bad) => {
    await start(family, ['batchPartial=refuse'], bad);

    const submissions = valuesOf(await submitAll(family, 30));

    expect(submissions.map(({ state }) => state === 'rejected')).toEqual([
      ...Array<boolean>(4).fill(false),
      true,
    ]);
    const { begun, named } = await journaled(family);
    expect(begun).toEqual(idsOf(family).slice(0, 4));
    // All; three and two; one and one.
    expect(named).toEqual([5, 3, 2, 1, 1]);
  },
);

test('a kernel that the cloud leaves out without a word is not taken for begun', async () => {
  await start('taurusdb-instance', ['batchPartial=skip'], { status: 'STORAGE FULL' });
  const since = new Date().toISOString();

  const submissions = valuesOf(await submitAll('taurusdb-instance', 30));

  expect(submissions.at(-1)).toMatchObject({ state: 'unknown' });
  expect((await journaled('taurusdb-instance')).begun).toHaveLength(4);
  const instanceId = idsOf('taurusdb-instance').at(-1) ?? '';
  const lost = { id: null, wanted: '2.0.60.241200', since, versionBefore: '2.0.48.231200' };
  const request = requestFor('taurusdb-instance', { instanceId });
  const found = await cloud.families['taurusdb-instance'].reconcile(request, lost);
  expect(found).toMatchObject({ state: 'unknown' });
});

test.each(FAMILIES)('%s, the answer is lost: unknown for each, sent once', async (family) => {
  await start(family);
  await cloud.fault('submit', 'lostAfter', 1, idsOf(family));

  const submissions = valuesOf(await submitAll(family, 30));

  expect(submissions.map(({ state }) => state)).toEqual(Array(5).fill('unknown'));
  expect(await journaled(family)).toEqual({ named: [5], begun: idsOf(family) });
});

test('one whose time is over does not leave, nor does it keep the others back', async () => {
  await start('gaussdb-hotfix');
  const over = AbortSignal.abort(new Error('too late'));
  const open = new AbortController().signal;

  const settled = await submitAll('gaussdb-hotfix', 30, [open, over, open, open, open]);

  expect(settled.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    ...Array<string>(3).fill('fulfilled'),
  ]);
  expect((await journaled('gaussdb-hotfix')).named).toEqual([4]);
});

test.each(FAMILIES)('%s, no access: thrown for each, for no target is to blame', async (family) => {
  await start(family);
  await cloud.fault('submit', '403', 9, idsOf(family));

  const settled = await submitAll(family, 30);

  expect(settled.map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
});
