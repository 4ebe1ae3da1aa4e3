import { ConfigError, readConfig } from '../../worker/config';

const keys = { CLOUD_SDK_AK: 'the-access-key', CLOUD_SDK_SK: 'the-secret-key' };
const user = {
  CLOUD_IAM_USER: 'operator',
  CLOUD_IAM_PASSWORD: 'the-password',
  CLOUD_IAM_DOMAIN: 'acme',
};

function problemsOf(variables: Record<string, string>): readonly string[] {
  try {
    readConfig(variables);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test('keys alone are enough, everything else has its documented default', () => {
  const config = readConfig(keys);

  expect(config).toMatchObject({
    taskQueue: 'upwave',
    logLevel: 'info',
    cloud: {
      credentials: { kind: 'aksk', ak: 'the-access-key', sk: 'the-secret-key' },
      delayFormat: 'string',
      startTimeFormat: 'offset',
    },
  });
});

test('a user with password and domain serves as well', () => {
  const { cloud, secrets } = readConfig(user);

  expect(cloud?.credentials).toEqual({
    kind: 'password',
    user: 'operator',
    password: 'the-password',
    domain: 'acme',
  });
  expect(secrets).toEqual(['the-password']);
});

test('secrets of plans: by their names, trimmed, and the long ones never logged', () => {
  const { secretsByName, secrets } = readConfig({
    ...keys,
    UPWAVE_SECRET_HEALTH_URL: 'https://x.example/token\n',
    UPWAVE_SECRET_PORT: '12345',
    UPWAVE_SECRET_PIN: '123456',
    UPWAVE_SECRET_EMPTY: ' ',
  });

  expect([...secretsByName]).toEqual([
    ['HEALTH_URL', 'https://x.example/token'],
    ['PORT', '12345'],
    ['PIN', '123456'],
  ]);
  expect(secrets.slice(2)).toEqual(['https://x.example/token', '123456']);
});

test('limits of calls: in any second, and in any longer period', () => {
  const { cloud } = readConfig({
    ...keys,
    UPWAVE_LIMIT_TAURUSDB: '5/s, 200/5m',
    UPWAVE_LIMIT_DCS: '',
  });

  expect(cloud?.limits).toEqual({
    taurusdb: [
      { calls: 5, periodMs: 1_000 },
      { calls: 200, periodMs: 300_000 },
    ],
  });
});

test('addresses to listen at: none unless given', () => {
  const given = { UPWAVE_METRICS_ADDRESS: '0.0.0.0:9464', UPWAVE_HEALTH_ADDRESS: '[::1]:9465' };

  expect(readConfig(keys)).toMatchObject({ metricsAddress: null, healthAddress: null });
  expect(readConfig({ ...keys, ...given })).toMatchObject({
    metricsAddress: '0.0.0.0:9464',
    healthAddress: '[::1]:9465',
  });
});

test.each(['9464', ':9464', 'localhost:9464', '0.0.0.0', '0.0.0.0:0', '0.0.0.0:65536', '::1:9464'])(
  'an address of %s -> refused with what would be right',
  (UPWAVE_METRICS_ADDRESS) => {
    expect(problemsOf({ ...keys, UPWAVE_METRICS_ADDRESS })).toEqual([
      'UPWAVE_METRICS_ADDRESS: must be an IP address with a port, such as 0.0.0.0:9464',
    ]);
  },
);

test.each(['5', '0/s', '5/0s', '5/d', '5/s,', '-1/s', '5 per second'])(
  'a limit of %s -> refused with what would be right',
  (UPWAVE_LIMIT_DCS) => {
    expect(problemsOf({ ...keys, UPWAVE_LIMIT_DCS })).toEqual([
      'UPWAVE_LIMIT_DCS: must be calls per period, such as 5/s or 5/s,200/5m (units s, m, h)',
    ]);
  },
);

test.each([
  ['nothing at all', {}, ['no cloud credentials']],
  ['empty variables', { CLOUD_SDK_AK: '', CLOUD_SDK_SK: '' }, ['no cloud credentials']],
  ['a key without its secret', { CLOUD_SDK_AK: 'a' }, ['CLOUD_SDK_SK is missing']],
  ['a secret without its key', { CLOUD_SDK_SK: 's' }, ['CLOUD_SDK_AK is missing']],
  ['a user alone', { CLOUD_IAM_USER: 'u' }, ['CLOUD_IAM_PASSWORD and CLOUD_IAM_DOMAIN missing']],
  [
    'several mistakes at once',
    { UPWAVE_LOG_LEVEL: 'loud', CLOUD_ENDPOINT_DCS: 'dcs.example', CLOUD_SDK_AK: 'a' },
    [
      'UPWAVE_LOG_LEVEL',
      'CLOUD_ENDPOINT_DCS: must be an http or https URL',
      'CLOUD_SDK_SK is missing',
    ],
  ],
])('%s is told', (_name, given, expected) => {
  const problems = problemsOf(given);

  expect(problems).toHaveLength(expected.length);
  for (const [index, words] of expected.entries()) expect(problems[index]).toContain(words);
});

test('named clouds: each with its own keys and endpoints, none from another', () => {
  const { cloud, clouds, secrets } = readConfig({
    ...keys,
    CLOUD_ENDPOINT_DCS: 'https://dcs.example',
    CLOUD_EU_WEST_SDK_AK: 'eu-ak',
    CLOUD_EU_WEST_SDK_SK: 'eu-sk',
    CLOUD_EU_WEST_ENDPOINT_TAURUSDB: 'https://eu.example',
    CLOUD_SDK_IAM_USER: 'u',
    CLOUD_SDK_IAM_PASSWORD: 'sdk-password',
    CLOUD_SDK_IAM_DOMAIN: 'd',
    UPWAVE_LIMIT_DCS: '5/s',
  });

  expect(cloud?.credentials).toMatchObject({ ak: 'the-access-key' });
  expect([...clouds.keys()]).toEqual(['CLOUD_EU_WEST_', 'CLOUD_SDK_']);
  expect(clouds.get('CLOUD_EU_WEST_')).toMatchObject({
    credentials: { kind: 'aksk', ak: 'eu-ak', sk: 'eu-sk' },
    endpoints: { taurusdb: 'https://eu.example' },
    limits: { dcs: [{ calls: 5, periodMs: 1_000 }] },
  });
  expect(clouds.get('CLOUD_EU_WEST_')?.endpoints?.dcs).toBeUndefined();
  expect(clouds.get('CLOUD_SDK_')?.credentials).toMatchObject({ kind: 'password', user: 'u' });
  for (const secret of ['the-secret-key', 'eu-ak', 'eu-sk', 'sdk-password']) {
    expect(secrets).toContain(secret);
  }
});

test('named clouds alone are enough', () => {
  const { cloud, clouds } = readConfig({ CLOUD_B_SDK_AK: 'ak', CLOUD_B_SDK_SK: 'sk' });

  expect(cloud).toBeNull();
  expect([...clouds.keys()]).toEqual(['CLOUD_B_']);
});

test.each([
  ['half a key', { ...keys, CLOUD_B_SDK_AK: 'ak' }, ['CLOUD_B_SDK_SK is missing']],
  [
    'an endpoint without keys, and a wrong one',
    {
      ...keys,
      CLOUD_B_ENDPOINT_DCS: 'https://b.example',
      CLOUD_C_ENDPOINT_IAM: 'c.example',
      CLOUD_C_IAM_USER: 'u',
    },
    [
      'no cloud credentials: set CLOUD_B_SDK_AK and CLOUD_B_SDK_SK, or CLOUD_B_IAM_USER',
      'CLOUD_C_ENDPOINT_IAM: must be an http or https URL',
      'CLOUD_C_IAM_PASSWORD and CLOUD_C_IAM_DOMAIN missing',
    ],
  ],
  [
    'half an own key beside a whole named one',
    { CLOUD_SDK_AK: 'a', CLOUD_B_SDK_AK: 'ak', CLOUD_B_SDK_SK: 'sk' },
    ['CLOUD_SDK_SK is missing'],
  ],
  ['an empty variable is none', { ...keys, CLOUD_B_SDK_AK: '' }, []],
])('named clouds: %s is told', (_name, given, expected) => {
  const problems = problemsOf(given);

  expect(problems).toHaveLength(expected.length);
  for (const [index, words] of expected.entries()) expect(problems[index]).toContain(words);
});

test('a problem never repeats a secret', () => {
  const problems = problemsOf({ CLOUD_SDK_SK: 'the-secret-key', UPWAVE_DELAY_FORMAT: 'odd' });

  expect(problems.length).toBeGreaterThan(1);
  expect(problems.join()).not.toContain('the-secret-key');
});

test('the key that signs webhook calls: never logged, and no plan can name it', () => {
  const UPWAVE_SECRET_WEBHOOK_SIGNING = 'a-signing-key';

  const config = readConfig({ ...keys, UPWAVE_SECRET_WEBHOOK_SIGNING });

  expect(config.webhookSigningKey).toBe('a-signing-key');
  expect(config.secrets).toContain('a-signing-key');
  expect(config.secretsByName.has('WEBHOOK_SIGNING')).toBe(false);
  expect(readConfig(keys).webhookSigningKey).toBeNull();
});

test.each([
  [{}, null],
  [
    { TEMPORAL_DEPLOYMENT_NAME: 'upwave', TEMPORAL_WORKER_BUILD_ID: '1.4.0' },
    { deploymentName: 'upwave', buildId: '1.4.0' },
  ],
])('version of the worker: %j -> %j', (given, expected) => {
  expect(readConfig({ ...keys, ...given }).deployment).toEqual(expected);
});

test.each([
  [{ TEMPORAL_DEPLOYMENT_NAME: 'upwave' }, 'TEMPORAL_WORKER_BUILD_ID is missing'],
  [{ TEMPORAL_WORKER_BUILD_ID: '1.4.0' }, 'TEMPORAL_DEPLOYMENT_NAME is missing'],
])('half a version: %j -> %s', (given, expected) => {
  expect(problemsOf({ ...keys, ...given })).toEqual([expect.stringContaining(expected)]);
});
