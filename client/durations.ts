import { parseDuration } from '../rollout/duration';
import { PersonError } from './errors';
import { EXIT } from './exit-codes';

/** `90s`, `10m`, `4h` of a flag in milliseconds; anything else is a usage error. */
export function durationOfFlag(flag: string, text: string): number {
  const durationMs = parseDuration(text);
  if (durationMs !== null) return durationMs;
  throw new PersonError(
    `${flag} ${text}: a duration is a number with its unit, such as 90s, 10m or 4h. Nothing was done.`,
    EXIT.usage,
  );
}
