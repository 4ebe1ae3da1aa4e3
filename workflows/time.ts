/** The workflow's own clock: the same instant again at every replay. */
export function now(): string {
  return new Date().toISOString();
}
