/** A stretch of time in epoch milliseconds, half-open: `[from, to)`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The same time in as few spans as can be, in order; those that touch become one, empty ones go. */
export function union(spans: readonly Span[]): readonly Span[] {
  const inOrder = spans.filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from);
  const joined: Span[] = [];
  for (const span of inOrder) {
    const last = joined.at(-1);
    if (last === undefined || last.to < span.from) joined.push(span);
    else joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
  }
  return joined;
}

/** What is left of `open` without `closed`. Both as {@link union} gives them; so is the answer. */
export function minus(open: readonly Span[], closed: readonly Span[]): readonly Span[] {
  const left: Span[] = [];
  let next = 0;
  for (const { from, to } of open) {
    let start = from;
    while ((closed[next]?.to ?? Infinity) <= start) next += 1;
    for (let at = next; (closed[at]?.from ?? Infinity) < to; at += 1) {
      left.push({ from: start, to: closed[at]?.from ?? to });
      start = closed[at]?.to ?? to;
    }
    left.push({ from: start, to });
  }
  return left.filter((span) => span.from < span.to);
}

/** The part of each span that lies within `whole`. */
export function within(spans: readonly Span[], whole: Span): readonly Span[] {
  return spans
    .map(({ from, to }) => ({ from: Math.max(from, whole.from), to: Math.min(to, whole.to) }))
    .filter(({ from, to }) => from < to);
}
