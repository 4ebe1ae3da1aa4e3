import type { Counts } from '../../rollout/outcome';
import type { RolloutStatus, WaveStatus } from '../../rollout/status';
import { paint, type Paint } from '../colors';
import { bar, cut, pad, wrap } from '../layout';
import { bakeWords, paintState, waitWords, type Look } from '../summary';
import { countsWords, durationWords, endedCount } from '../words';

/** What a frame shows besides the status. */
export interface FrameInput {
  readonly status: RolloutStatus;
  /** Said when the server or the workers are away; null when all is well. */
  readonly away: string | null;
  readonly now: Date;
  /** Lines that the terminal has. */
  readonly rows: number;
}

const MARKS = { good: '█', bad: '▓', busy: '▒', pending: '·' } as const;
const LONGEST_BAR = 40;
const SHORTEST_BAR = 8;
// Three outcomes with their counts: room is kept for as much from the beginning.
const LONG_WORDS = 36;
const LINES_AROUND_WAVES = 7;

/** The lines that `watch` draws again and again. None is wider than the terminal. */
export function frameLines(input: FrameInput, look: Look): string[] {
  const { status, away, now, rows } = input;
  const ink = paint(look.colors);
  const since = durationWords(now.getTime() - new Date(status.startedAt).getTime());
  const waves = waveLines(status.waves, { ...look, rows });
  const wait = status.waitingFor
    ? wrap(`Waiting: ${waitWords(status.waitingFor, now)}`, look.width, 2).slice(0, 3)
    : [];
  return [
    ink.bold(cut(status.rolloutId, look.width)),
    `${paintState(status, ink)} ${ink.dim(`for ${since}`)}`,
    ...(status.frozen ? waves : ['Reading the targets and cutting the waves.']),
    ...wait.map((line) => ink.warn(cut(line, look.width))),
    ...(away ? wrap(away, look.width, 2).map((line) => ink.bad(cut(line, look.width))) : []),
  ];
}

/** A bar and counts per wave; where the terminal is too low, the waves around the running one. */
export function waveLines(
  waves: readonly WaveStatus[],
  look: Look & { readonly rows: number },
): string[] {
  const ink = paint(look.colors);
  const nameWidth = Math.min(
    Math.max(8, Math.floor(look.width / 4)),
    Math.max(...waves.map(({ name }) => [...name].length), 0),
  );
  // Of the largest number that can come: a column that grows would make the bars jump.
  const progressWidth = Math.max(...waves.map(({ counts }) => 2 * `${counts.total}`.length + 1), 0);
  const room = look.width - nameWidth - progressWidth - 4;
  const longest = Math.max(...waves.map((wave) => [...wordsBeside(wave)].length), LONG_WORDS);
  // Narrow: counts get a line of their own, and the bar the whole width.
  const beside = room - longest - 2 >= SHORTEST_BAR;
  const barRoom = beside ? room - longest - 2 : room;
  const barWidth = Math.max(SHORTEST_BAR, Math.min(LONGEST_BAR, barRoom));

  const perWave = beside ? 1 : 2;
  const most = Math.max(1, Math.floor((look.rows - LINES_AROUND_WAVES) / perWave));
  const { shown, hidden } = around(waves, most);
  const lines = shown.flatMap((wave) => {
    const { name, counts } = wave;
    const head = [
      pad(cut(name, nameWidth), nameWidth),
      paintBar(counts, barWidth, ink),
      pad(progress(counts), progressWidth, 'right'),
    ].join('  ');
    const words = wordsBeside(wave);
    if (!words) return [ink.dim(head)];
    if (!beside) return [head, ink.dim(cut(`  ${words}`, look.width))];
    return [`${head}  ${words}`];
  });
  return hidden > 0 ? [...lines, ink.dim(`and ${hidden} more waves`)] : lines;
}

function around(waves: readonly WaveStatus[], most: number) {
  if (waves.length <= most) return { shown: waves, hidden: 0 };
  const running = waves.findIndex(({ state }) => state !== 'finished' && state !== 'aborted');
  const at = running < 0 ? waves.length - most : Math.max(0, running - 1);
  const from = Math.max(0, Math.min(at, waves.length - most));
  return { shown: waves.slice(from, from + most), hidden: waves.length - most };
}

function wordsBeside({ state, counts, paused, bake }: WaveStatus): string {
  // What a person must know stands first: a narrow terminal cuts the end.
  const notes = [
    ...(paused ? ['paused'] : []),
    // How it goes is told by what the rollout waits for.
    ...(bake ? [bakeWords({ ...bake, words: '' })] : []),
    ...(state === 'pending' ? [] : [countsWords(counts)]),
  ];
  return notes.join(', ');
}

function progress(counts: Counts): string {
  return `${endedCount(counts)}/${counts.total}`;
}

function paintBar(counts: Counts, width: number, ink: Paint): string {
  const { succeeded, upToDate, rejected, failed, unknown, skipped, inFlight, pending } = counts;
  const drawn = bar(
    [
      { count: succeeded + upToDate, mark: MARKS.good },
      { count: rejected + failed + unknown + skipped, mark: MARKS.bad },
      { count: inFlight, mark: MARKS.busy },
      { count: pending, mark: MARKS.pending },
    ],
    width,
  );
  return drawn
    .replace(/█+/, ink.good)
    .replace(/▓+/, ink.bad)
    .replace(/▒+/, ink.busy)
    .replace(/·+/, ink.dim);
}
