/** A test that needs a tool which Node does not bring along. */
export interface OutsideTest {
  readonly name: string;
  /** Finds its tool and runs; what it has to say on the way goes through `say`. */
  run(say: (line: string) => void): Promise<Verdict>;
}

export type Verdict =
  | { readonly state: 'passed'; readonly words: string }
  | { readonly state: 'failed'; readonly problems: readonly string[] }
  /** The tool cannot be had here: what is missing, and how to get it. */
  | { readonly state: 'notRun'; readonly why: string };
