import { createCloudApi } from '../../cloud/api';
import { endpointOf } from '../../cloud/endpoints';
import { DEFAULT_FORMATS } from '../../cloud/settings';

test.each([
  ['taurusdb', 'cn-north-4', 'gaussdb.cn-north-4'],
  ['taurusdb', 'ap-southeast-1', 'gaussdbformysql.ap-southeast-1'],
  ['taurusdb', 'tr-west-1', 'gaussdbformysql.tr-west-1'],
  ['taurusdb', 'cn-east-5', 'gaussdb-mysql.cn-east-5'],
  ['taurusdb', 'af-south-1', 'gaussdb-mysql.af-south-1'],
  ['gaussdb', 'cn-north-4', 'gaussdb-opengauss.cn-north-4'],
  ['gaussdb', 'cn-east-5', 'gaussdb.cn-east-5'],
  ['gaussdb', 'cn-north-12', 'gaussdb.cn-north-12'],
  ['dcs', 'cn-north-4', 'dcs.cn-north-4'],
  ['iam', 'cn-north-4', 'iam.cn-north-4'],
] as const)('%s in %s is at %s', (service, region, name) => {
  expect(endpointOf(service, region).href).toBe(`https://${name}.myhuaweicloud.com/`);
});

test('an override wins', () => {
  const overrides = { dcs: 'https://dcs.example.com' };

  expect(endpointOf('dcs', 'eu-de', overrides).host).toBe('dcs.example.com');
  expect(endpointOf('iam', 'eu-de', overrides).host).toBe('iam.eu-de.myhuaweicloud.com');
});

test.each(['evil.example/', 'a.b', 'cn-north-4@evil', ''])('"%s" is no region', (region) => {
  expect(() => endpointOf('dcs', region)).toThrow('not a region');
});

test.each([
  'https://user:s3cret@example.com',
  'ftp://s3cret.example',
  's3cret',
  'https://x/?a=s3cret',
])('an endpoint that cannot be used is refused at once, and not repeated: %s', (dcs) => {
  const settings = {
    ...DEFAULT_FORMATS,
    credentials: { kind: 'aksk', ak: 'ak', sk: 'sk' },
    endpoints: { dcs },
  } as const;

  expect(() => createCloudApi(settings)).toThrow(/^the dcs endpoint must be(?!.*s3cret)/);
});
