import { attemptCount } from '../../rollout/counts';
import type { Report } from '../../rollout/report';
import { bakeWords } from '../summary';
import {
  actionWords,
  counted,
  countsWords,
  durationWords,
  instantWords,
  targetWords,
} from '../words';
import { shown } from './shown';
import {
  CALLS_WORDS,
  headline,
  outcomeWords,
  partialWords,
  tellingBudgets,
  timesWords,
  versionsWords,
} from './words';

/** The report as GitHub's Markdown, for an issue or a wiki. Nothing of a name is markup in it. */
export function reportMarkdown(report: Report): string {
  const partial = partialWords(report);
  const { rolloutId, plan, state, counts, targets, actions, unmatched } = report;
  const blocks = [
    `# Upgrade report: ${safe(plan)}`,
    `**${headline(report)}** ${state === 'aborted' ? 'The rollout was aborted.' : ''}`.trim(),
    ...(partial === null ? [] : [`> ${partial}`]),
    `${timesWords(report)}. ${countsWords(counts)}.\n\nRollout ${safe(rolloutId)}`,
    ...section('Waves', ['wave', 'state', 'targets', 'at once', 'health'], waveRows(report)),
    ...section(
      'Targets',
      ['target', 'wave', 'upgrade', 'outcome', 'version', 'attempts', 'why'],
      targets.map((target) => [
        targetWords(target),
        target.wave,
        target.upgrade,
        outcomeWords(target),
        versionsWords(target),
        String(attemptCount(target.attempts)),
        [target.reasonText, target.compensation].filter(Boolean).join('; '),
      ]),
    ),
    ...section(
      'What people did',
      ['when', 'what'],
      actions.map((each) => [instantWords(each.at), actionWords(each)]),
    ),
    ...section('Budgets', ['of', 'kind', 'used', 'limit', ''], budgetRows(report)),
    ...section(
      'What the rollout waited for',
      ['from', 'for', 'what'],
      report.waits.map(({ from, to, words }) => [
        instantWords(from),
        to === null ? 'it lasts' : durationWords(Date.parse(to) - Date.parse(from)),
        words,
      ]),
    ),
    ...section(
      'How long upgrades took',
      ['family', 'upgrades', 'half of them', 'nine in ten', 'longest'],
      report.durations.map(({ family, upgrades, medianMs, p90Ms, longestMs }) => [
        family,
        String(upgrades),
        ...[medianMs, p90Ms, longestMs].map(durationWords),
      ]),
    ),
    ...section(
      'Calls made',
      ['family', 'attempts', 'upgrade requests', 'hooks'],
      report.calls.map(({ family, attempts, submissions, hooks }) => [
        family,
        ...[attempts, submissions, hooks].map(String),
      ]),
    ),
    ...(report.calls.length > 0 ? [CALLS_WORDS] : []),
    ...(unmatched.length > 0
      ? [`No wave matched ${counted(unmatched.length, 'target')}: not part of the rollout.`]
      : []),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function waveRows({ waves }: Report): readonly (readonly string[])[] {
  return waves.map(({ name, state, counts, concurrency, bake }) => [
    name,
    state,
    countsWords(counts),
    String(concurrency),
    bake === null ? '' : bakeWords(bake),
  ]);
}

function budgetRows(report: Report): readonly (readonly string[])[] {
  return tellingBudgets(report).map(({ wave, kind, used, limit, exhausted }) => [
    wave === null ? 'the whole rollout' : `wave ${wave}`,
    kind,
    String(used),
    limit === null ? 'none' : String(limit),
    exhausted ? 'exhausted' : '',
  ]);
}

function section(
  title: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const all = [line(head), line(head.map(() => '---')), ...rows.map((row) => line(row.map(safe)))];
  return [`## ${title}`, all.join('\n')];
}

/** A text as it is: nothing in it is Markdown, HTML, a link or a mention. */
function safe(text: string): string {
  return shown(text)
    .replace(/[\\`*_[\]#|~$]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '&#64;')
    .replaceAll('://', ':&#47;/')
    .replace(/\bwww\./gi, (word) => `${word.slice(0, -1)}&#46;`);
}
