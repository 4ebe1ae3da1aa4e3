/** A mistake in the plan or its files: where, what is wrong, and what would be right. */
export interface Problem {
  /** `targets[3].instanceId`, `line 7` of the plan, or `caches.csv:12.instanceId` in a file. */
  readonly path: string;
  readonly message: string;
  readonly suggestion: string | null;
}

/** One mistake. */
export function problem(path: string, message: string, suggestion: string | null): Problem {
  return { path, message, suggestion };
}

/** The message of whatever was thrown. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
