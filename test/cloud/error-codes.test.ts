import { classOf } from '../../cloud/error-codes';
import { readErrorBody } from '../../cloud/error-body';
import { DOCUMENTED } from './documented-codes';

const rows = DOCUMENTED.flatMap(([service, status, codes, expected]) =>
  codes.split(' ').map((code) => [service, status, code, expected] as const),
);

test.each(rows)('%s HTTP %d %s is %s', (service, status, code, expected) => {
  expect(classOf(service, status, code)).toBe(expected);
});

test.each([
  ['DBS.200047', 'busy'],
  ['DBS.200543', 'jobNotFound'],
  ['DCS.4116', 'upgrading'],
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
  ['DCS, older', { error: { code: '111404022', message: 'words' } }, '111404022'],
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
