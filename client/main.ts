#!/usr/bin/env node
import { CommanderError } from 'commander';
import { readConfig } from './config';
import { endingOf } from './errors';
import { EXIT, type ExitCode } from './exit-codes';
import { createOutput, tolerateClosedPipes, untilWritten } from './output';
import { createProgram } from './program';
import { newSession } from './session';

async function main(): Promise<ExitCode> {
  const session = newSession(readConfig());
  try {
    await createProgram(session).parseAsync();
    return session.exitCode;
  } catch (error) {
    // Commander has said what is wrong by itself.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    const { words, exitCode } = endingOf(error);
    createOutput(session.config, {}).problem(words);
    return exitCode;
  }
}

// Whoever has an answer does not wait for a call that is still under way to a server.
const LINGER_MS = 1_000;

tolerateClosedPipes();
void main().then(async (exitCode) => {
  process.exitCode = exitCode;
  // An exit drops what a slow reader of a pipe has not taken yet.
  await untilWritten();
  setTimeout(() => process.exit(), LINGER_MS).unref();
});
