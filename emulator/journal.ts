import { isObject } from './body';

const secretNames = /password|passwd|secret|token|authorization|signature|credential/i;

/** A copy in which whatever bears the name of a credential is blotted out: the journal never holds one. */
export function redacted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redacted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      secretNames.test(key) ? '[redacted]' : redacted(inner),
    ]),
  );
}
