import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

/**
 * The Temporal CLI that is downloaded or built. Newer tags have replace directives, which
 * `go install` refuses; and one version, however it was had, is one behaviour.
 */
export const TEMPORAL_CLI_VERSION = '1.5.1';

/** What `go install` of that version needs. */
export const OLDEST_GO = [1, 25] as const;

export type Environment = Readonly<Record<string, string | undefined>>;

/** Gets a program that is not there yet; gives its path, or throws with the reason. */
export type Obtain = (options: {
  readonly env: Environment;
  readonly say: (line: string) => void;
}) => Promise<string>;

/** A place where a program may be: what people call it, the files to try, else why there is none. */
export interface Place {
  readonly name: string;
  readonly files: readonly string[];
  readonly absent: string;
}

/** Where a `temporal` program may be already, in the order in which they are tried. */
export function placesOfTemporal(env: Environment): Place[] {
  const wanted = env.TEMPORAL_CLI_PATH;
  const cached = cachedTemporal(env);
  return [
    {
      name: 'TEMPORAL_CLI_PATH',
      files: wanted ? [resolve(wanted)] : [],
      absent: 'not set',
    },
    { name: 'PATH', files: onPath('temporal', env), absent: 'no temporal program in it' },
    {
      name: 'cache folder',
      files: existsSync(cached) ? [cached] : [],
      absent: `nothing at ${cached}`,
    },
  ];
}

/** Every file on the PATH of that name, first to last. Whether it runs is another question. */
export function onPath(name: string, env: Environment): string[] {
  const file = programName(name);
  return (env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => resolve(folder, file))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
}

/** Where this user's programs of the pinned version are kept. */
export function cacheFolder(env: Environment): string {
  const base = env.XDG_CACHE_HOME;
  // The XDG specification: a relative path is to be ignored.
  const root = base && isAbsolute(base) ? base : join(env.HOME ?? homedir(), '.cache');
  return join(root, 'upwave', `temporal-${TEMPORAL_CLI_VERSION}`);
}

/** The cached program, there or not. */
export function cachedTemporal(env: Environment): string {
  return join(cacheFolder(env), programName('temporal'));
}

/** `temporal` is `temporal.exe` on Windows. */
export function programName(name: string): string {
  return process.platform === 'win32' ? `${name}.exe` : name;
}

/** `go version go1.26.8 linux/amd64` -> [1, 26]; null when it says something else. */
export function parseGoVersion(words: string): readonly [number, number] | null {
  const match = /\bgo version (?:devel )?go(\d+)\.(\d+)/.exec(words);
  return match ? [Number(match[1]), Number(match[2])] : null;
}

/** Whether this Go can build the pinned version. */
export function isGoNewEnough([major, minor]: readonly [number, number]): boolean {
  return major > OLDEST_GO[0] || (major === OLDEST_GO[0] && minor >= OLDEST_GO[1]);
}

/** The line in which a `temporal` program says its version, or null if there is none. */
export function temporalVersionLine(lines: readonly string[]): string | null {
  return lines.find((line) => /^temporal version \S+/.test(line))?.trim() ?? null;
}
