import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { describeSettings } from './settings-reader';
import type { EmulatorOptions } from './start';
import { startEmulator, UsageError } from './start';

const usage = `usage: upwave emulator --port N [--seed S] [--size N | --fleet file] [--faults file]
                       [--state file] [--set key=value]…
listens on 127.0.0.1: N TaurusDB, N+1 GaussDB, N+2 DCS, N+3 IAM
settings:
${describeSettings().join('\n')}
Example:
  $ upwave emulator --port 9100 --size 40 --seed 7 --set duration=2s --set spread=0`;

/** The options of the command line; undefined: only the usage was asked for. */
function readOptions(args: readonly string[]): EmulatorOptions | undefined {
  const { values } = parse(args);
  if (values.help === true) return undefined;
  if (values.port === undefined) throw new UsageError(`--port is missing\n${usage}`);
  if (values.size !== undefined && values.fleet !== undefined) {
    throw new UsageError('--size and --fleet exclude each other');
  }
  return {
    // Three more ports must exist above it.
    port: whole('--port', values.port, 1, 65_532),
    seed: values.seed,
    size: values.size === undefined ? undefined : whole('--size', values.size, 0, 1_000_000),
    fleet: values.fleet === undefined ? undefined : readJson('--fleet', values.fleet),
    faults: values.faults === undefined ? undefined : readJson('--faults', values.faults),
    state: values.state,
    set: values.set,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        seed: { type: 'string' },
        size: { type: 'string' },
        fleet: { type: 'string' },
        faults: { type: 'string' },
        state: { type: 'string' },
        set: { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function whole(name: string, text: string, from: number, to: number): number {
  const value = Number(text);
  if (text !== '' && Number.isInteger(value) && value >= from && value <= to) return value;
  throw new UsageError(`${name} must be a whole number from ${from} to ${to}`);
}

function readJson(name: string, file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${name} ${file}: ${(error as Error).message}`, { cause: error });
  }
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) {
    console.log(usage);
    return;
  }
  const emulator = await startEmulator(options);
  const stop = (): void => {
    void emulator.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  const { endpoints } = emulator.access;
  const places = Object.entries(endpoints).map(([service, url]) => `${service} ${url}`);
  console.log(`ready ${places.join(', ')}; credentials at ${endpoints.iam}/_emulator/access`);
}

main().catch((error: unknown) => {
  const { code, message } = error as NodeJS.ErrnoException;
  console.error(
    code === 'EADDRINUSE' ? `emulator: a port is in use: ${message}` : `emulator: ${message}`,
  );
  process.exit(error instanceof UsageError ? 2 : 1);
});
