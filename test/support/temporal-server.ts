import { startDevServer, type DevServer } from '../../local/dev-server';
import { findTemporalProgram } from '../../local/temporal-program';

const ADDRESS_VARIABLE = 'UPWAVE_TEST_TEMPORAL';

/** Finds a program, saying so on stderr, and starts the one dev server of a whole test run. */
export async function startTestServer(): Promise<DevServer> {
  const program = await findTemporalProgram({ say, env: process.env });
  const server = await startDevServer({ program, ui: false });
  process.env[ADDRESS_VARIABLE] = server.address;
  say(`dev server for the tests on ${server.address}`);
  return server;
}

/** The address of the dev server that all tests share; each test uses its own task queue and ids. */
export function testServerAddress(): string {
  const address = process.env[ADDRESS_VARIABLE];
  if (!address) throw new Error(`${ADDRESS_VARIABLE} is not set: jest ran without its globalSetup`);
  return address;
}

/** A `temporal` program, for tests that need servers of their own, to kill or to keep on a file. */
export function testTemporalProgram(): Promise<string> {
  return findTemporalProgram({ say: () => undefined, env: process.env });
}

/** To stderr: stdout belongs to what jest is asked for, for example `--json`. */
function say(line: string): void {
  process.stderr.write(`temporal: ${line}\n`);
}
