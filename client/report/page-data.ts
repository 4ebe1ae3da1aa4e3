import { attemptCount } from '../../rollout/counts';
import type { Report, ReportedAttempt, ReportedTarget } from '../../rollout/report';
import { targetId } from '../../rollout/ids';
import { countsWords, durationWords, instantWords, OUTCOME_WORDS, targetWords } from '../words';
import type { PageAttempt, PageData, PageTarget } from './browser/page-data';
import { shown } from './shown';
import { ticksOf } from './time-scale';
import { axisOf, barsOf, closedBands, foldBands, piecesOf, waitBars, wholeOf } from './timeline';
import { outcomeWords, versionsWords } from './words';

/** All that is drawn of a report's targets. Every text in it is shown as {@link shown} says. */
export function pageData(report: Report): PageData {
  const { to: nowMs } = wholeOf(report);
  const pieces = report.targets.map((target) => piecesOf(target, nowMs));
  const axis = axisOf(report, pieces);
  const nthWave = new Map(report.waves.map(({ name }, at) => [name, at]));
  return {
    axis: ticksOf(axis),
    folds: foldBands(axis),
    closed: closedBands(report, axis),
    waits: waitBars(report, axis),
    waves: report.waves.map(({ name, state, counts }) => ({
      name: shown(name),
      state,
      words: countsWords(counts),
    })),
    targets: report.targets.map((target, at) => {
      const bars = barsOf(pieces[at] ?? [], axis);
      return { ...pageTarget(target, nthWave.get(target.wave) ?? 0), bars };
    }),
  };
}

function pageTarget(target: ReportedTarget, wave: number): Omit<PageTarget, 'bars'> {
  const { attempts, startedAt, endedAt, outcome, status, reasonText, compensation } = target;
  const [name, id] = [shown(targetWords(target)), shown(targetId(target))];
  return {
    name,
    id: id === name ? '' : id,
    wave,
    upgrade: shown(target.upgrade),
    family: target.family,
    outcome: outcome ?? (status === 'inFlight' ? 'inFlight' : 'pending'),
    outcomeWords: outcomeWords(target),
    // So that a list of patches can be broken into lines.
    versions: shown(versionsWords(target)).replaceAll(',', ', '),
    attemptCount: attemptCount(attempts),
    took: startedAt !== null && endedAt !== null ? betweenWords(startedAt, endedAt) : '',
    why: shown([reasonText, compensation].filter(Boolean).join('; ')),
    facts: factsOf(target),
    attempts: attempts.map(pageAttempt),
  };
}

function factsOf(target: ReportedTarget): PageTarget['facts'] {
  const { cloud, projectId, instanceId, proxyId, labels, reason, startedAt, endedAt } = target;
  const all: readonly (readonly [string, string | null | undefined])[] = [
    ['instance', instanceId],
    ['proxy', proxyId],
    ['cloud', cloud],
    ['project', projectId],
    ['family', target.family],
    ['reason', reason],
    ['began', startedAt && instantWords(startedAt)],
    ['ended', endedAt && instantWords(endedAt)],
    ...Object.entries(labels).map(([key, value]) => [`label ${key}`, value] as const),
  ];
  return all.flatMap(([title, words]) => (words ? [[shown(title), shown(words)] as const] : []));
}

const RESULT_WORDS: Readonly<Record<ReportedAttempt['result'], string>> = {
  succeeded: OUTCOME_WORDS.succeeded,
  upToDate: OUTCOME_WORDS.upToDate,
  rejected: OUTCOME_WORDS.rejected,
  failed: OUTCOME_WORDS.failed,
  unknown: OUTCOME_WORDS.unknown,
  advanced: 'a step is done',
  notSubmitted: 'not submitted',
};

function pageAttempt(attempt: ReportedAttempt): PageAttempt {
  const { result, times, startedAt, submittedAt, endedAt, ticket, reason, reasonText } = attempt;
  const { compensation, hooks } = attempt;
  return {
    result,
    resultWords: RESULT_WORDS[result],
    times,
    began: instantWords(startedAt),
    sent: submittedAt === null ? '' : instantWords(submittedAt),
    ended: instantWords(endedAt),
    took: betweenWords(startedAt, endedAt),
    ticket: shown(ticket ?? ''),
    why: shown(`${reason}: ${reasonText}`),
    notes: [
      ...hooks.map(({ event, nth, startedAt: from, endedAt: to, problem }) => {
        const end = problem === null ? 'done' : `failed: ${problem}`;
        return shown(
          `${event} hook ${nth} at ${instantWords(from)} (${betweenWords(from, to)}): ${end}`,
        );
      }),
      ...(compensation === null ? [] : [shown(compensation)]),
    ],
  };
}

function betweenWords(from: string, to: string): string {
  return durationWords(Date.parse(to) - Date.parse(from));
}
