import { homedir } from 'node:os';
import { join } from 'node:path';
import { exitWords, lastWords } from './processes';
import { withProgress } from './progress';
import { runProgram } from './run-program';
import { intoCache } from './temporal-cache';
import {
  isGoNewEnough,
  OLDEST_GO,
  onPath,
  parseGoVersion,
  programName,
  TEMPORAL_CLI_VERSION,
  type Environment,
  type Obtain,
} from './temporal-search';

const MODULE = `github.com/temporalio/cli/cmd/temporal@v${TEMPORAL_CLI_VERSION}`;
const GO_VERSION_TIMEOUT_MS = 20_000;
// Three minutes on two cores, more on a slow network; a module proxy that hangs must not hold us.
const BUILD_TIMEOUT_MS = 20 * 60 * 1000;

/** Builds the pinned version with the Go on the PATH, into the cache folder. */
export async function buildTemporal({ env, say }: Parameters<Obtain>[0]): Promise<string> {
  const go = onPath('go', env)[0];
  const needed = `Go ${OLDEST_GO.join('.')} or newer`;
  if (go === undefined) throw new Error(`no go program in the PATH (${needed} is needed)`);
  const version = await goVersion(go, env);
  if (!isGoNewEnough(version)) {
    throw new Error(`${go} is Go ${version.join('.')}; ${needed} is needed`);
  }
  const what = `building temporal ${TEMPORAL_CLI_VERSION} with Go ${version.join('.')}`;
  say(`${what}; this takes about three minutes on two cores`);
  return intoCache(env, (folder) => withProgress({ say, what }, goInstall(go, folder, env)));
}

async function goVersion(go: string, env: Environment): Promise<readonly [number, number]> {
  const run = await runProgram({
    file: go,
    args: ['version'],
    // Elsewhere a go.mod of the folder we happen to be in could ask for another toolchain.
    cwd: homedir(),
    env,
    name: 'go version',
    timeoutMs: GO_VERSION_TIMEOUT_MS,
  });
  const version = parseGoVersion(run.lines.join('\n'));
  if (version === null) throw new Error(`${go} version says no version${lastWords(run.lines)}`);
  return version;
}

async function goInstall(go: string, folder: string, env: Environment): Promise<string> {
  const run = await runProgram({
    file: go,
    args: ['install', MODULE],
    cwd: folder,
    // go refuses GOBIN when it builds for another machine.
    env: { ...env, GOBIN: folder, GOOS: undefined, GOARCH: undefined },
    name: 'go install',
    timeoutMs: BUILD_TIMEOUT_MS,
  });
  if (run.timedOut)
    throw new Error(`go install had not ended after ${BUILD_TIMEOUT_MS / 60_000} min`);
  if (run.code !== 0) {
    throw new Error(`go install failed (${exitWords(run)})${lastWords(run.lines)}`);
  }
  return join(folder, programName('temporal'));
}
