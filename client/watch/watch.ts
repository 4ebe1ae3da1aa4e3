import type { RolloutStatus } from '../../rollout/status';
import type { Connected } from '../../temporal/connect';
import { isPassing, PersonError, serverWords } from '../errors';
import { EXIT, type ExitCode } from '../exit-codes';
import type { Output } from '../output';
import { RolloutBrokenError } from '../rollout-reads';
import { rest } from '../stopping';
import { closingLines, outcomeTable } from '../summary';
import { allWell, hasEnded } from '../words';
import { createLooking } from './looking';
import { createLiveShow, createLog, type Show } from './showing';
import { createSteps, type Steps } from './steps';

const PACE_MS = 1_000;
// What is away comes back in its own time; asking more often does not help it.
const AWAY_PACE_MS = 3_000;

/** What `watch` and `start --watch` show, and where. */
export interface WatchInput {
  readonly server: Connected;
  readonly rolloutId: string;
  readonly output: Output;
  /** True tells every target that ended; false only those from now on. */
  readonly fromStart: boolean;
}

/**
 * Follows a rollout to its end on the terminal. The first look may fail; afterwards a server or
 * workers that are away are waited for. Ctrl-C leaves: the rollout goes on.
 */
export async function watchRollout(input: WatchInput): Promise<ExitCode> {
  const { server, output, rolloutId } = input;
  const leaving = leave();
  const steps = createSteps(server);
  const show = output.live
    ? createLiveShow(process.stdout, { colors: output.colors, steps })
    : createLog(output);
  try {
    const following = follow({ ...input, show, steps }, leaving.signal);
    const status = await Promise.race([following, leaving.asked]);
    // What is said from here on belongs below what was on the terminal before.
    const leftBehind = show.end();
    if (!status) {
      const lines = [
        ...leftBehind,
        `The rollout goes on. Watch it again: upwave watch ${rolloutId}`,
      ];
      output.say(`\n${lines.join('\n')}`);
      return EXIT.interrupted;
    }
    const lines = [...leftBehind, '', ...outcomeTable(status, output.width), ''];
    output.say([...lines, ...closingLines(status, output)].join('\n'));
    output.document(status);
    return exitCodeOf(status);
  } finally {
    show.end();
    leaving.dispose();
  }
}

/** The exit code that an ended rollout gives its watcher. */
export function exitCodeOf(status: Pick<RolloutStatus, 'state' | 'counts'>): ExitCode {
  if (status.state === 'aborted') return EXIT.aborted;
  return allWell(status.counts) ? EXIT.done : EXIT.unsuccessful;
}

async function follow(
  input: WatchInput & { readonly show: Show; readonly steps: Steps },
  signal: AbortSignal,
): Promise<RolloutStatus | null> {
  const { server, rolloutId, output, fromStart, show, steps } = input;
  const looking = createLooking(server, rolloutId, { fromStart, inFlight: output.live });

  async function look(): Promise<RolloutStatus> {
    const status = await looking.status();
    show.status(status);
    const sight = await looking.targets(status);
    show.targets(status, sight);
    if (sight.isNew && sight.frozen) {
      await steps.look(sight.frozen, rolloutId, show.shown(sight.inFlight));
    }
    return status;
  }

  let seen = false;
  let awaySince: Date | null = null;
  while (!signal.aborted) {
    try {
      const status = await look();
      seen = true;
      awaySince = null;
      if (hasEnded(status.state)) return status;
    } catch (error) {
      if (!seen || !mayPass(error)) throw error;
      awaySince ??= new Date();
      show.away(awayWords(error, awaySince));
    }
    await rest(awaySince ? AWAY_PACE_MS : PACE_MS, signal);
  }
  return null;
}

/** Waiting may help: the server is away, or no worker answers. */
function mayPass(error: unknown): boolean {
  if (error instanceof RolloutBrokenError) return false;
  return isPassing(error) || error instanceof PersonError;
}

function awayWords(error: unknown, since: Date): string {
  const at = `since ${since.toISOString().slice(11, 19)} UTC, trying again; the rollout is durable.`;
  if (error instanceof PersonError) return `${error.message} So ${at}`;
  const said = serverWords(error);
  return `The Temporal server ${said === null ? 'does not answer' : `says "${said}"`} ${at}`;
}

/** Resolves to null on Ctrl-C (or when the process is asked to end). */
function leave() {
  const controller = new AbortController();
  const onSignal = () => controller.abort();
  const asked = new Promise<null>((resolve) =>
    controller.signal.addEventListener('abort', () => resolve(null), { once: true }),
  );
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  const dispose = () => {
    process.removeListener('SIGINT', onSignal);
    process.removeListener('SIGTERM', onSignal);
  };
  return { signal: controller.signal, asked, dispose };
}
