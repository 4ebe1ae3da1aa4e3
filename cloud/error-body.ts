import { z } from 'zod';

const Text = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .catch(null);

/**
 * Every shape of an error body seen in the documents, side by side; a field of the wrong type counts
 * as missing. `encoded_authorization_message` is left out on purpose: it is of no use and long.
 */
const ErrorFields = z.object({
  error_code: Text,
  error_msg: Text,
  errCode: Text,
  errMsg: Text,
  errorCode: Text,
  errorMsg: Text,
  code: Text,
  message: Text,
  title: Text,
  request_id: Text,
});

const ErrorBody = ErrorFields.extend({ error: ErrorFields.nullish().catch(null) });

/** The code and words of an error; null where the body has none. */
export interface ErrorDetail {
  readonly code: string | null;
  readonly words: string | null;
  readonly requestId: string | null;
}

// Enough for every documented message; some gateways put a page of text there.
const MAX_WORDS = 300;

/** Reads the body of an error, whatever its shape. Never fails. */
export function readErrorBody(value: unknown): ErrorDetail {
  const parsed = ErrorBody.safeParse(value);
  if (!parsed.success) return { code: null, words: null, requestId: null };
  const outer = parsed.data;
  const inner = outer.error;
  // Keystone's code is the HTTP status again; its title says what went wrong.
  const nested = inner?.error_code ?? inner?.title ?? inner?.code;
  const code = outer.error_code ?? outer.errCode ?? outer.errorCode ?? nested ?? outer.code;
  const words =
    outer.error_msg ?? outer.errMsg ?? outer.errorMsg ?? outer.message ?? inner?.message;
  return {
    code: code || null,
    words: (words ?? inner?.error_msg)?.slice(0, MAX_WORDS) || null,
    requestId: outer.request_id || null,
  };
}
