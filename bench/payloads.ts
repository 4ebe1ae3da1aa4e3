import { defaultPayloadConverter } from '@temporalio/common';
import { compressingCodec } from '../temporal/payload-codec';

/** How large a value is as it is sent to Temporal, in KB: as JSON, then through the codec. */
export async function payloadKb(value: unknown): Promise<number> {
  const [sent] = await compressingCodec.encode([defaultPayloadConverter.toPayload(value)]);
  return (sent?.data?.length ?? NaN) / 1024;
}
