import type { ErrorClass } from '../../cloud/error-codes';
import { classOf } from '../../cloud/error-codes';
import { readErrorBody } from '../../cloud/error-body';
import type { Service } from '../../cloud/settings';

type Row = readonly [Service, number, string, ErrorClass];

/** Section 7 of the facts, written out anew: by service, status as its page has it, codes, class. */
const DOCUMENTED: readonly Row[] = [
  ['taurusdb', 401, 'APIGW.0301 APIG.0301', 'access'],
  ['taurusdb', 401, 'APIGW.0307 APIG.0307', 'token'],
  ['dcs', 429, 'APIGW.0308 APIG.0308', 'throttled'],
  ['gaussdb', 404, 'APIGW.0101 APIG.0101', 'endpoint'],
  ['gaussdb', 400, 'APIGW.0201', 'forGood'],
  ['gaussdb', 413, 'APIGW.0201', 'forGood'],
  ['taurusdb', 404, 'DBS.200002 DBS.200045 DBS.200602 DBS.201028 DBS.290005', 'notFound'],
  ['gaussdb', 404, 'DBS.290011 DBS.290013', 'notFound'],
  ['taurusdb', 404, 'DBS.200408', 'notFound'],
  ['gaussdb', 404, 'DBS.200408', 'forNow'],
  ['taurusdb', 400, 'DBS.270024 DBS.201028', 'notFound'],
  ['taurusdb', 409, 'DBS.200932', 'notFound'],
  ['taurusdb', 400, 'DBS.280404 DBS.200041 DBS.200504', 'forGood'],
  ['taurusdb', 400, 'DBS.200001 DBS.200004 DBS.280001 DBS.290000', 'forGood'],
  ['gaussdb', 400, 'DBS.06010013', 'forGood'],
  ['taurusdb', 400, 'DBS.05000008', 'forGood'],
  ['taurusdb', 400, 'DBS.200086 DBS.201014', 'busy'],
  ['taurusdb', 409, 'DBS.201014 DBS.280406', 'busy'],
  ['gaussdb', 400, 'DBS.06010001', 'busy'],
  ['gaussdb', 400, 'DBS.280449', 'forGood'],
  ['taurusdb', 409, 'DBS.200011 DBS.200019 DBS.200047 DBS.201202 DBS.212006 DBS.201205', 'busy'],
  ['gaussdb', 400, 'DBS.06020003', 'busy'],
  ['gaussdb', 409, 'DBS.212033 DBS.201015 DBS.05000084 DBS.216011', 'busy'],
  ['taurusdb', 409, 'DBS.200316', 'forNow'],
  ['taurusdb', 413, 'DBS.200046 DBS.290003', 'forNow'],
  ['gaussdb', 400, 'DBS.216028', 'forNow'],
  ['taurusdb', 400, 'DBS.200543', 'jobNotFound'],
  ['taurusdb', 400, 'DBS.212009', 'server'],
  ['taurusdb', 403, 'DBS.200010 DBS.200044 DBS.200604 DBS.201003 DBS.280015', 'access'],
  ['taurusdb', 403, 'DBS.280056', 'token'],
  ['taurusdb', 500, 'DBS.108000 DBS.108005', 'server'],
  ['dcs', 400, 'DCS.4116 DCS.4117 DCS.4096 DCS.4097 DCS.4111 DCS.4113 DCS.4114', 'busy'],
  ['dcs', 400, 'DCS.4115 DCS.4118 DCS.4120 DCS.4121 DCS.4104 DCS.4231 DCS.4975', 'busy'],
  ['dcs', 400, 'DCS.4026 DCS.4049 DCS.4017 DCS.4957 CBC.99003651', 'busy'],
  ['dcs', 400, '111400116 111400026 111400017', 'busy'],
  ['dcs', 400, 'DCS.4027', 'forNow'],
  ['dcs', 400, 'DCS.4053 DCS.4061 DCS.4062 DCS.4094 111400053', 'forGood'],
  ['dcs', 400, 'DCS.4070 111400070', 'jobNotFound'],
  ['dcs', 404, 'DCS.3022', 'notFound'],
  ['dcs', 404, 'DCS.4001', 'endpoint'],
  ['dcs', 403, 'DCS.2003 DCS.2007 DCS.3002 DCS.3003', 'access'],
  ['dcs', 500, 'DCS.4842 DCS.5006', 'server'],
];

const rows = DOCUMENTED.flatMap(([service, status, codes, expected]) =>
  codes.split(' ').map((code) => [service, status, code, expected] as const),
);

test.each(rows)('%s HTTP %d %s is %s', (service, status, code, expected) => {
  expect(classOf(service, status, code)).toBe(expected);
});

test.each([
  ['DBS.200047', 'busy'],
  ['DBS.200543', 'jobNotFound'],
  ['DCS.4116', 'busy'],
] as const)('%s is %s whatever the status', (code, expected) => {
  for (const status of [400, 403, 404, 409, 500]) {
    expect(classOf('taurusdb', status, code)).toBe(expected);
  }
});

test.each([
  [400, 'unknown'],
  [401, 'access'],
  [403, 'access'],
  [404, 'unknown'],
  [408, 'server'],
  [409, 'busy'],
  [429, 'throttled'],
  [500, 'server'],
  [503, 'server'],
] as const)('an unknown code, or none, with HTTP %d is %s', (status, expected) => {
  expect(classOf('dcs', status, 'DCS.9999')).toBe(expected);
  expect(classOf('dcs', status, null)).toBe(expected);
});

test.each([
  ['TaurusDB, GaussDB', { error_code: 'DBS.1', error_msg: 'words' }, 'DBS.1'],
  ['DCS', { error_code: 'DCS.1', error_msg: 'words', error_ext_msg: null }, 'DCS.1'],
  ['gateway', { error_code: 'APIGW.1', error_msg: 'words', request_id: 'r' }, 'APIGW.1'],
  ['GaussDB 409', { errCode: 'DBS.2', errMsg: 'words' }, 'DBS.2'],
  [
    'IAM, Keystone',
    { error: { code: 401, message: 'words', title: 'Unauthorized' } },
    'Unauthorized',
  ],
  ['nested', { error: { error_code: 'X.1', error_msg: 'words' } }, 'X.1'],
  ['camel case', { errorCode: 'Y.1', errorMsg: 'words' }, 'Y.1'],
  ['plain', { code: 'Z.1', message: 'words' }, 'Z.1'],
  ['numeric', { error_code: 111400116, error_msg: 'words' }, '111400116'],
  [
    'denied by policy',
    { error_code: 'P.1', error_msg: 'words', encoded_authorization_message: 'long' },
    'P.1',
  ],
])('body of %s', (_name, body, code) => {
  const detail = readErrorBody(body);

  expect(detail).toMatchObject({ code, words: 'words' });
});

test.each([[null], ['text'], [[]], [{}], [{ error: 'text' }], [{ error_code: {}, error_msg: [] }]])(
  'body %j has neither code nor words',
  (body) => {
    const detail = readErrorBody(body);

    expect(detail).toEqual({ code: null, words: null, requestId: null });
  },
);
