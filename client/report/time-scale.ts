import { union, within, type Span } from '../../rollout/spans';

/** A stretch of the time axis: a span of time and where it is drawn, as fractions of the width. */
export interface Stretch extends Span {
  readonly x0: number;
  readonly x1: number;
  /** Nothing happened in it, and it is drawn much shorter than it was. */
  readonly folded: boolean;
}

/** A mark on the axis. */
export interface Tick {
  readonly x: number;
  /** `18:05`, or `18:05:30` on a short axis. UTC. */
  readonly time: string;
  /** The day, where it is another than at the mark before. */
  readonly day: string | null;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
// A short gap says more as it is.
const LEAST_FOLDED_MS = 2 * MINUTE;

/**
 * The axis over `whole` on which all that is busy is drawn to one scale, and long times in which
 * nothing happened are folded: else attempts of minutes, in windows that are days apart, would be
 * too small to see.
 */
export function timeScale(busy: readonly Span[], whole: Span): readonly Stretch[] {
  const spans = union(within(busy, whole));
  const busyMs = spans.reduce((sum, { from, to }) => sum + to - from, 0);
  const margin = Math.max(busyMs * 0.03, 1);
  const wide = spans.map(({ from, to }) => ({ from: from - margin, to: to + margin }));
  const kept = busyMs === 0 ? [whole] : closeUp(within(wide, whole), whole, busyMs);

  const pieces = cutInto(kept, whole);
  const folds = pieces.filter(({ folded }) => folded).length;
  const keptMs = kept.reduce((sum, { from, to }) => sum + to - from, 0);
  // However many there are, most of the width is for what happened.
  const foldMs = keptMs * Math.min(0.06, 0.4 / Math.max(1, folds));
  const total = keptMs + folds * foldMs;
  let x = 0;
  return pieces.map(({ from, to, folded }) => {
    const x0 = x;
    x += (folded ? foldMs : to - from) / total;
    return { from, to, folded, x0, x1: x };
  });
}

/** Gaps that are not worth folding become part of what is drawn to scale. */
function closeUp(spans: readonly Span[], whole: Span, busyMs: number): readonly Span[] {
  const least = Math.max(LEAST_FOLDED_MS, busyMs / 4);
  const edges = [{ from: whole.from, to: whole.from }, ...spans, { from: whole.to, to: whole.to }];
  const bridges = edges.flatMap(({ from }, at) => {
    const before = edges[at - 1];
    return before && from - before.to < least ? [{ from: before.to, to: from }] : [];
  });
  return union([...spans, ...bridges]);
}

function cutInto(kept: readonly Span[], whole: Span): readonly (Span & { folded: boolean })[] {
  const pieces: (Span & { folded: boolean })[] = [];
  let at = whole.from;
  for (const { from, to } of kept) {
    if (from > at) pieces.push({ from: at, to: from, folded: true });
    pieces.push({ from, to, folded: false });
    at = to;
  }
  if (whole.to > at) pieces.push({ from: at, to: whole.to, folded: true });
  return pieces;
}

/** Where an instant is drawn, from 0 to 1; what is outside the axis is at its end. */
export function placeOn(axis: readonly Stretch[], instantMs: number): number {
  const stretch = axis.find(({ to }) => instantMs < to) ?? axis.at(-1);
  if (stretch === undefined) return 0;
  const { from, to, x0, x1 } = stretch;
  const part = to > from ? (instantMs - from) / (to - from) : 0;
  return x0 + Math.min(1, Math.max(0, part)) * (x1 - x0);
}

const STEPS_MS = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * 1_000),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14, 28].map((days) => days * DAY),
];
const MOST_TICKS = 10;
const LEAST_APART = 0.07;

/** Round instants, far enough apart to be read. Folded stretches have none. */
export function ticksOf(axis: readonly Stretch[]): readonly Tick[] {
  const drawn = axis.filter(({ folded }) => !folded);
  const keptMs = drawn.reduce((sum, { from, to }) => sum + to - from, 0);
  const step =
    STEPS_MS.find((each) => keptMs / each <= MOST_TICKS) ?? Math.ceil(keptMs / MOST_TICKS);
  const ticks: Tick[] = [];
  let day = '';
  for (const { from, to } of drawn) {
    for (let at = Math.ceil(from / step) * step; at < to; at += step) {
      const x = placeOn(axis, at);
      // At the right edge its words would be cut.
      if (x - (ticks.at(-1)?.x ?? -1) < LEAST_APART || x > 1 - LEAST_APART / 2) continue;
      const iso = new Date(at).toISOString();
      const today = iso.slice(0, 10);
      const time = iso.slice(11, step < MINUTE ? 19 : 16);
      ticks.push({ x, time, day: today === day ? null : today });
      day = today;
    }
  }
  return ticks;
}
