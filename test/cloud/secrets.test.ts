import { inspect } from 'node:util';
import { createCloudApi } from '../../cloud/api';
import { createFamilies } from '../../cloud/families';
import type { CredentialSettings } from '../../cloud/settings';
import { DEFAULT_FORMATS } from '../../cloud/settings';
import { FAMILIES } from '../../rollout/upgrade';
import { requestFor } from './cloud';
import type { MadeUpService, Reply } from './server';
import { startService } from './server';

const AK = 'AKAKAKAK1234567890';
const SK = 'SKSKSKSK1234567890';
const PASSWORD = 'PASSPASS1234567890';
const TOKEN = 'TOKENTOKEN1234567890';
const KEYS = [AK, SK];
const TOKENS = [PASSWORD, TOKEN];

const BY_KEY = { kind: 'aksk', ak: AK, sk: SK } as const;
const BY_PASSWORD = { kind: 'password', user: 'me', password: PASSWORD, domain: 'home' } as const;

/** A cloud as talkative as can be: it repeats the secrets in whatever it answers. */
const answersWith = (echo: string): readonly (readonly [string, Reply | null])[] => [
  ['400', { status: 400, body: { error_code: 'DBS.280001', error_msg: echo } }],
  ['400 with a code of secrets', { status: 400, body: { error_code: echo, error_msg: echo } }],
  ['401', { status: 401, body: { error_code: 'APIGW.0301', error_msg: echo } }],
  ['401 outdated', { status: 401, body: { error_code: 'APIGW.0307', error_msg: echo } }],
  ['429', { status: 429, body: { error_code: 'APIGW.0308', error_msg: echo } }],
  ['500', { status: 500, body: { error: { code: 500, message: echo, title: echo } } }],
  ['502 as a page', { status: 502, body: `<html>${echo}` }],
  ['200 as a page', { body: echo }],
  ['other fields', { body: { [echo]: echo, update_result: echo, resp: 7, tasks: echo } }],
  ['a type of secrets', { headers: { 'content-type': echo }, body: '<' }],
  ['a request id of secrets', { status: 500, headers: { 'x-request-id': echo } }],
  ['cut', null],
];

let service: MadeUpService | undefined;

afterEach(() => service?.close());

const cases = [
  { credentials: BY_KEY, secrets: KEYS },
  { credentials: BY_PASSWORD, secrets: TOKENS },
].flatMap(({ credentials, secrets }) =>
  answersWith(secrets.join(' ')).map(
    ([name, reply]) => ({ name, by: credentials.kind, reply, credentials, secrets }) as const,
  ),
);

test.each(cases)(
  'a cloud that answers $name, by $by: no secret gets out',
  async ({ reply, credentials, secrets }) => {
    const issued = new Date().toISOString();
    const token = {
      issued_at: issued,
      expires_at: new Date(Date.now() + 86_400_000).toISOString(),
    };
    service = await startService(({ path }) =>
      path.endsWith('/auth/tokens')
        ? { status: 201, headers: { 'x-subject-token': TOKEN }, body: { token } }
        : reply,
    );

    const { said, thrown } = await everythingSaid(credentials, service.url);

    expect(said.length).toBeGreaterThan(0);
    for (const secret of secrets) expect(said.join('\n')).not.toContain(secret);
    expect(thrown).toBeGreaterThan(0);
  },
);

test('IAM that repeats the password: no secret gets out', async () => {
  const body = { error: { code: 401, message: PASSWORD, title: PASSWORD } };
  service = await startService(() => ({ status: 401, body }));

  const { said, thrown } = await everythingSaid(BY_PASSWORD, service.url);

  expect(said.join('\n')).toContain('asking for a token');
  expect(said.join('\n')).not.toContain(PASSWORD);
  expect(thrown).toBe(16);
});

test('a gateway that repeats a token that has been renewed: no secret gets out', async () => {
  const life = {
    issued_at: new Date().toISOString(),
    expires_at: new Date(Date.now() + 86_400_000).toISOString(),
  };
  let issued = 0;
  service = await startService(({ path }) => {
    if (!path.endsWith('/auth/tokens')) {
      return { status: 401, body: { error_code: 'APIGW.0307', error_msg: `not ${TOKEN}-1` } };
    }
    issued += 1;
    return {
      status: 201,
      headers: { 'x-subject-token': `${TOKEN}-${issued}` },
      body: { token: life },
    };
  });

  const { said } = await everythingSaid(BY_PASSWORD, service.url);

  expect(issued).toBeGreaterThan(1);
  expect(said.join('\n')).not.toContain(TOKEN);
});

test('an access key that cannot be sent in a header is refused at once, and not repeated', () => {
  const credentials = { ...BY_KEY, ak: `${AK}\n` };
  const build = () => createCloudApi({ ...DEFAULT_FORMATS, credentials });

  expect(build).toThrow('the access key is empty or has characters');
  expect(build).not.toThrow(AK);
});

/** All that the families throw or return when every call meets that cloud, down to the last cause. */
async function everythingSaid(credentials: CredentialSettings, url: string) {
  const endpoints = { taurusdb: url, gaussdb: url, dcs: url, iam: url };
  const said: string[] = [];
  let thrown = 0;
  const log = { warn: (data: unknown, message: string) => void said.push(deep([data, message])) };
  const api = createCloudApi({ ...DEFAULT_FORMATS, credentials, endpoints });
  const families = createFamilies(api, { ...DEFAULT_FORMATS, log });
  const since = new Date().toISOString();
  const ticket = { id: 'id', wanted: '2', since, versionBefore: '1' };
  // What is braked says so after this.
  const options = { patienceMs: 500 };
  for (const name of FAMILIES) {
    const family = families[name];
    const request = requestFor(name);
    const calls = [
      family.inspect(request, options),
      family.submit(request, { versionNow: '1', wanted: '2' }, options),
      family.follow(request, ticket, options),
      family.reconcile(request, ticket, options),
    ];
    for (const outcome of await Promise.allSettled(calls)) {
      if (outcome.status === 'rejected') thrown += 1;
      said.push(deep(outcome.status === 'rejected' ? outcome.reason : outcome.value));
    }
  }
  return { said, thrown };
}

/** Message, stack, own fields and causes, hidden ones too; and what JSON makes of it. */
function deep(value: unknown): string {
  return `${inspect(value, { depth: 20, showHidden: true })}\n${JSON.stringify(value)}`;
}
