import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { leash } from './child-lifetime';

export { onStopSignal } from './child-lifetime';
export { freePorts } from './ports';

/** What a program is started with. */
export interface ProgramOptions {
  /** A program; a file ending in `.js`, `.cjs` or `.mjs` runs under this very Node. */
  readonly file: string;
  readonly args: readonly string[];
  /** Added to the cleaned environment of this process; `undefined` removes a variable. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How messages call it. */
  readonly name: string;
  readonly cwd?: string;
  /** The program counts as started once it prints a line that begins with this. */
  readonly readyLine?: string;
  readonly readyTimeoutMs?: number;
  /** Given each line of its output and of its errors, as it comes. */
  readonly onLine?: (line: string) => void;
}

export interface ProgramExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface StartedProgram {
  readonly name: string;
  readonly pid: number;
  /** The newest lines of its output and errors, in the order in which they came. */
  readonly lines: readonly string[];
  /** Settles when it has ended and every line has been read; never rejects. */
  readonly exited: Promise<ProgramExit>;
  /** SIGTERM; SIGKILL to it and all that it started when it has not ended after `graceMs`. */
  stop(graceMs: number): Promise<ProgramExit>;
  /** SIGKILL, to it and all that it started. */
  kill(): Promise<ProgramExit>;
}

/** A program could not be started, or ended or fell silent before it was ready. */
export class ProgramFailedError extends Error {
  override readonly name = 'ProgramFailedError';
}

const FOREIGN = /^(TEMPORAL|CLOUD|UPWAVE)_/i;
// A signalled parent gives its children this long: a worker hands back what it is doing.
const GRACE_ON_SIGNAL_MS = 5_000;
const READY_TIMEOUT_MS = 60_000;
const KEPT_LINES = 10_000;
const SHOWN_LINES = 10;

/** A copy without every `TEMPORAL_*`, `CLOUD_*` and `UPWAVE_*`: they may point at a production. */
export function cleanEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !FOREIGN.test(entry[0]),
    ),
  );
}

/**
 * Starts a program with a clean environment, tied to the life of this process (see `leash` for what
 * that covers). Throws {@link ProgramFailedError} with its last lines when it does not get ready.
 */
export async function startProgram(options: ProgramOptions): Promise<StartedProgram> {
  const { name, onLine, readyLine } = options;
  const child = spawnClean(options);
  const lines: string[] = [];
  const ready = listenForReady(readyLine);
  for (const stream of [child.stdout, child.stderr] as Readable[]) {
    createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => {
      lines.push(line);
      if (lines.length > KEPT_LINES) lines.splice(0, lines.length - KEPT_LINES);
      ready.see(line);
      onLine?.(line);
    });
  }
  await spawned(child, name);
  const program = started(child, name, lines);
  await untilReady(program, ready.seen, options);
  return program;
}

function spawnClean({ file, args, env, cwd }: ProgramOptions): ChildProcess {
  const script = /\.[cm]?js$/.test(file);
  return spawn(script ? process.execPath : file, script ? [file, ...args] : [...args], {
    cwd,
    env: { ...cleanEnvironment(process.env), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // An own group: Ctrl-C reaches the parent alone, which stops its children in order; and what a
    // child has started itself can be killed with it.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
}

function spawned(child: ChildProcess, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) =>
      reject(new ProgramFailedError(`starting ${name}: ${cause.message}`, { cause })),
    );
  });
}

function started(child: ChildProcess, name: string, lines: readonly string[]): StartedProgram {
  const pid = child.pid ?? 0;
  const killNow = () => killGroup(child, pid);
  const exited = new Promise<ProgramExit>((resolve) => {
    const release = leash({ pid, stop: () => stop(GRACE_ON_SIGNAL_MS), killNow });
    child.once('exit', () => {
      // What it has started itself would keep its output open, and outlive it.
      killNow();
      release();
    });
    child.once('close', (code, signal) => resolve({ code, signal }));
  });

  async function stop(graceMs: number): Promise<ProgramExit> {
    child.kill('SIGTERM');
    const timer = setTimeout(killNow, graceMs);
    return exited.finally(() => clearTimeout(timer));
  }

  function kill(): Promise<ProgramExit> {
    killNow();
    return exited;
  }

  return { name, pid, lines, exited, stop, kill };
}

function killGroup(child: ChildProcess, pid: number): void {
  if (process.platform === 'win32') {
    child.kill('SIGKILL');
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // ESRCH: the whole group has ended.
  }
}

function listenForReady(readyLine: string | undefined) {
  let see: (line: string) => void = () => undefined;
  const seen = new Promise<'ready'>((resolve) => {
    if (readyLine === undefined) resolve('ready');
    else see = (line) => line.startsWith(readyLine) && resolve('ready');
  });
  return { seen, see: (line: string) => see(line) };
}

async function untilReady(
  program: StartedProgram,
  seen: Promise<'ready'>,
  { readyLine, readyTimeoutMs = READY_TIMEOUT_MS }: ProgramOptions,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), readyTimeoutMs);
  });
  const first = await Promise.race([seen, program.exited, late]);
  clearTimeout(timer);
  if (first === 'ready') return;
  const why =
    first === 'late'
      ? `did not print "${readyLine}" within ${readyTimeoutMs / 1000} s`
      : `ended before it was ready (${exitWords(first)})`;
  await program.kill();
  throw new ProgramFailedError(`${program.name} ${why}${lastWords(program.lines)}`);
}

/** How a program ended, for people: `exit code 3`, `SIGKILL`. */
export function exitWords({ code, signal }: ProgramExit): string {
  return signal ?? `exit code ${code}`;
}

/** A program's last lines as the end of an error message, or nothing if it has said nothing. */
export function lastWords(lines: readonly string[]): string {
  const shown = lines.filter((line) => line.trim() !== '').slice(-SHOWN_LINES);
  return shown.length === 0 ? '' : `: ${shown.join('\n  ')}`;
}
