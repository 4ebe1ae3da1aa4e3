import type { Counts } from '../../rollout/outcome';
import type { WaveStatus } from '../../rollout/status';
import { paint, type Paint } from '../colors';
import { bar, cut, pad } from '../layout';
import { bakeWords, type Look } from '../summary';
import { widthOf } from '../text-width';
import { counted, countsWords, endedCount, hasEnded } from '../words';

/** Told apart also where colours look alike. */
const MARKS = { good: '█', bad: '▓', doubt: '▚', busy: '▒', pending: '·' } as const;
const LONGEST_BAR = 40;
const SHORTEST_BAR = 8;
// Three outcomes with their counts: room is kept for as much from the beginning.
const LONG_WORDS = 36;

/** How the lines of waves are laid out: alike for all of them, so that nothing jumps. */
interface Columns {
  readonly name: number;
  readonly bar: number;
  readonly progress: number;
  /** Where it is narrow, counts have a line of their own, and the bar the whole width. */
  readonly rowsPerWave: 1 | 2;
}

/** How many rows all waves would take. */
export function rowsOfWaves(waves: readonly WaveStatus[], look: Look): number {
  return waves.length * columnsOf(waves, look).rowsPerWave;
}

/** A bar and counts per wave; where there are fewer rows, the waves around the running one. */
export function waveLines(waves: readonly WaveStatus[], rows: number, look: Look): string[] {
  const ink = paint(look.colors);
  const columns = columnsOf(waves, look);
  const fitting = Math.floor(rows / columns.rowsPerWave);
  // What is hidden is told in a row of its own.
  const most =
    fitting >= waves.length ? fitting : Math.max(1, Math.floor((rows - 1) / columns.rowsPerWave));
  const { shown, hidden } = around(waves, most);
  const lines = shown.flatMap((wave) => linesOfWave(wave, columns, look));
  const more = hidden > 0 ? [ink.dim(cut(`and ${counted(hidden, 'more wave')}`, look.width))] : [];
  return [...lines, ...more].slice(0, rows);
}

function linesOfWave(wave: WaveStatus, columns: Columns, look: Look): string[] {
  const ink = paint(look.colors);
  const { name, counts } = wave;
  const head = [
    pad(cut(name, columns.name), columns.name),
    paintBar(counts, columns.bar, ink),
    pad(progress(counts), columns.progress, 'right'),
  ].join('  ');
  const words = wordsBeside(wave);
  if (columns.rowsPerWave === 2) {
    return [head, ink.dim(cut(`  ${words || 'not begun'}`, look.width))];
  }
  return [words ? `${head}  ${words}` : ink.dim(head)];
}

function columnsOf(waves: readonly WaveStatus[], { width }: Look): Columns {
  const longestName = Math.max(...waves.map(({ name }) => widthOf(name)), 0);
  const name = Math.min(Math.max(8, Math.floor(width / 4)), longestName);
  // Of the largest number that can come: a column that grows would make the bars jump.
  const totals = waves.map(({ counts }) => 2 * `${counts.total}`.length + 1);
  const progress = Math.max(...totals, 0);
  const room = width - name - progress - 4;
  const words = Math.max(LONG_WORDS, ...waves.map((wave) => widthOf(wordsBeside(wave))));
  const isBeside = room - words - 2 >= SHORTEST_BAR;
  const barRoom = isBeside ? room - words - 2 : room;
  const bar = Math.max(1, Math.min(LONGEST_BAR, barRoom));
  return { name, bar, progress, rowsPerWave: isBeside ? 1 : 2 };
}

function around(waves: readonly WaveStatus[], most: number) {
  if (waves.length <= most) return { shown: waves, hidden: 0 };
  const running = waves.findIndex(({ state }) => !hasEnded(state));
  const at = running < 0 ? waves.length - most : Math.max(0, running - (most > 1 ? 1 : 0));
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
      { count: rejected + failed, mark: MARKS.bad },
      { count: unknown + skipped, mark: MARKS.doubt },
      { count: inFlight, mark: MARKS.busy },
      { count: pending, mark: MARKS.pending },
    ],
    width,
  );
  return drawn
    .replace(/█+/, ink.good)
    .replace(/▓+/, ink.bad)
    .replace(/▚+/, ink.warn)
    .replace(/▒+/, ink.busy)
    .replace(/·+/, ink.dim);
}
