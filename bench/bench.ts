/** One thing that is measured: `npm run bench -- --only <name>`. */
export interface Bench {
  readonly name: string;
  /** What is measured, under which load: one line for a person. */
  readonly about: string;
  /**
   * Measures with processes of its own and ends them, also when it throws. `say` takes lines about
   * how far it is; they go to people only, so every number that counts belongs into the result.
   */
  run(say: (line: string) => void): Promise<BenchResult>;
}

export type BenchResult = Measured | Absent;

export interface Measured {
  readonly state: 'measured';
  readonly figures: readonly Figure[];
}

/** What it needs cannot be had on this machine: it has measured nothing, and misses no bound. */
export interface Absent {
  readonly state: 'absent';
  /** What is missing and how to get it. */
  readonly why: string;
}

/** One number. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** `s`, `ms`, `calls per target`, … ; empty for a ratio. */
  readonly unit: string;
  /** Null: shown beside the others, promised by nobody. */
  readonly bound: Bound | null;
}

export interface Bound {
  readonly is: 'atMost' | 'atLeast';
  readonly to: number;
}

/** Whether the figure breaks its bound. What could not be computed (NaN) does. */
export function isMissed({ value, bound }: Figure): boolean {
  if (bound === null) return false;
  return bound.is === 'atMost' ? !(value <= bound.to) : !(value >= bound.to);
}

/** A number without a bound. */
export function figure(name: string, value: number, unit = ''): Figure {
  return { name, value, unit, bound: null };
}

/** A number that must not be above its bound. */
export function atMost(to: number, name: string, value: number, unit = ''): Figure {
  return { name, value, unit, bound: { is: 'atMost', to } };
}

/** A number that must not be below its bound. */
export function atLeast(to: number, name: string, value: number, unit = ''): Figure {
  return { name, value, unit, bound: { is: 'atLeast', to } };
}
