import { cleanEnvironment } from './processes';
import { buildTemporal } from './temporal-build';
import { checkTemporal } from './temporal-check';
import { downloadTemporal } from './temporal-download';
import {
  OLDEST_GO,
  placesOfTemporal,
  TEMPORAL_CLI_VERSION,
  type Environment,
  type Obtain,
  type Place,
} from './temporal-search';

/** One thing that was tried, and why it gave no program. */
export interface Attempt {
  readonly what: string;
  readonly reason: string;
}

/** What a person can do who has no Temporal program. */
export const WHAT_TO_DO =
  'install the Temporal CLI (https://docs.temporal.io/cli) and put it on the PATH or name it in ' +
  `TEMPORAL_CLI_PATH; or install Go ${OLDEST_GO.join('.')} or newer; or let this machine reach ` +
  'https://temporal.download';

/** No usable `temporal` program; the message lists all that was tried, and what to do. */
export class TemporalProgramNotFoundError extends Error {
  override readonly name = 'TemporalProgramNotFoundError';

  constructor(readonly tried: readonly Attempt[]) {
    const list = tried.map(({ what, reason }, index) => `  ${index + 1}. ${what}: ${reason}`);
    super(
      ['No Temporal program can be had. Tried:', ...list, `What to do: ${WHAT_TO_DO}.`].join('\n'),
    );
  }
}

interface Found {
  readonly program: string;
  readonly version: string;
}

/**
 * A `temporal` program that runs: from `TEMPORAL_CLI_PATH`, the PATH or our cache folder; else
 * downloaded by the SDK; else built with Go. Says what it does, at least every ten seconds.
 * Throws {@link TemporalProgramNotFoundError}. Its version is said, not demanded.
 */
export async function findTemporalProgram({
  say,
  env,
  download = downloadTemporal,
  build = buildTemporal,
}: {
  readonly say: (line: string) => void;
  readonly env: Environment;
  readonly download?: Obtain;
  readonly build?: Obtain;
}): Promise<string> {
  const tried: Attempt[] = [];
  const clean = cleanEnvironment(env);
  const obtain = async (way: Obtain) => check(await way({ env: clean, say }), clean);
  const steps: readonly (readonly [what: string, find: () => Promise<Found>])[] = [
    ...placesOfTemporal(env).map((place) => [place.name, () => firstUsable(place, clean)] as const),
    [`download of ${TEMPORAL_CLI_VERSION} by the Temporal SDK`, () => obtain(download)],
    [`build of ${TEMPORAL_CLI_VERSION} with Go`, () => obtain(build)],
  ];
  for (const [what, find] of steps) {
    try {
      const { program, version } = await find();
      say(`using ${program} (${version})`);
      return program;
    } catch (error) {
      const reason = words(error);
      tried.push({ what, reason });
      say(`${what}: ${reason}`);
    }
  }
  throw new TemporalProgramNotFoundError(tried);
}

async function firstUsable({ files, absent }: Place, env: Environment): Promise<Found> {
  const reasons: string[] = [];
  for (const file of files) {
    try {
      return await check(file, env);
    } catch (error) {
      reasons.push(words(error));
    }
  }
  throw new Error(reasons.length === 0 ? absent : reasons.join('; '));
}

async function check(program: string, env: Environment): Promise<Found> {
  return { program, version: await checkTemporal(program, env) };
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
