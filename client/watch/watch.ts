import type { RolloutStatus } from '../../rollout/status';
import type { Connected } from '../../temporal/connect';
import { isServerAway, PersonError } from '../errors';
import { EXIT, type ExitCode } from '../exit-codes';
import type { Output } from '../output';
import { RolloutBrokenError } from '../rollout-reads';
import { closingLines, outcomeTable } from '../summary';
import { allWell, hasEnded, instantWords } from '../words';
import { changeLines, endedLines } from './changes';
import { createLooking, type Sight } from './looking';
import { createScreen } from './screen';
import { frameLines } from './view';

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
  const { output, rolloutId } = input;
  const leaving = leave();
  try {
    const status = await Promise.race([follow(input, leaving.signal), leaving.asked]);
    if (!status) {
      output.say(`\nThe rollout goes on. Watch it again: upwave watch ${rolloutId}`);
      return EXIT.interrupted;
    }
    const lines = ['', ...outcomeTable(status, output.width), '', ...closingLines(status, output)];
    output.say(lines.join('\n'));
    output.document(status);
    return exitCodeOf(status);
  } finally {
    leaving.dispose();
  }
}

/** The exit code that an ended rollout gives its watcher. */
export function exitCodeOf(status: Pick<RolloutStatus, 'state' | 'counts'>): ExitCode {
  if (status.state === 'aborted') return EXIT.aborted;
  return allWell(status.counts) ? EXIT.done : EXIT.unsuccessful;
}

async function follow(input: WatchInput, signal: AbortSignal): Promise<RolloutStatus | null> {
  const looking = createLooking(input.server, input.rolloutId, input);
  const show = createShow(input.output);
  let seen = false;
  while (!signal.aborted) {
    const sight = await looking.look().catch((error: unknown) => {
      if (seen && isPassing(error)) return error;
      show.end();
      throw error;
    });
    if (signal.aborted) break;
    if (isSight(sight)) {
      seen = true;
      show.sight(sight);
      if (hasEnded(sight.status.state)) {
        show.end();
        return sight.status;
      }
    } else {
      show.away(sight);
    }
    await rest(isSight(sight) ? PACE_MS : AWAY_PACE_MS, signal);
  }
  return null;
}

function isSight(sight: unknown): sight is Sight {
  return typeof sight === 'object' && sight !== null && 'status' in sight && 'ended' in sight;
}

/** Waiting may help: the server is away, or no worker answers. */
function isPassing(error: unknown): boolean {
  if (error instanceof RolloutBrokenError) return false;
  return isServerAway(error) || error instanceof PersonError;
}

function createShow(output: Output) {
  const screen = output.live ? createScreen(output) : null;
  let before: RolloutStatus | null = null;
  let awaySince: Date | null = null;

  function sight({ status, ended }: Sight) {
    const back = awaySince ? ['It answers again.'] : [];
    awaySince = null;
    if (screen) screen.draw(frame(status, null), endedLines(ended));
    else {
      const changes = changeLines(before, status, new Date());
      const lines = [...back, ...changes.begun, ...endedLines(ended), ...changes.ended];
      for (const line of lines) output.say(line);
    }
    before = status;
  }

  function away(error: unknown) {
    const first = awaySince === null;
    awaySince ??= new Date();
    const who =
      error instanceof PersonError ? error.message : 'The Temporal server does not answer.';
    const words = `${who} Since ${instantWords(awaySince)}; the rollout is durable, waiting for it.`;
    if (screen && before) screen.draw(frame(before, words), []);
    else if (first) output.say(words);
  }

  function frame(status: RolloutStatus, awayWords: string | null) {
    const rows = process.stdout.rows || 24;
    return frameLines({ status, away: awayWords, now: new Date(), rows }, output);
  }
  return { sight, away, end: () => screen?.clear() };
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

function rest(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, durationMs);
    signal.addEventListener('abort', done, { once: true });
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
