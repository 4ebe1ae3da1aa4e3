import type { BadEnd } from './bad-ends';
import { clipped, onOneLine } from './clipped';
import { countsOf, endedOf } from './counts';
import { fullId } from './ids';
import { BUDGETED, OUTCOMES, type Action, type Counts, type Outcome, type Wait } from './outcome';
import type { RolloutStatus, WaveStatus } from './status';
import type { TargetState, WaveState } from './wave-state';

/**
 * Current details for the Temporal UI: Markdown of a bounded length. CommonMark without tables and
 * HTML: the UI drops HTML, and renders tables only since July 2026 (temporalio/ui #3673); the one in
 * the development server that we can build (2.42.1) is older.
 */

/** A rollout: where it stands, what it waits for, what did not succeed, its waves, and who did what. */
export function describeRollout(status: RolloutStatus, namespace: string): string {
  const { plan, state, waitingFor, counts, waves, badEnds, actions } = status;
  return paragraphs([
    `**${escaped(plan)}**: ${status.frozen ? state : 'its targets are being looked at'}`,
    waitLine(waitingFor),
    countsLine(counts),
    list('Did not succeed, newest first', badEnds, badEndLine, TARGETS_AT_MOST),
    list('Waves', waves, waveLine, WAVES_AT_MOST),
    status.frozen ? linksOf(status, namespace) : null,
    list('Acts, newest first', actions.toReversed(), actionLine, ACTIONS_AT_MOST),
  ]);
}

/** A wave: where it stands, what it waits for, what did not succeed and what waits, and why. */
export function describeWave(state: WaveState, wait: Wait | null): string {
  const { wave, terms, targets } = state;
  const bad = NOT_GOOD.flatMap((outcome) => targets.filter(({ end }) => end?.outcome === outcome));
  const waiting = targets.filter(({ status, waitsFor }) => status === 'waiting' && waitsFor);
  return paragraphs([
    `**${escaped(wave.name)}**: ${terms.keep} at once`,
    waitLine(wait),
    countsLine(countsOf(targets)),
    list('Did not succeed', bad, endLine, TARGETS_AT_MOST),
    list('Wait for another attempt', waiting, waitingLine, TARGETS_AT_MOST),
  ]);
}

/**
 * Text of a plan or of the cloud as itself: on one line, of bounded length, and without anything
 * that Markdown takes for markup, a link or HTML.
 */
export function escaped(text: string): string {
  return clipped(onOneLine(text), TEXT_AT_MOST).replace(
    /[\\`*_~[\]<>&|!#]|:(?=\/\/)|(?<=www)\./gi,
    String.raw`\$&`,
  );
}

function waitLine(wait: Wait | null): string | null {
  if (wait === null) return null;
  const until =
    wait.until === null || wait.words.includes(wait.until) ? '' : `, until ${wait.until}`;
  return `Waiting: ${escaped(wait.words)}${until}`;
}

function countsLine(counts: Counts): string | null {
  if (counts.total === 0) return null;
  const { total, inFlight, pending } = counts;
  const lines = [`${endedOf(counts)} of ${total} ended, ${inFlight} in flight, ${pending} pending`];
  for (const outcome of OUTCOMES) {
    if (counts[outcome] > 0) lines.push(`${outcome}: ${counts[outcome]}`);
  }
  return lines.map((line) => `- ${line}`).join('\n');
}

function waveLine({ name, state, counts }: WaveStatus): string {
  const parts = [`${endedOf(counts)} of ${counts.total} ended`];
  for (const outcome of OUTCOMES) {
    if (counts[outcome] > 0) parts.push(`${counts[outcome]} ${outcome}`);
  }
  return `**${escaped(name)}**: ${state}, ${parts.join(', ')}`;
}

/** Searches of the UI itself, which finds them wherever it is served from the root of its host. */
function linksOf({ rolloutId }: RolloutStatus, namespace: string): string {
  const link = (words: string, query: string) =>
    `[${words}](/namespaces/${encodeURIComponent(namespace)}/workflows?query=${inLink(query)})`;
  const own = `UpwaveRollout = "${rolloutId}"`;
  const attempts = `WorkflowType = "upgrade" AND ${own}`;
  return [
    link('its waves', `WorkflowType = "wave" AND ${own}`),
    link('attempts in flight', `${attempts} AND ExecutionStatus = "Running"`),
    link(
      'attempts that did not go well',
      `${attempts} AND UpwaveOutcome IN (${BUDGETED.map((kind) => `"${kind}"`).join(', ')})`,
    ),
  ].join(' · ');
}

/** Brackets would end the link. */
function inLink(query: string): string {
  return encodeURIComponent(query).replaceAll('(', '%28').replaceAll(')', '%29');
}

function badEndLine({ wave, target, name, outcome, reason, reasonText, at }: BadEnd): string {
  return `${named(name, target)}, wave ${escaped(wave)}: ${outcome}, ${reason}: ${escaped(reasonText)} (${at})`;
}

function actionLine({ action, by, reason, at }: Action): string {
  const why = reason === null ? '' : `: ${escaped(reason)}`;
  return `${at} ${action} by ${escaped(by)}${why}`;
}

function endLine({ target, end }: TargetState): string {
  return `${nameOf(target)}: ${end?.outcome}, ${end?.reason}: ${escaped(end?.reasonText ?? '')}`;
}

function waitingLine({ target, waitsFor, waitWords, notBefore }: TargetState): string {
  const when = notBefore === null ? 'as soon as there is a place' : `not before ${notBefore}`;
  return `${nameOf(target)}: ${waitsFor}, ${when}: ${escaped(waitWords ?? '')}`;
}

function nameOf(target: TargetState['target']): string {
  return named(target.name, fullId(target));
}

function named(name: string | null, id: string): string {
  return name === null ? `**${escaped(id)}**` : `**${escaped(name)}** (${escaped(id)})`;
}

/** Lines never begin with text from outside: "1." or "-" there would be markup. */
function list<T>(
  title: string,
  items: readonly T[],
  lineOf: (item: T) => string,
  atMost: number,
): string | null {
  if (items.length === 0) return null;
  // A wave of hundreds says this at every step: only what is shown is put into words.
  const shown = items.slice(0, atMost).map((item) => `- ${lineOf(item)}`);
  const hidden = items.length - shown.length;
  if (hidden > 0) shown.push(`- and ${hidden} more`);
  return `${title}:\n\n${shown.join('\n')}`;
}

function paragraphs(parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null).join('\n\n');
}

/** What a person must look at first comes first: the list is cut. */
const NOT_GOOD: readonly Outcome[] = ['unknown', 'failed', 'rejected', 'skipped'];
const WAVES_AT_MOST = 30;
const ACTIONS_AT_MOST = 5;
const TARGETS_AT_MOST = 20;
const TEXT_AT_MOST = 160;
