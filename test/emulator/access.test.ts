import { AKSKSigner } from '@huaweicloud/huaweicloud-sdk-core/auth/AKSKSigner';
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { canonicalRequest, signatureOf } from '../../emulator/auth';
import type { Access, Answered, Body, Cloud } from './harness';
import { codeOf, post, start, stopAll, submission, tokenRequest } from './harness';

afterEach(stopAll);

describe('the published example of the signing guide (cloud-apis.md 6.2)', () => {
  const request = {
    method: 'GET',
    url: '/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs?limit=2&marker=13551d6b-755d-4757-b956-536f674975c0',
    headers: {
      'content-type': 'application/json',
      host: 'service.region.example.com',
      'x-sdk-date': '20191115T033655Z',
    },
    body: Buffer.alloc(0),
  };
  const names = ['content-type', 'host', 'x-sdk-date'];

  test('canonical request', () => {
    const hash = createHash('sha256').update(canonicalRequest(request, names)).digest('hex');

    expect(hash).toBe('b25362e603ee30f4f25e7858e8a7160fd36e803bb2dfe206278659d71a9bcd7a');
  });

  test('signature', () => {
    expect(signatureOf(request, names, 'MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc')).toBe(
      '7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe',
    );
  });
});

interface Signed {
  readonly method?: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly ak?: string;
  readonly sk?: string;
  readonly date?: string;
  readonly sentBody?: unknown;
}

/** Sends a call signed by the vendor's own signer. */
async function sendSigned(access: Access, call: Signed): Promise<Answered> {
  const { method = 'GET', path, query = {}, body, ak = access.ak, sk = access.sk } = call;
  const url = access.endpoints.taurusdb + path.replace('{project}', access.projectId);
  const headers = {
    'content-type': 'application/json',
    'X-Project-Id': access.projectId,
    ...(call.date === undefined ? {} : { 'X-Sdk-Date': call.date }),
  };
  const request = { endpoint: url, method, queryParams: query, headers, data: body };
  const credential = { getAk: () => ak, getSk: () => sk };
  const signed = AKSKSigner.sign(request, credential as never) as Record<string, string>;
  const search = new URLSearchParams(query).toString();
  const sent = call.sentBody ?? body;
  const response = await fetch(search === '' ? url : `${url}?${search}`, {
    method,
    headers: { ...headers, ...signed },
    body: sent === undefined ? undefined : JSON.stringify(sent),
  });
  return {
    status: response.status,
    body: (await response.json()) as Body,
    headers: response.headers,
  };
}

const list = '/v3/{project}/instances';

describe('calls signed by the vendor’s signer', () => {
  test('a read with a query -> 200', async () => {
    const { access } = await start();

    const answered = await sendSigned(access, { path: list, query: { limit: '5', name: '*a b' } });

    expect(answered).toMatchObject({ status: 200, body: { total_count: 0 } });
  });

  test('a submit with a body -> accepted', async () => {
    const cloud = await start();
    const [, request, body] = submission(await cloud.target('taurusdb-proxy'));
    const [method, path = ''] = request.split(' ');

    const answered = await sendSigned(cloud.access, { method, path, body });

    expect(answered.body).toMatchObject({ update_result: [{ state: 'ACCEPT' }] });
  });

  test.each([
    ['another secret', { sk: 'wrong' }],
    ['an unknown key', { ak: 'UNKNOWN' }],
    ['a signature of 20 minutes ago', { date: new Date(Date.now() - 1_200_000).toISOString() }],
  ])('%s -> 401 APIGW.0301', async (_, change) => {
    const { access } = await start();

    const answered = await sendSigned(access, { path: list, ...change });

    expect([answered.status, codeOf(answered)]).toEqual([401, 'APIGW.0301']);
  });

  test('a body that was changed on the way -> 401, nothing starts', async () => {
    const cloud = await start();
    const row = await cloud.target('taurusdb-proxy');
    const [, request, body] = submission(row);
    const [method, path = ''] = request.split(' ');
    const sentBody = { source_version: row.version, target_version: '2.25.00.000' };

    const answered = await sendSigned(cloud.access, { method, path, body, sentBody });

    expect([answered.status, codeOf(answered)]).toEqual([401, 'APIGW.0301']);
    expect(await cloud.effects()).toEqual([]);
  });

  test('six failures in a row -> the key is locked, and free again after lockFor', async () => {
    const { access } = await start({ set: ['lockFor=400ms'] });
    for (let i = 0; i < 6; i += 1) await sendSigned(access, { path: list, sk: 'wrong' });

    const locked = await sendSigned(access, { path: list });
    await sleep(450);
    const free = await sendSigned(access, { path: list });

    expect([locked.status, codeOf(locked)]).toEqual([401, 'APIGW.0301']);
    expect(free.status).toBe(200);
  });

  test('five failures in a row, then a good one -> the count begins anew', async () => {
    const { access } = await start();
    const fail = async () => {
      for (let i = 0; i < 5; i += 1) await sendSigned(access, { path: list, sk: 'wrong' });
    };
    await fail();
    await sendSigned(access, { path: list });
    await fail();

    expect((await sendSigned(access, { path: list })).status).toBe(200);
  });
});

describe('tokens', () => {
  const read = (cloud: Cloud, token: string) =>
    cloud.call('dcs', 'GET /v2/{project}/instances', undefined, { 'x-auth-token': token });

  test('201 with the token in the header and its life in the body', async () => {
    const { access } = await start();

    const answered = await post(`${access.endpoints.iam}/v3/auth/tokens`, tokenRequest(access));

    expect(answered.status).toBe(201);
    expect(answered.headers.get('x-subject-token')).toMatch(/^MII/);
    const { issued_at: issued, expires_at: expires } = answered.body.token;
    expect(Date.parse(expires) - Date.parse(issued)).toBe(86_400_000);
    expect(answered.body.token.project).toMatchObject({ id: access.projectId });
  });

  test('a wrong password -> 401 in Keystone’s shape', async () => {
    const { access } = await start();
    const wrong = tokenRequest(access, { password: 'wrong' });

    const answered = await post(`${access.endpoints.iam}/v3/auth/tokens`, wrong);

    expect(answered).toMatchObject({
      status: 401,
      body: { error: { code: 401, title: 'Unauthorized' } },
    });
  });

  test('a token that has run out -> 401 APIGW.0307', async () => {
    const cloud = await start({ set: ['tokenFor=300ms'] });
    const before = await cloud.call('dcs', 'GET /v2/{project}/instances');
    await sleep(350);

    const after = await cloud.call('dcs', 'GET /v2/{project}/instances');

    expect(before.status).toBe(200);
    expect([after.status, codeOf(after)]).toEqual([401, 'APIGW.0307']);
  });

  test('a token that was never given -> 401 APIGW.0307', async () => {
    const answered = await read(await start(), 'MIIabc.def');

    expect([answered.status, codeOf(answered)]).toEqual([401, 'APIGW.0307']);
  });

  test('no credentials at all -> 401 APIGW.0301', async () => {
    const { access } = await start();

    const response = await fetch(`${access.endpoints.dcs}/v2/${access.projectId}/instances`);

    expect([response.status, await response.json()]).toMatchObject([
      401,
      { error_code: 'APIGW.0301' },
    ]);
  });

  test('the project is found by its region’s name', async () => {
    const cloud = await start();

    const { body } = await cloud.call('iam', `GET /v3/projects?name=${cloud.access.region}`);

    expect(body.projects).toMatchObject([{ id: cloud.access.projectId, name: 'cn-north-4' }]);
  });
});

describe('the gateway', () => {
  test.each([
    ['an unknown path', 'GET /v3/{project}/unheard', 404, 'APIGW.0101'],
    ['a method that the path has not', 'PUT /v3/{project}/instances', 404, 'APIGW.0101'],
    ['another’s project', `GET /v3/${'0'.repeat(32)}/instances`, 403, 'DBS.200010'],
  ])('%s -> %s', async (_, request, status, code) => {
    const cloud = await start();

    const answered = await cloud.call('taurusdb', request);

    expect([answered.status, codeOf(answered)]).toEqual([status, code]);
  });

  test('a body that is not JSON, or not said to be -> 400 APIGW.0201', async () => {
    const cloud = await start();
    const [service, request] = submission(await cloud.target('dcs-instance'));

    const unsaid = await cloud.call(service, request, {}, { 'content-type': 'text/plain' });

    expect([unsaid.status, codeOf(unsaid)]).toEqual([400, 'APIGW.0201']);
  });
});
