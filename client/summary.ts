import type { ActionName } from '../rollout/outcome';
import type { RolloutStatus, WaveStatus } from '../rollout/status';
import type { TargetState } from '../rollout/wave-state';
import { paint, type Paint } from './colors';
import { cut, pad, table, wrap, type Column } from './layout';
import { widthOf } from './text-width';
import {
  actionWords,
  allWell,
  budgetWords,
  countsWords,
  durationWords,
  endedCount,
  instantWords,
  OUTCOME_WORDS,
  targetWords,
  versionWords,
} from './words';

/** How wide the text may be, and whether it may be coloured. */
export interface Look {
  readonly width: number;
  readonly colors: boolean;
}

/** The status of a rollout for people: state, waves, what it waits for, who acted. */
export function statusLines(status: RolloutStatus, look: Look, now: Date): string[] {
  const ink = paint(look.colors);
  const { rolloutId, waitingFor, startedAt, endedAt } = status;
  const took = durationWords(new Date(endedAt ?? now).getTime() - new Date(startedAt).getTime());
  const times = `started ${instantWords(startedAt)}, ${endedAt ? `took ${took}` : `${took} ago`}`;
  return [
    ink.bold(rolloutId),
    ...stateLines(status, times, look),
    ...wrap(
      status.frozen ? countsWords(status.counts) : 'targets are still being read',
      look.width,
    ),
    ...(waitingFor ? wrap(`Waiting: ${waitWords(waitingFor, now)}`, look.width, 2) : []),
    '',
    ...outcomeTable(status, look.width),
    ...waveNotes(status).flatMap((line) => wrap(line, look.width, 2)),
    ...status.actions.flatMap((each) =>
      wrap(`${instantWords(each.at)}  ${actionWords(each)}`, look.width, 2),
    ),
  ];
}

/** The state in its colour and, after a comma, what there is to say of it. */
export function stateLines(
  status: Pick<RolloutStatus, 'state' | 'counts'>,
  words: string,
  look: Look,
): string[] {
  const [first = '', ...more] = wrap(`${status.state}, ${words}`, look.width, 2);
  const painted = paintState(status, paint(look.colors)) + first.slice(status.state.length);
  return [painted, ...more];
}

/**
 * A row per wave and a last one for all: how many targets ended how. Where even the columns that say
 * something are too wide, a wave has its counts in words below it.
 */
export function outcomeTable(
  status: Pick<RolloutStatus, 'waves' | 'counts'>,
  width: number,
): string[] {
  if (status.waves.length === 0) return [];
  const outcomes = Object.entries(OUTCOME_WORDS) as [keyof typeof OUTCOME_WORDS, string][];
  // A narrow terminal gets the columns that say something.
  const total = outcomes.map(([outcome]) => status.counts[outcome]);
  const columns: Column[] = [
    { title: 'wave', shrinkTo: 8 },
    { title: 'ended', align: 'right' },
    ...outcomes.map(([, title], at) => ({
      title,
      align: 'right' as const,
      optional: total[at] === 0,
    })),
    { title: 'state', optional: true },
  ];
  const row = (name: string, state: string, counts: RolloutStatus['counts']) => [
    name,
    `${endedCount(counts)}/${counts.total}`,
    ...outcomes.map(([outcome]) => String(counts[outcome])),
    state,
  ];
  const rows = status.waves.map(({ name, state, counts }) => row(name, state, counts));
  const lines = table(columns, [...rows, row('all', '', status.counts)], width);
  return lines.some((line) => widthOf(line) > width) ? countsOfWaves(status, width) : lines;
}

function countsOfWaves(
  { waves, counts }: Pick<RolloutStatus, 'waves' | 'counts'>,
  width: number,
): string[] {
  return [...waves, { name: 'all', counts }].flatMap((wave) => [
    cut(`${wave.name}  ${endedCount(wave.counts)}/${wave.counts.total}`, width),
    ...wrap(countsWords(wave.counts), width - 2).map((line) => `  ${line}`),
  ]);
}

/**
 * A line per wave of which there is more to say than its state: paused by itself, health after it,
 * limits that a person has changed.
 */
export function waveNotes({ waves, actions }: Pick<RolloutStatus, 'waves' | 'actions'>): string[] {
  return waves.flatMap((wave) => {
    const changed = (name: ActionName) =>
      actions.some((each) => each.action === name && each.wave === wave.name);
    const notes = [
      ...(wave.paused ? ['paused'] : []),
      ...(changed('concurrency') ? [`${wave.concurrency} at once`] : []),
      ...(changed('budget') ? [`budget: ${budgetWords(wave.budget)}`] : []),
      ...(wave.bake ? [bakeWords(wave.bake)] : []),
    ];
    return notes.length > 0 ? [`wave ${wave.name}: ${notes.join('; ')}`] : [];
  });
}

/** `healthy: all 20 looks`; while it lasts, `watching health: …`. */
export function bakeWords({ state, words }: NonNullable<WaveStatus['bake']>): string {
  const verdict = state === 'watching' ? 'watching health' : state;
  return words ? `${verdict}: ${words}` : verdict;
}

/** How one target ended, in one line. */
export function endLine(state: TargetState, wave: string): string {
  const outcome = state.end ? OUTCOME_WORDS[state.end.outcome] : 'not ended';
  const versions = state.attempts.at(-1);
  const before = versions?.versionBefore ?? state.target.versionAtPlan;
  const after = versions?.versionAfter ?? null;
  const reached =
    after === null || after === before
      ? versionWords(before)
      : `${versionWords(before)} → ${versionWords(after)}`;
  const well = state.end?.outcome === 'succeeded' || state.end?.outcome === 'upToDate';
  const why = state.end && !well ? `: ${state.end.reasonText}` : '';
  return `${pad(outcome, 10)}  ${wave}  ${targetWords(state.target)}  ${reached}${why}`;
}

/** What stands under the table when a rollout has ended. */
export function closingLines(status: RolloutStatus, look: Look): string[] {
  const ink = paint(look.colors);
  const { counts, state, rolloutId } = status;
  const short = counts.total - counts.succeeded - counts.upToDate;
  const verdict =
    state === 'aborted'
      ? ink.warn(`Aborted: ${countsWords(counts)}.`)
      : allWell(counts)
        ? ink.good(`Finished: ${countsWords(counts)}.`)
        : ink.bad(`Finished, and ${short} of ${counts.total} targets did not succeed.`);
  return [verdict, `The report: upwave report ${rolloutId}`];
}

/** What a rollout waits for, and until when. */
export function waitWords(
  wait: { readonly words: string; readonly until: string | null },
  now: Date,
): string {
  if (wait.until === null) return wait.words;
  const left = new Date(wait.until).getTime() - now.getTime();
  return `${wait.words}, until ${instantWords(wait.until)}${left > 0 ? ` (in ${durationWords(left)})` : ''}`;
}

/** The state's word in its colour. */
export function paintState(status: Pick<RolloutStatus, 'state' | 'counts'>, ink: Paint): string {
  switch (status.state) {
    case 'running':
      return ink.busy('running');
    case 'paused':
    case 'waiting':
    case 'aborting':
      return ink.warn(status.state);
    case 'aborted':
      return ink.bad('aborted');
    case 'finished':
      return allWell(status.counts) ? ink.good('finished') : ink.bad('finished');
  }
}
