import { scopeOf } from '../../rollout/clouds';
import { attemptId } from '../../rollout/ids';
import { mostAtOnce, flightsIn, violations } from '../support/judge';
import { planFor } from '../support/plans';
import { freeze, startFrozen, targetsOf, until } from '../support/rollouts';
import type { FleetRow, World } from '../support/world';
import { startWorld } from '../support/world';

/** Two clouds of one worker: both have the same project id, and nothing else in common. */
let east: World;
let west: World;

const FAMILIES = ['dcs-instance', 'taurusdb-instance'];
const onlyFast = (fleet: readonly FleetRow[]) =>
  fleet.filter(({ family }) => FAMILIES.includes(family));

beforeEach(async () => {
  const set = { duration: '800ms', retryAfter: 1 };
  east = await startWorld({ size: 8, set });
  west = await startWorld({ size: 8, set });
});
afterEach(() => Promise.all([east.stop(), west.stop()]));

/** The variables of a cloud of that name. */
function variablesFor(name: string, { access }: World): Record<string, string> {
  const { ak, sk, endpoints } = access;
  return {
    [`CLOUD_${name}_SDK_AK`]: ak,
    [`CLOUD_${name}_SDK_SK`]: sk,
    [`CLOUD_${name}_ENDPOINT_TAURUSDB`]: endpoints.taurusdb,
    [`CLOUD_${name}_ENDPOINT_GAUSSDB`]: endpoints.gaussdb,
    [`CLOUD_${name}_ENDPOINT_DCS`]: endpoints.dcs,
    [`CLOUD_${name}_ENDPOINT_IAM`]: endpoints.iam,
  };
}

const NOTHING = {
  CLOUD_SDK_AK: '',
  CLOUD_SDK_SK: '',
  CLOUD_ENDPOINT_TAURUSDB: '',
  CLOUD_ENDPOINT_GAUSSDB: '',
  CLOUD_ENDPOINT_DCS: '',
  CLOUD_ENDPOINT_IAM: '',
};

/** A plan over both: the first world's targets are in the plan's own project, or in `east`. */
async function planOver(changes: Readonly<Record<string, unknown>> = {}, own?: 'east') {
  const { projectId, region } = east.access;
  const [ours, theirs] = [onlyFast(await east.fleet()), onlyFast(await west.fleet())];
  const whole = planFor([...ours, ...theirs]);
  const isTheirs = (id: string) => theirs.some(({ instanceId }) => instanceId === id);
  const targets = whole.targets.map((target) => {
    const cloud = isTheirs(target.instanceId) ? 'west' : own;
    return { ...target, ...(cloud && { cloud }) };
  });
  const clouds = {
    west: { projectId, region, concurrency: null },
    ...(own && { east: { projectId, region, concurrency: null } }),
    ...(changes.clouds as object | undefined),
  };
  return { ...whole, targets, ...changes, clouds };
}

test('targets of both clouds end well, each by its own keys and endpoints, as many at once as its cloud allows', async () => {
  await east.startWorker(variablesFor('WEST', west));
  const { projectId, region } = east.access;
  const plan = await planOver({ clouds: { west: { projectId, region, concurrency: 1 } } });
  const frozen = await freeze(east, plan);
  expect(frozen.waves[0]?.concurrencyBy).toEqual([{ label: 'cloud', value: 'west', max: 1 }]);

  const handle = await startFrozen(east, frozen);
  const { state, counts } = await handle.result();

  expect({ state, counts }).toMatchObject({
    state: 'finished',
    counts: { total: 8, succeeded: 8, pending: 0 },
  });
  for (const world of [east, west]) {
    const fleet = onlyFast(await world.fleet());
    expect(fleet.map(({ version, latest }) => version === latest)).toEqual(Array(4).fill(true));
    const journal = await world.journal();
    expect(violations(journal)).toEqual([]);
    expect(journal.filter(({ status }) => status === 401)).toEqual([]);
  }
  expect(mostAtOnce(flightsIn(await west.journal()))).toBe(1);
  expect(mostAtOnce(flightsIn(await east.journal()))).toBeGreaterThan(1);
  // The lock of an instance is by its project.
  const [target] = (await targetsOf(east, handle)).filter(({ target }) => target.cloud === 'west');
  if (!target) throw new Error('no target in the cloud west');
  const id = attemptId(scopeOf(frozen, target.target), target.target);
  expect(id).toBe(`upgrade/${projectId}/${target.target.instanceId}`);
  const { status } = await east.client.workflow.getHandle(id).describe();
  expect(status.name).toBe('COMPLETED');
}, 120_000);

test('a cloud that refuses its key in mid-rollout does not hold back the other, nor pause the rollout while that has something to do', async () => {
  await east.startWorker(variablesFor('WEST', west));
  const waves = [{ name: 'all', take: 'rest', concurrency: 2 }];
  const plan = planFor(onlyFast(await east.fleet()), { waves, cloudAccess: { pauseAfter: '4s' } });
  const over = await planOver({ waves: plan.waves, cloudAccess: plan.cloudAccess });
  // Theirs come first: in plan order they would take both places.
  const targets = [...over.targets].sort((a, b) => (b.cloud ?? '').localeCompare(a.cloud ?? ''));
  const frozen = await freeze(east, { ...over, targets });
  await west.setFaults({ rates: { '*': { submit: { 401: 1 }, read: { 401: 1 } } } });

  const handle = await startFrozen(east, frozen);
  await until(
    'the targets of the cloud that answers have ended',
    async () => {
      const seen = await targetsOf(east, handle).catch(() => []);
      const ours = seen.filter(({ target }) => target.cloud === undefined);
      return ours.length === 4 && ours.every(({ end }) => end?.outcome === 'succeeded');
    },
    60_000,
  );
  const paused = await until('a pause', async () => {
    const { state, actions } = await handle.query<{
      readonly state: string;
      readonly actions: readonly { readonly at: string; readonly reason: string | null }[];
    }>('status');
    return state === 'paused' ? actions.at(-1) : null;
  });

  expect(paused.reason).toMatch(/^cloudAccess: .*cloud west: /);
  const ours = (await targetsOf(east, handle)).filter(({ target }) => target.cloud === undefined);
  for (const { endedAt } of ours)
    expect(Date.parse(endedAt ?? '')).toBeLessThan(Date.parse(paused.at));

  // A key that was refused is tried again after minutes: too long for a test.
  await handle.executeUpdate('abort', { args: [{ by: 'li', reason: 'enough' }] });
  const { counts } = await handle.result();
  expect(counts).toMatchObject({ total: 8, succeeded: 4, skipped: 4 });
  expect((await west.journal()).flatMap(({ effects }) => effects)).toEqual([]);
}, 150_000);

test.each([
  ['a named cloud', undefined, {}, 'cloud west: it needs CLOUD_WEST_SDK_AK and CLOUD_WEST_SDK_SK'],
  [
    "the plan's own project",
    'own',
    NOTHING,
    "the plan's own project: it needs CLOUD_SDK_AK and CLOUD_SDK_SK",
  ],
])(
  'a worker without credentials for %s says which variables it lacks, and nothing is submitted',
  async (_name, lacksOwn, env, words) => {
    await east.startWorker({ ...env, ...(lacksOwn ? variablesFor('WEST', west) : {}) });

    const handle = await east.start(await planOver());

    const failure = await handle.result().catch((error: { cause?: Error }) => error.cause);
    expect((failure as Error).message).toContain(
      'The plan could not be frozen, nothing was submitted',
    );
    expect((failure as Error).message).toContain(`the worker has no credentials for ${words}`);
    for (const world of [east, west]) {
      expect((await world.journal()).filter(({ method }) => method === 'POST')).toEqual([]);
    }
  },
  60_000,
);
