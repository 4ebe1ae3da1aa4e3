import type { RolloutStatus } from '../../rollout/status';
import { paint, type Paint } from '../colors';
import { cut, wrap } from '../layout';
import { paintState, waitWords, type Look } from '../summary';
import { countsWords, durationWords } from '../words';
import { flightLines, type Flight } from './flights';
import { shareRows } from './rows';
import { rowsOfWaves, waveLines } from './wave-bars';

/** Something that happened, for the list of the newest. */
export interface ToldEvent {
  /** ISO instant. */
  readonly at: string;
  readonly line: string;
  readonly tone: 'good' | 'bad' | 'plain';
}

/** What a frame shows. */
export interface FrameInput {
  readonly status: RolloutStatus;
  /** When it will end, or why that cannot be told; null when nothing is known of it yet. */
  readonly forecast: string | null;
  /** The one that has been in flight longest first; not all of them, when there are many. */
  readonly flights: readonly Flight[];
  /** How many there are, as the waves tell: the status may lag behind by a few. */
  readonly inFlight: number;
  /** The newest last. */
  readonly events: readonly ToldEvent[];
  /** Said when the server or the workers are away; null when all is well. */
  readonly away: string | null;
  readonly now: Date;
  /** Lines that the terminal has. */
  readonly rows: number;
}

// Below this, blank lines between the sections would take the place of something that is said.
const ROOM_FOR_BLANKS = 20;
const ROOM_FOR_SENTENCES = 16;

/** The lines of the screen: no more than there are rows, and none wider than the terminal. */
export function frameLines(input: FrameInput, look: Look): string[] {
  const { status, flights, inFlight, events, now, rows } = input;
  const blank = rows >= ROOM_FOR_BLANKS ? [''] : [];
  const head = headLines(input, look);
  const sections = [
    { wants: rowsOfWaves(status.waves, look), least: 2, share: 0.4 },
    { wants: flightRows(flights.length, inFlight), least: 2, share: 0.35 },
    { wants: events.length === 0 ? 0 : events.length + 1, least: 2, share: 0.25 },
  ].map((section) => ({
    ...section,
    wants: section.wants === 0 ? 0 : section.wants + blank.length,
    least: section.least + blank.length,
  }));
  const [forWaves = 0, forFlights = 0, forEvents = 0] = shareRows(rows - head.length, sections);
  const shown = [
    waveLines(status.waves, forWaves - blank.length, look),
    flightLines({ flights, total: inFlight, now }, forFlights - blank.length, look),
    eventLines(events, forEvents - blank.length, look),
  ];
  const lines = shown.flatMap((section) => (section.length > 0 ? [...blank, ...section] : []));
  return [...head, ...lines].slice(0, rows);
}

function headLines({ status, forecast, away, now, rows }: FrameInput, look: Look): string[] {
  const ink = paint(look.colors);
  const isLow = rows < ROOM_FOR_SENTENCES;
  const sentence = (words: string, most: number, color: (text: string) => string) => {
    const lines = wrap(words, look.width, 2);
    const kept = lines.slice(0, most);
    // The last line takes all that is left, so that its `…` says that there was more.
    const last = kept.length < lines.length ? lines.slice(most - 1).map((l) => l.trim()) : null;
    const shown = last ? [...kept.slice(0, -1), `${most > 1 ? '  ' : ''}${last.join(' ')}`] : kept;
    return shown.map((line) => color(cut(line, look.width)));
  };
  const { waitingFor } = status;
  return [
    ink.bold(cut(status.rolloutId, look.width)),
    stateLine(status, { now, width: look.width, ink }),
    ...(forecast === null ? [] : sentence(forecast, isLow ? 1 : 2, (text) => text)),
    ...(waitingFor
      ? sentence(`Waiting: ${waitWords(waitingFor, now)}`, isLow ? 2 : 3, ink.warn)
      : []),
    ...(away === null ? [] : sentence(away, isLow ? 2 : 3, ink.bad)),
  ];
}

function stateLine(
  status: RolloutStatus,
  { now, width, ink }: { readonly now: Date; readonly width: number; readonly ink: Paint },
): string {
  const forMs = now.getTime() - Date.parse(status.startedAt);
  const rest = status.frozen
    ? ` for ${durationWords(forMs)}: ${countsWords(status.counts)}`
    : ` for ${durationWords(forMs)}: reading the targets and cutting the waves`;
  return `${paintState(status, ink)}${cut(rest, width - status.state.length)}`;
}

function flightRows(known: number, inFlight: number): number {
  if (known === 0) return 0;
  return 1 + known + (inFlight > known ? 1 : 0);
}

function eventLines(events: readonly ToldEvent[], rows: number, look: Look): string[] {
  if (rows < 2 || events.length === 0) return [];
  const ink = paint(look.colors);
  const newest = events.slice(-(rows - 1)).toReversed();
  return [
    ink.bold(cut('last events, the newest first', look.width)),
    ...newest.map(({ line, tone }) => TONES[tone](ink)(cut(line, look.width))),
  ];
}

const TONES = {
  good: () => (text: string) => text,
  bad: (ink: Paint) => ink.bad,
  plain: (ink: Paint) => ink.dim,
} as const;
