const unitsMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of `1500ms`, `2s`, `1.5m`, `3h`, `1d`; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  const unit = unitsMs[match?.[2] ?? ''];
  return unit === undefined ? undefined : Math.round(Number(match?.[1]) * unit);
}
