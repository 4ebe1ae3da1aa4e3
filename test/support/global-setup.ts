import type { DevServer } from '../../local/dev-server';
import { TemporalProgramNotFoundError, WHAT_TO_DO } from '../../local/temporal-program';
import { startTestServer } from './temporal-server';

/** Where the teardown, loaded as another module by jest, finds the server. */
export const SERVER_KEY = Symbol.for('upwave.test.temporal-server');

/** Jest calls this once before all tests. Without a Temporal program no test runs. */
export default async function globalSetup(): Promise<void> {
  const holder = globalThis as { [SERVER_KEY]?: DevServer };
  try {
    holder[SERVER_KEY] = await startTestServer();
  } catch (error) {
    throw withoutStack(error);
  }
}

/** Jest prints the stack, which helps nobody here: one clear line does. */
function withoutStack(error: unknown): Error {
  const failure =
    error instanceof TemporalProgramNotFoundError
      ? new Error(`no test was run: no Temporal program (tried: see above); ${WHAT_TO_DO}`)
      : new Error(`no test was run: ${error instanceof Error ? error.message : String(error)}`);
  failure.stack = failure.message;
  return failure;
}
