import type { Problem } from '../rollout/problem';

/** Every mistake in a command's flags, a line each; `path` is the flag. */
export function flagLines(problems: readonly Problem[]): string {
  return problems
    .map(
      ({ path, message, suggestion }) =>
        `${path}: ${message}${suggestion ? ` (${suggestion})` : ''}`,
    )
    .join('\n');
}
