/** What the page of a report is given to draw. Texts are shown as they are, never as markup. */
export interface PageData {
  readonly axis: readonly AxisMark[];
  /** Where the axis is folded. */
  readonly folds: readonly Band[];
  /** When no window was open. */
  readonly closed: readonly Band[];
  /** What the whole rollout waited for. */
  readonly waits: readonly Bar[];
  readonly waves: readonly PageWave[];
  readonly targets: readonly PageTarget[];
}

export interface AxisMark {
  readonly x: number;
  readonly time: string;
  readonly day: string | null;
}

/** A stretch of the axis, in fractions of its width. */
export interface Band {
  readonly x0: number;
  readonly x1: number;
  readonly title: string;
}

/** One thing that is drawn: what it is, from where to where, and what is said of it. */
export type Bar = readonly [kind: string, x0: number, x1: number, title: string];

export interface PageWave {
  readonly name: string;
  readonly state: string;
  readonly words: string;
}

export interface PageTarget {
  readonly name: string;
  /** The id that controls know it by; empty where it is the name. */
  readonly id: string;
  /** Which of the waves. */
  readonly wave: number;
  readonly upgrade: string;
  readonly family: string;
  /** An outcome, `inFlight` or `pending`. */
  readonly outcome: string;
  readonly outcomeWords: string;
  readonly versions: string;
  readonly attemptCount: number;
  readonly took: string;
  readonly why: string;
  readonly facts: readonly (readonly [title: string, words: string])[];
  readonly bars: readonly Bar[];
  readonly attempts: readonly PageAttempt[];
}

export interface PageAttempt {
  readonly result: string;
  readonly resultWords: string;
  readonly times: number;
  readonly began: string;
  readonly sent: string;
  readonly ended: string;
  readonly took: string;
  readonly ticket: string;
  readonly why: string;
  readonly notes: readonly string[];
}
