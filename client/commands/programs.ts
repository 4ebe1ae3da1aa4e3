import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { PersonError } from '../errors';
import type { ExitCode } from '../exit-codes';
import { withExamples, type Session } from '../session';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'] as const;

/** Programs of their own, which the command line only starts: they share no code with it. */
const PROGRAMS = [
  {
    name: 'worker',
    file: 'worker/main.js',
    description: 'run a worker: it alone holds the cloud credentials',
    examples: ['CLOUD_SDK_AK=... CLOUD_SDK_SK=... upwave worker'],
    ownHelp: false,
  },
  {
    name: 'emulator',
    file: 'emulator/main.js',
    description: 'run the cloud on this machine: the four families, faults, a journal',
    examples: ['upwave emulator --port 9100 --size 40 --seed 7'],
    // Its own is longer: the switches for what the cloud's documents leave open.
    ownHelp: true,
  },
  {
    name: 'demo',
    file: 'local/demo.js',
    description: 'a whole rollout on this machine: server, emulator, worker, and no cloud',
    examples: ['upwave demo', 'upwave demo --keep'],
    ownHelp: false,
  },
] as const;

export function addPrograms(program: Command, session: Session): void {
  for (const { name, file, description, examples, ownHelp } of PROGRAMS) {
    const command = program
      .command(name)
      .description(description)
      .argument('[arguments...]', 'passed on as they are')
      .allowUnknownOption()
      .passThroughOptions()
      .action(async (rest: readonly string[]) => {
        session.exitCode = await run(name, file, rest);
      });
    withExamples(command, ...examples);
    if (ownHelp) command.helpOption(false);
  }
}

async function run(name: string, file: string, rest: readonly string[]): Promise<ExitCode> {
  const path = join(__dirname, '..', '..', file);
  if (!existsSync(path)) {
    throw new PersonError(
      `upwave ${name} is not built (${path}). Nothing was started. Build it: npm run build`,
    );
  }

  const child = spawn(process.execPath, [path, ...rest], { stdio: 'inherit' });
  const forward = (signal: NodeJS.Signals) => void child.kill(signal);
  // On a terminal Ctrl-C reaches the child by itself; this process only must not end before it.
  for (const signal of FORWARDED) {
    process.on(signal, signal === 'SIGINT' && process.stdin.isTTY ? ignore : forward);
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}

function ignore(): void {}
