import { signRequest } from '../../cloud/signing';

/** The published vector of the API signing guide; its keys are public documentation. */
test('signs as the guide does', () => {
  const headers = signRequest(
    {
      method: 'GET',
      url: new URL('https://service.region.example.com/v1/77b6a44cba5143ab91d13ab9a8ff44fd/vpcs/'),
      query: { limit: '2', marker: '13551d6b-755d-4757-b956-536f674975c0' },
      headers: { 'content-type': 'application/json', 'X-Sdk-Date': '20191115T033655Z' },
      body: null,
    },
    { ak: 'QTWAOYTTINDUT2QVKYUC', sk: 'MFyfvK41ba2giqM7Uio6PznpdUKGpownRZlmVmHc' },
  );

  expect(headers.Authorization).toBe(
    'SDK-HMAC-SHA256 Access=QTWAOYTTINDUT2QVKYUC, ' +
      'SignedHeaders=content-type;host;x-sdk-date, ' +
      'Signature=7be6668032f70418fcc22abc52071e57aff61b84a1d2381bb430d6870f4f6ebe',
  );
  expect(Object.keys(headers).map((name) => name.toLowerCase())).not.toContain('host');
});
