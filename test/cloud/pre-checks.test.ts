import { createCloudApi } from '../../cloud/api';
import { CloudUnavailableError } from '../../cloud/errors';
import type { Family } from '../../cloud/family';
import { DEFAULT_FORMATS } from '../../cloud/settings';
import { createTaurusdbPreCheck } from '../../cloud/taurusdb-instance-pre-check';
import type { Cloud } from './cloud';
import { basisOf, rejection, requestFor, startCloud } from './cloud';
import { startMadeUpCloud } from './made-up-cloud';
import type { Reply } from './server';
import { startService } from './server';

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function cloudOf(...args: Parameters<typeof startCloud>): Promise<Cloud> {
  const cloud = await startCloud(...args);
  open.push(cloud);
  return cloud;
}

const KERNEL = requestFor('taurusdb-instance');
const PATCH = requestFor('gaussdb-hotfix', {
  upgrade: { targetVersions: ['3.208.0.6'] },
});

async function asked(cloud: Cloud, request: typeof KERNEL, wanted?: string) {
  const family: Family = cloud.families[request.upgrade.family];
  const basis = await basisOf(family, request);
  const seq = (await cloud.journal()).length;
  const objection = await family.preCheck?.(request, { ...basis, ...(wanted && { wanted }) });
  const calls = (await cloud.journal()).slice(seq).map(({ method, path }) => {
    return `${method} ${path?.split('/').at(-1)}`;
  });
  return { objection, calls };
}

describe('kernels', () => {
  test('all passed -> nothing against it, by three calls, and nothing has begun', async () => {
    const cloud = await cloudOf();

    const { objection, calls } = await asked(cloud, KERNEL);

    expect(objection).toBeNull();
    expect(calls).toEqual(['POST pre-check-result', 'POST pre-check', 'POST pre-check-result']);
    expect((await cloud.journal()).flatMap(({ effects }) => effects)).toEqual([]);
  });

  test('one failed -> its own words, and not those of the others', async () => {
    const cloud = await cloudOf({ targets: { 'taurusdb-instance': { preCheck: 'failed' } } });

    const { objection } = await asked(cloud, KERNEL);

    expect(objection).toMatch(
      /^pre-check failed: Upgrade feature compatibility check: Upgrade feature compatibility check of [^;]+$/,
    );
  });

  test('a region without pre-check -> nothing against it, and the service is not braked', async () => {
    const cloud = await cloudOf({ set: ['preCheck=false'] });

    const { objection } = await asked(cloud, KERNEL);

    expect(objection).toBeNull();
    const family = cloud.families['taurusdb-instance'];
    const sent = await family.submit(KERNEL, await basisOf(family, KERNEL));
    expect(sent.state).toBe('accepted');
  });

  test.each(['401', '403', '429', '500'])('%s -> thrown, no verdict', async (fault) => {
    const cloud = await cloudOf();
    const family = cloud.families['taurusdb-instance'];
    const basis = await basisOf(family, KERNEL);
    await cloud.fault('read', fault, 2);

    await expect(family.preCheck?.(KERNEL, basis)).rejects.toThrow(`HTTP ${fault}`);
  });

  /** Answers of the result, one after the other; the last for ever. */
  async function withResults(...results: readonly Reply[]) {
    let nth = 0;
    const service = await startService(({ path }) => {
      if (path.endsWith('/pre-check')) return { body: { job_ids: ['j'] } };
      return results[Math.min(nth++, results.length - 1)] ?? {};
    });
    open.push(service);
    const api = createCloudApi({
      ...DEFAULT_FORMATS,
      credentials: { kind: 'aksk', ak: 'ak', sk: 'sk' },
      endpoints: { taurusdb: service.url },
    });
    const preCheck = createTaurusdbPreCheck(api, { looks: 3, everyMs: 10 });
    return { service, ask: () => preCheck(KERNEL, { versionNow: '2.0.48', wanted: '2.0.60' }) };
  }
  const result = (verdict: string | null, updated_at: number) => ({
    body: { upgrade_precheck_result: verdict, updated_at },
  });

  test('a former verdict does not count: the new one is waited for', async () => {
    const old = result('false', 1);
    const { ask, service } = await withResults(old, old, result(null, 2), result('true', 3));

    expect(await ask()).toBeNull();
    expect(service.received[1]?.body).toEqual({
      databases_instance_infos: [
        { current_version: '2.0.48', instance_id: KERNEL.target.instanceId },
      ],
    });
  });

  test('no check before -> a verdict counts also without a time', async () => {
    const none = { status: 404 };
    const verdict = { body: { upgrade_precheck_result: 'false' } };
    const { ask } = await withResults(none, none, { body: {} }, verdict);

    expect(await ask()).toMatch(/^pre-check failed/);
  });

  test('a check before, and a verdict without a time -> nothing tells it from the old one', async () => {
    const { ask } = await withResults({ body: { upgrade_precheck_result: 'false' } });

    await expect(ask()).rejects.toThrow('no verdict');
  });

  test('failed without details -> says so', async () => {
    const { ask } = await withResults({ status: 404 }, result('false', 1));

    expect(await ask()).toBe('pre-check failed: the cloud does not say why');
  });

  test('never a verdict -> an error that is tried again', async () => {
    const { ask } = await withResults(result('true', 1));

    const error = await rejection(ask());

    expect(error).toBeInstanceOf(CloudUnavailableError);
    expect(error.message).toBe('taurusdb, pre-check: no verdict at 3 looks');
  });
});

describe('hot patches', () => {
  test('offered, and room on the disk -> nothing against it, by two calls', async () => {
    const cloud = await cloudOf();

    const { objection, calls } = await asked(cloud, PATCH);

    expect(objection).toBeNull();
    expect([...calls].sort()).toEqual(['GET candidate-versions', 'GET volume-usage']);
  });

  test('a patch that is not offered, and no room -> both are told', async () => {
    const cloud = await cloudOf({ targets: { 'gaussdb-hotfix': { preCheck: 'failed' } } });

    const { objection } = await asked(cloud, PATCH, '3.208.0.5,3.208.0.6,3.208.0.99');

    expect(objection).toMatch(
      /^pre-check failed: 3\.208\.0\.99 not offered, offered is 3\.208\.0\.6.*; its disk is 80\.0 % full, a hot patch needs at most 75 %$/,
    );
  });

  const offered = { body: { hotfix_upgrade_candidate_versions: ['3.208.0.6'] } };

  test.each<[string, Reply, string | null]>([
    ['75 %', { body: { used: '75', total: '100' } }, null],
    [
      'a little more',
      { body: { used: '75.1', total: '100.0' } },
      'its disk is 75.1 % full, a hot patch needs at most 75 %',
    ],
    ['numbers', { body: { used: 90, total: 100 } }, 'its disk is 90.0 % full'],
    ['a usage that cannot be read', { body: { used: '--', total: null } }, null],
    ['a usage of nothing', { body: { used: '0', total: '0' } }, null],
    ['a cloud without that call', { status: 404, body: { error_code: 'APIGW.0101' } }, null],
  ])('disk: %s', async (_name, volume, expected) => {
    const { family, service } = await startMadeUpCloud('gaussdb-hotfix', {
      'candidate-versions': offered,
      'volume-usage': volume,
    });
    open.push(service);

    const objection = await family.preCheck?.(PATCH, { versionNow: '', wanted: '3.208.0.6' });

    if (expected === null) expect(objection).toBeNull();
    else expect(objection).toContain(expected);
  });
});

test.each(['taurusdb-proxy', 'dcs-instance'] as const)(
  '%s has no check of its own: what its look reads is judged there',
  async (name) => {
    const cloud = await cloudOf();

    expect(cloud.families[name]).not.toHaveProperty('preCheck');
  },
);
