import { defaultPayloadConverter } from '@temporalio/common';
import { COMPRESS_ABOVE_BYTES, compressingCodec } from '../../temporal/payload-codec';

function payloadOf(value: unknown) {
  const payload = defaultPayloadConverter.toPayload(value);
  if (!payload) throw new Error('no payload');
  return payload;
}

test('a small payload passes as it is, so that the Temporal UI can show it', async () => {
  const payload = payloadOf({ small: true });

  expect(await compressingCodec.encode([payload])).toEqual([payload]);
  expect(await compressingCodec.decode([payload])).toEqual([payload]);
});

test('a large payload shrinks and comes back the same', async () => {
  const value = { text: 'upgrade '.repeat(COMPRESS_ABOVE_BYTES) };
  const payload = payloadOf(value);

  const [encoded] = await compressingCodec.encode([payload]);
  const [decoded] = await compressingCodec.decode(encoded ? [encoded] : []);

  expect(encoded?.data?.length).toBeLessThan((payload.data?.length ?? 0) / 10);
  expect(decoded && defaultPayloadConverter.fromPayload(decoded)).toEqual(value);
});

test('a frozen plan of 20,000 targets stays below 1 MB', async () => {
  const random = (length: number) =>
    Array.from({ length }, (_, i) => ((i * 7919 + length) % 16).toString(16)).join('');
  const targets = Array.from({ length: 20_000 }, (_, i) => ({
    upgrade: 'kernel',
    instanceId: `${(i * 2654435761).toString(16).padStart(12, '0')}${random(20)}in07`,
    proxyId: null,
    name: `orders-db-${i}`,
    az: `cn-north-4${'abc'[i % 3]}`,
    labels: { tier: i % 10 === 0 ? 'canary' : 'standard', team: `team-${i % 40}` },
    versionAtPlan: '2.0.54.240600',
    wanted: '2.0.60.241200',
    standing: 'upgradable',
    words: null,
  }));

  const [encoded] = await compressingCodec.encode([payloadOf({ targets })]);

  expect(encoded?.data?.length).toBeLessThan(1_000_000);
});
