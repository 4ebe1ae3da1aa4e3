import { attemptCount } from '../../rollout/counts';
import { expectedMs, plannedMs } from '../../rollout/expected';
import { runningSince } from '../../rollout/forecast-standing';
import type { FrozenPlan } from '../../rollout/frozen-plan';
import { paint } from '../colors';
import { bar, cut, table, type Column } from '../layout';
import type { Look } from '../summary';
import { durationWords, targetWords } from '../words';
import type { FlightState } from './looking';
import type { StepSight } from './steps';

/** A target in flight, as the screen shows it. */
export interface Flight {
  readonly name: string;
  readonly wave: string;
  /** When its attempt began. ISO instant; null: not known yet. */
  readonly since: string | null;
  /** Counts from 1. */
  readonly attempt: number;
  readonly words: string;
  readonly percent: number | null;
  /** How long such an upgrade usually takes; null when nobody knows. */
  readonly expectMs: number | null;
}

/** Those in flight, the one that has been so longest first. */
export function inOrder(flights: readonly FlightState[]): readonly FlightState[] {
  const sinceOf = ({ state }: FlightState) => runningSince(state) ?? '';
  return [...flights].sort((a, b) => sinceOf(a).localeCompare(sinceOf(b)));
}

/** What is known of a target in flight. */
export function flightOf(
  { wave, state }: FlightState,
  step: StepSight | null,
  frozen: FrozenPlan | null,
): Flight {
  const upgrade = frozen?.upgrades[state.target.upgrade];
  const learnedMs = (upgrade && frozen?.rules.learned[upgrade.family]) ?? null;
  const planned = upgrade ? plannedMs(upgrade) : null;
  return {
    name: targetWords(state.target),
    wave,
    since: step?.since ?? runningSince(state),
    attempt: attemptCount(state.attempts) + 1,
    words: step?.words ?? '',
    percent: step?.percent ?? null,
    expectMs: expectedMs({ expectMs: planned, endedMs: [], learnedMs }),
  };
}

/** A title row and a row for each, as many as fit; `total` is how many there are. */
export function flightLines(
  input: { readonly flights: readonly Flight[]; readonly total: number; readonly now: Date },
  rows: number,
  look: Look,
): string[] {
  const { flights, total, now } = input;
  if (rows < 2 || flights.length === 0) return [];
  const fitting = Math.min(flights.length, rows - 1);
  const hides = total > fitting;
  const shown = flights.slice(0, hides ? Math.max(1, Math.min(fitting, rows - 2)) : fitting);
  const ink = paint(look.colors);
  const title = `in flight: ${total}`;
  const columns: Column[] = [
    { title, shrinkTo: Math.max(SHORTEST_NAME, title.length) },
    { title: 'step', shrinkTo: 6, optional: true },
    { title: 'done', align: 'right' },
    { title: 'for', align: 'right' },
    { title: 'usually', align: 'right', optional: true },
    { title: 'wave', shrinkTo: 8, optional: true },
    { title: 'attempt', align: 'right', optional: true },
  ];
  const isWide = look.width >= ROOM_FOR_BARS;
  const isNarrow = look.width < ROOM_FOR_MORE;
  const cells = shown.map(({ name, wave, since, attempt, words, percent, expectMs }) => [
    name,
    words,
    percent === null ? '' : doneWords(percent, isWide),
    since === null ? '' : durationWords(now.getTime() - Date.parse(since)),
    expectMs === null || isNarrow ? '' : durationWords(expectMs),
    isNarrow ? '' : wave,
    attempt === 1 ? '' : String(attempt),
  ]);
  // A column that says nothing of anybody takes no room.
  const said = columns.map((_, at) => at < 2 || cells.some((row) => row[at] !== ''));
  const kept = <T>(list: readonly T[]) => list.filter((_, at) => said[at]);
  const [head = '', ...lines] = table(kept(columns), cells.map(kept), look.width);
  const more = total - shown.length;
  return [
    ink.bold(head),
    ...lines.map((line) => line.replace(/█+/, ink.busy)),
    ...(more > 0 ? [ink.dim(cut(`and ${more} more`, look.width))] : []),
  ].slice(0, rows);
}

const SHORTEST_NAME = 12;
const ROOM_FOR_MORE = 60;
const ROOM_FOR_BARS = 100;
const BAR = 10;

function doneWords(percent: number, isWide: boolean): string {
  const words = `${percent} %`;
  if (!isWide) return words;
  const parts = [
    { count: percent, mark: '█' },
    { count: 100 - percent, mark: '·' },
  ];
  return `${bar(parts, BAR)} ${words.padStart(5)}`;
}
