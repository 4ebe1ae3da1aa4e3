import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startProgram, type StartedProgram } from './processes';
import { withProgress } from './progress';
import { intoCache } from './temporal-cache';
import { programName, TEMPORAL_CLI_VERSION, type Obtain } from './temporal-search';

// The SDK's core fetches the CLI from temporal.download when its test server is started. It knows
// proxies and certificates, but no time limit and no way to stop: so it runs in a process of its
// own, of which we watch the file that grows. `createEphemeralServer` is hidden in the typings, for
// @temporalio/testing; that package does the same and would be a dependency for this one call.
const SDK_DOWNLOAD = `
  const { Runtime } = require(process.argv[1]);
  const exe = { type: 'cached-download', downloadDir: process.argv[2], version: process.argv[3],
    ttl: 86400000, sdkName: 'sdk-typescript', sdkVersion: process.argv[4] };
  Runtime.instance().createEphemeralServer({ type: 'dev-server', exe, namespace: 'default',
    ip: '127.0.0.1', port: null, uiPort: null, dbFilename: null, ui: false,
    log: { format: 'json', level: 'error' }, extraArgs: [],
  }).then(() => process.exit(0), (error) => {
    console.log('reason: ' + error.message);
    process.exit(1);
  });`;

const GIVE_UP_AFTER_MS = 60_000;
const LOOK_EVERY_MS = 250;

/** Lets the Temporal SDK download the pinned version into the cache folder. */
export async function downloadTemporal({ env, say }: Parameters<Obtain>[0]): Promise<string> {
  say(`downloading temporal ${TEMPORAL_CLI_VERSION} as the Temporal SDK does (temporal.download)`);
  return intoCache(env, async (folder) => {
    const worker = require.resolve('@temporalio/worker');
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- its version, at run time
    const { version } = require('@temporalio/worker/package.json') as { version: string };
    const child = await startProgram({
      file: process.execPath,
      args: ['-e', SDK_DOWNLOAD, worker, folder, `v${TEMPORAL_CLI_VERSION}`, version],
      env,
      name: "the Temporal SDK's download",
    });
    return awaitDownload({ child, folder, say });
  });
}

/**
 * Waits until a whole program is in the folder, and then kills the process that fetched it. Throws
 * when that process ends without one, or when no byte has come for `giveUpAfterMs`.
 */
export async function awaitDownload({
  child,
  folder,
  say,
  giveUpAfterMs = GIVE_UP_AFTER_MS,
}: {
  readonly child: StartedProgram;
  readonly folder: string;
  readonly say: (line: string) => void;
  readonly giveUpAfterMs?: number;
}): Promise<string> {
  // The SDK's core writes to `<this>.downloading` and renames it when it is whole.
  const file = join(folder, programName(`temporal-v${TEMPORAL_CLI_VERSION}`));
  let bytes = 0;
  let lastByteAt = Date.now();
  let ended = false;
  void child.exited.then(() => (ended = true));

  async function watch(): Promise<string> {
    while (!existsSync(file)) {
      // Seen before the file was looked for a last time: a rename just before the end counts.
      if (ended && !existsSync(file)) throw new Error(reason(child.lines));
      const now = await bytesIn(folder);
      if (now !== bytes) lastByteAt = Date.now();
      bytes = now;
      if (Date.now() - lastByteAt > giveUpAfterMs) {
        throw new Error(
          `given up: no byte for ${giveUpAfterMs / 1000} s, after ${megabytes(bytes)}`,
        );
      }
      await Promise.race([sleep(LOOK_EVERY_MS), child.exited]);
    }
    return file;
  }

  try {
    return await withProgress(
      { say, what: 'downloading', detail: () => megabytes(bytes) },
      watch(),
    );
  } finally {
    await child.kill();
  }
}

async function bytesIn(folder: string): Promise<number> {
  const sizes = (await readdir(folder)).map((name) =>
    stat(join(folder, name)).then(
      ({ size }) => size,
      // Renamed between the two calls.
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** The SDK's core says each cause twice; the last one is the one that helps. */
function reason(lines: readonly string[]): string {
  const words = lines.find((line) => line.startsWith('reason: '))?.slice('reason: '.length);
  const cause = words?.split(/error sending request for url \(/).at(-1);
  return cause?.replace(/\?[^)]*\)/, '') ?? lines.at(-1) ?? 'it ended without a word';
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
