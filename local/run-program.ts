import { startProgram, type ProgramExit, type ProgramOptions } from './processes';

/** How a program that was run to its end has ended, and all that it has said. */
export interface RunResult extends ProgramExit {
  readonly lines: readonly string[];
  readonly timedOut: boolean;
}

/**
 * Runs a program to its end; kills it, and all that it has started, after `timeoutMs`. An exit code
 * other than 0 is a result, not an error; a program that cannot be started throws.
 */
export async function runProgram(
  options: Omit<ProgramOptions, 'readyLine' | 'readyTimeoutMs'> & { readonly timeoutMs: number },
): Promise<RunResult> {
  const program = await startProgram(options);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    void program.kill();
  }, options.timeoutMs);
  const exit = await program.exited;
  clearTimeout(timer);
  return { ...exit, lines: program.lines, timedOut };
}
