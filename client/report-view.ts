import { attemptCount } from '../rollout/counts';
import type { Report } from '../rollout/report';
import { paint } from './colors';
import { table, wrap, type Column } from './layout';
import { outcomeTable, stateLines, type Look } from './summary';
import {
  actionWords,
  counted,
  durationWords,
  instantWords,
  OUTCOME_WORDS,
  targetWords,
  versionWords,
} from './words';

/** The report of a rollout for people: outcomes per wave, every target, what people did. */
export function reportLines(report: Report, look: Look): string[] {
  const ink = paint(look.colors);
  const { rolloutId, startedAt, endedAt, partial, unmatched, actions } = report;
  return [
    ink.bold(rolloutId),
    ...stateLines(report, timesWords(startedAt, endedAt), look),
    ...(partial
      ? wrap('This report is partial: not every target has an outcome.', look.width).map(ink.warn)
      : []),
    '',
    ...outcomeTable(report, look.width),
    '',
    ...targetTable(report, look.width),
    ...reasonLines(report, look.width),
    ...compensationLines(report, look.width),
    ...(unmatched.length > 0
      ? ['', `No wave matched ${counted(unmatched.length, 'target')}: not part of the rollout.`]
      : []),
    ...(actions.length > 0 ? [''] : []),
    ...actions.flatMap((each) =>
      wrap(`${instantWords(each.at)}  ${actionWords(each)}`, look.width, 2),
    ),
  ];
}

function timesWords(startedAt: string, endedAt: string | null): string {
  if (endedAt === null) return `started ${instantWords(startedAt)}, not ended yet`;
  const tookMs = new Date(endedAt).getTime() - new Date(startedAt).getTime();
  return `${instantWords(startedAt)}, took ${durationWords(tookMs)}`;
}

function targetTable({ targets }: Report, width: number): string[] {
  const rows = targets.map((target) => [
    targetWords(target),
    target.outcome === null ? 'not ended' : OUTCOME_WORDS[target.outcome],
    target.versionAfter === null || target.versionAfter === target.versionBefore
      ? versionWords(target.versionBefore)
      : `${versionWords(target.versionBefore)} → ${versionWords(target.versionAfter)}`,
    target.wave,
    target.upgrade,
    String(attemptCount(target.attempts)),
  ]);
  const columns: readonly Column[] = [
    { title: 'target', shrinkTo: 12 },
    { title: 'outcome' },
    { title: 'version', shrinkTo: 12 },
    { title: 'wave', optional: true },
    { title: 'upgrade', optional: true },
    { title: 'attempts', align: 'right', optional: true },
  ];
  return rows.length === 0
    ? ['The plan is not frozen: there are no targets yet.']
    : table(columns, rows, width);
}

function reasonLines({ targets }: Report, width: number): string[] {
  const told = targets.filter(
    ({ outcome }) => outcome !== null && outcome !== 'succeeded' && outcome !== 'upToDate',
  );
  if (told.length === 0) return [];
  return [
    '',
    'Why targets did not succeed:',
    ...told.flatMap((target) => {
      const words = `${targetWords(target)} ${target.outcome ?? ''}: ${target.reasonText ?? ''}`;
      return wrap(words, width - 2, 2).map((line) => `  ${line}`);
    }),
  ];
}

function compensationLines({ targets }: Report, width: number): string[] {
  const told = targets.filter(({ compensation }) => compensation !== null);
  if (told.length === 0) return [];
  return [
    '',
    'What was undone, and what is left:',
    ...told.flatMap((target) =>
      wrap(`${targetWords(target)}: ${target.compensation}`, width - 2, 2).map(
        (line) => `  ${line}`,
      ),
    ),
  ];
}
