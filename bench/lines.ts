import { isMissed, type BenchResult, type Figure } from './bench';

/** What came of one bench: measured, absent, or broken down with the words of its error. */
export type Ended = BenchResult | { readonly state: 'brokeDown'; readonly why: string };

/** One bench as `--json` shows it. */
export interface Told {
  readonly name: string;
  readonly about: string;
  readonly seconds: number;
  readonly ended: Ended;
}

/** The words of `--json`: every number with its bound, and how many bounds were missed. */
export function jsonOf(told: readonly Told[]): object {
  const benches = told.map(({ ended, ...rest }) => ({
    ...rest,
    ...ended,
    ...(ended.state === 'measured'
      ? { figures: ended.figures.map((each) => ({ ...each, missed: isMissed(each) })) }
      : {}),
    missed: missedIn(ended),
    repeat: repeatOf(rest.name),
  }));
  return { benches, missed: benches.reduce((sum, { missed }) => sum + missed, 0) };
}

/** The lines of one bench, for a person. */
export function linesOf({ name, seconds, ended }: Told): string[] {
  const took = `${name} (${seconds} s)`;
  const repeat = `  again: ${repeatOf(name)}`;
  switch (ended.state) {
    case 'absent':
      return [`${took}: ABSENT, nothing was measured: ${ended.why}`];
    case 'brokeDown':
      return [`${took}: BROKE DOWN: ${ended.why}`, repeat];
    case 'measured': {
      const width = Math.max(...ended.figures.map((each) => each.name.length));
      return [took, ...ended.figures.map((each) => lineOf(each, width)), repeat];
    }
  }
}

/** The last line. */
export function sumLine(told: readonly Told[]): string {
  const count = (state: Ended['state']) => told.filter(({ ended }) => ended.state === state).length;
  const bounds = told.flatMap(({ ended }) =>
    ended.state === 'measured' ? ended.figures.filter(({ bound }) => bound !== null) : [],
  );
  return [
    `benches: ${told.length}`,
    `bounds: ${bounds.length}`,
    `absent: ${count('absent')}`,
    `broke down: ${count('brokeDown')}`,
    `missed: ${told.reduce((sum, { ended }) => sum + missedIn(ended), 0)}`,
  ].join(', ');
}

/** Bounds that were missed; a bench that broke down counts as one. */
export function missedIn(ended: Ended): number {
  switch (ended.state) {
    case 'absent':
      return 0;
    case 'brokeDown':
      return 1;
    case 'measured':
      return ended.figures.filter(isMissed).length;
  }
}

function repeatOf(name: string): string {
  return `npm run bench -- --only ${name}`;
}

function lineOf(given: Figure, width: number): string {
  const { name, value, unit, bound } = given;
  const number = `${rounded(value)}${unit === '' ? '' : ` ${unit}`}`;
  const words = `  ${name.padEnd(width)}  ${number}`;
  if (bound === null) return words;
  const limit = `${bound.is === 'atMost' ? 'at most' : 'at least'} ${bound.to}`;
  return `${words} (${limit}): ${isMissed(given) ? 'MISSED' : 'held'}`;
}

/** Three digits behind the point where they matter. */
function rounded(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en-US');
  return value.toFixed(Math.abs(value) < 100 ? 3 : 1);
}
