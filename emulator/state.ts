import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { Change, JournalEntry, Origin } from './types';

/** What one call, or one passing of time, did: written as one line, so that it is kept whole or not at all. */
export interface StateRecord {
  readonly entry: JournalEntry | null;
  readonly changes: readonly Change[];
}

/** Where records go before the call that made them is answered. */
export interface StateLog {
  append(record: StateRecord): void;
  close(): void;
}

/** A state file cannot be read back. */
export class StateFileError extends Error {
  override readonly name = 'StateFileError';
}

/** A log that keeps nothing, for an emulator without `--state`. */
export const noLog: StateLog = { append: () => undefined, close: () => undefined };

/** What an existing state file holds; undefined where there is none or not even its first line is whole. */
export function readState(
  file: string,
): { readonly origin: Origin; readonly records: readonly StateRecord[] } | undefined {
  if (!existsSync(file)) return undefined;
  const whole = wholeLines(readFileSync(file));
  const [first, ...rest] = whole.toString('utf8').split('\n').slice(0, -1);
  if (first === undefined) return undefined;
  const { origin } = parse<{ origin: Origin }>(file, first, 1);
  return { origin, records: rest.map((line, i) => parse<StateRecord>(file, line, i + 2)) };
}

/**
 * Opens the file for appending; a new one begins with `origin`. Every line goes to the operating system
 * before the call returns, which outlives SIGKILL (a power cut may cost the last lines).
 */
export function openLog(file: string, origin: Origin): StateLog {
  const kept = existsSync(file) ? wholeLines(readFileSync(file)).length : 0;
  const fd = openSync(file, 'a');
  // A kill in the middle of a write leaves half a line, of a call that was never answered.
  ftruncateSync(fd, kept);
  const write = (value: unknown): void => writeAll(fd, Buffer.from(`${JSON.stringify(value)}\n`));
  if (kept === 0) write({ origin });
  return { append: write, close: () => closeSync(fd) };
}

function wholeLines(content: Buffer): Buffer {
  return content.subarray(0, content.lastIndexOf('\n') + 1);
}

function writeAll(fd: number, line: Buffer): void {
  for (let done = 0; done < line.length;) done += writeSync(fd, line, done);
}

function parse<T>(file: string, line: string, number: number): T {
  try {
    return JSON.parse(line) as T;
  } catch (cause) {
    throw new StateFileError(`${file}, line ${number}: is not a line of an emulator's state`, {
      cause,
    });
  }
}
