import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import type { DataConverter, Payload, PayloadCodec } from '@temporalio/common';

/** Below this the Temporal UI shows a payload as it is; above, size counts for more. */
export const COMPRESS_ABOVE_BYTES = 32 * 1024;

const DEFLATED = Buffer.from('binary/upwave-deflate');
const deflateAsync = promisify(deflate);
const inflateAsync = promisify(inflate);

/**
 * Compresses payloads above {@link COMPRESS_ABOVE_BYTES}, so that a frozen plan of 20,000 targets
 * stays below the server's limit of 2 MB. Others pass unchanged, and are read back unchanged.
 */
export const compressingCodec: PayloadCodec = {
  encode: (payloads) => Promise.all(payloads.map(compress)),
  decode: (payloads) => Promise.all(payloads.map(decompress)),
};

/** The converter that every client, worker and replay of upwave uses. */
export const dataConverter: DataConverter = { payloadCodecs: [compressingCodec] };

async function compress(payload: Payload): Promise<Payload> {
  if (!payload.data || payload.data.length <= COMPRESS_ABOVE_BYTES) return payload;
  return {
    metadata: { ...payload.metadata, encoding: DEFLATED, inner: payload.metadata?.encoding },
    data: await deflateAsync(payload.data),
  } as Payload;
}

async function decompress(payload: Payload): Promise<Payload> {
  const { encoding, inner, ...metadata } = payload.metadata ?? {};
  if (!payload.data || !encoding || !DEFLATED.equals(encoding)) return payload;
  return {
    metadata: { ...metadata, encoding: inner },
    data: await inflateAsync(payload.data),
  } as Payload;
}
