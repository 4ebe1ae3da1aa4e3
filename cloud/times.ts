import type { CloudSettings } from './settings';

/**
 * An instant that the cloud wrote, in ms; null for an empty or unreadable one. Understands offsets
 * with and without colon (`+0800`, which `Date` alone refuses), fractions, a missing offset (taken
 * as UTC, as all documented times without one are), and numbers of seconds or milliseconds.
 */
export function parseInstant(value: string | number | null | undefined): number | null {
  if (typeof value === 'number') return fromNumber(value);
  const text = value?.trim() ?? '';
  if (/^\d{9,}$/.test(text)) return fromNumber(Number(text));
  const form = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?$/i;
  const [, day, time, fraction = '', offset = 'Z'] = form.exec(text) ?? [];
  if (day === undefined || time === undefined) return null;
  const zone = offset.toUpperCase().replace(/^([+-]\d\d)(\d\d)$/, '$1:$2');
  const ms = Date.parse(`${day}T${time}${fraction.slice(0, 4)}${zone}`);
  return Number.isNaN(ms) ? null : ms;
}

/** As `parseInstant`, as the ISO text of our tickets. */
export function isoOf(value: string | number | null | undefined): string | null {
  const ms = parseInstant(value);
  return ms === null ? null : new Date(ms).toISOString();
}

/** `yyyy-mm-ddThh:mm:ss+0000`, the form of the documents' queries, whole seconds rounded down. */
export function queryTime(ms: number): string {
  return `${secondsOf(ms)}+0000`;
}

/** DCS's own form of the same: `yyyyMMddHHmmss`, UTC. */
export function compactTime(ms: number): string {
  return secondsOf(ms).replace(/\D/g, '');
}

/** A start time of a hot patch. Rounded up: rounded down it could lie in the past. */
export function startTime(ms: number, format: CloudSettings['startTimeFormat']): string {
  const seconds = secondsOf(Math.ceil(ms / 1000) * 1000);
  switch (format) {
    case 'offset':
      return `${seconds}+0000`;
    case 'colon':
      return `${seconds}+00:00`;
    case 'utc':
      return `${seconds}Z`;
  }
}

function secondsOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19);
}

function fromNumber(value: number): number | null {
  if (!Number.isFinite(value) || value <= 0 || value > LATEST_MS) return null;
  // Seconds reach this size in the year 5138, milliseconds had it in 1973.
  return value < 1e11 ? value * 1000 : value;
}

// The year 9999: beyond it `Date` writes other texts, and soon none.
const LATEST_MS = 253_402_300_799_000;
