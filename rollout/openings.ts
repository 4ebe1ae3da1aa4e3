import type { Openings } from './frozen-plan';
import { addMs, isBefore, msBetween } from './instants';

/**
 * What resolved windows and blackouts say about instants. Knows no calendar and no zone, so that
 * workflows may use it. `null` openings: at any time.
 */

/** Whether an attempt may start now, and if not, why and until when. */
export type Fit =
  | {
      readonly fits: true;
      /** The last instant at which its request may be sent, inclusive; null: no limit. */
      readonly notAfter: string | null;
    }
  | {
      readonly fits: false;
      /** When the next opening begins that is long enough; null when none is known. */
      readonly until: string | null;
      readonly words: string;
    };

/**
 * Whether an attempt that takes `expectMs` may start now: it must end before the opening does, or
 * with it. One of which nobody knows how long it takes (null) may start as long as it is open.
 */
export function fit(openings: Openings | null, expectMs: number | null, now: string): Fit {
  if (openings === null) return { fits: true, notAfter: null };
  const { spans } = openings;
  const first = firstEndingAfter(spans, now);
  const here = spans[first];
  const isInside = here !== undefined && !isBefore(now, here.from);
  // Openings are half-open: at their end itself nothing begins.
  const needMs = Math.max(1, expectMs ?? 0);
  if (isInside) {
    const notAfter = addMs(here.to, -needMs);
    if (!isBefore(notAfter, now)) return { fits: true, notAfter };
  }
  const later = spans.slice(isInside ? first + 1 : first);
  const next = later.find(({ from, to }) => msBetween(from, to) >= needMs);
  const until = next?.from ?? null;
  return { fits: false, until, words: wordsOf({ here: isInside ? here : null, needMs, until }) };
}

/** Whether an attempt of unknown length may start at this instant. */
export function isOpen(openings: Openings | null, instant: string): boolean {
  return fit(openings, null, instant).fits;
}

/**
 * How much of the time from `from` to `to` is open; 0 if `to` comes first. What is not known (before
 * the first opening, after `until`) counts as closed.
 */
export function openMsBetween(openings: Openings | null, from: string, to: string): number {
  if (openings === null) return Math.max(0, msBetween(from, to));
  const { spans } = openings;
  let sum = 0;
  for (let at = firstEndingAfter(spans, from); at < spans.length; at += 1) {
    const span = spans[at];
    if (span === undefined || !isBefore(span.from, to)) break;
    const start = isBefore(span.from, from) ? from : span.from;
    const end = isBefore(to, span.to) ? to : span.to;
    sum += Math.max(0, msBetween(start, end));
  }
  return sum;
}

/** Without the openings that have ended by `instant`, so that what travels stays small. */
export function openingsFrom(openings: Openings | null, instant: string): Openings | null {
  if (openings === null) return null;
  return { ...openings, spans: openings.spans.slice(firstEndingAfter(openings.spans, instant)) };
}

/** Less than this ahead, and openings should be resolved again. */
export const KNOWN_AHEAD_MS = 30 * 86_400_000;

/** Whether so little is left of what is known that it must be resolved again. */
export function needsResolving(openings: Openings | null, now: string): boolean {
  const at = resolvingAt(openings);
  return at !== null && !isBefore(now, at);
}

/**
 * When openings must be resolved again; null: never. A target for which no opening is known waits
 * until then at most.
 */
export function resolvingAt(openings: Openings | null): string | null {
  return openings === null ? null : addMs(openings.until, 1 - KNOWN_AHEAD_MS);
}

/** By halves: a wave asks for each of hundreds of targets, and there may be thousands of openings. */
function firstEndingAfter(spans: Openings['spans'], instant: string): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const span = spans[middle];
    if (span !== undefined && isBefore(instant, span.to)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function wordsOf(input: {
  readonly here: Openings['spans'][number] | null;
  readonly needMs: number;
  readonly until: string | null;
}): string {
  const { here, needMs, until } = input;
  const upgrade = `an upgrade of ${minutesOf(needMs)}`;
  const now =
    here === null
      ? 'no window is open'
      : `the window closes at ${here.to}, too soon for ${upgrade}`;
  if (until !== null) return now;
  return here === null && needMs > 1
    ? `${now}, and none is known that is long enough for ${upgrade}`
    : `${now}, and no further one is known`;
}

function minutesOf(ms: number): string {
  if (ms < 60_000) return `${Math.ceil(ms / 1_000)} s`;
  return `${Math.ceil(ms / 60_000)} min`;
}
