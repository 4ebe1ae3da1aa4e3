import { createHash } from 'node:crypto';

/** 64 hex digits that depend on the parts alone, so that no call's place in time changes another's luck. */
export function hash(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** A number in [0, 1) that depends on the parts alone. */
export function unit(...parts: readonly (string | number)[]): number {
  return Number.parseInt(hash(...parts).slice(0, 13), 16) / 2 ** 52;
}

/** An id in UUID form that depends on the parts alone. */
export function uuid(...parts: readonly (string | number)[]): string {
  const h = hash(...parts);
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-a${h.slice(17, 20)}-${h.slice(20, 32)}`;
}

/** A log-normal factor with median 1; a `spread` of 0 is exactly 1. */
export function logNormal(spread: number, ...parts: readonly (string | number)[]): number {
  const radius = Math.sqrt(-2 * Math.log(1 - unit('radius', ...parts)));
  return Math.exp(spread * radius * Math.cos(2 * Math.PI * unit('angle', ...parts)));
}
