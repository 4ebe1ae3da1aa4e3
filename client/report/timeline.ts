import type { Report, ReportedAttempt, ReportedTarget } from '../../rollout/report';
import { upgradeEndedAt } from '../../rollout/expected';
import { minus, type Span } from '../../rollout/spans';
import { durationWords } from '../words';
import type { Band, Bar } from './browser/page-data';
import { shown } from './shown';
import { placeOn, timeScale, type Stretch } from './time-scale';

/** What is drawn of one target: what it was doing, from when to when, in epoch milliseconds. */
export interface Piece extends Span {
  readonly kind: 'look' | 'hook' | 'wait' | 'running' | 'skipped' | ReportedAttempt['result'];
  readonly words: string;
}

/** The time that a report tells of; never empty. */
export function wholeOf({ startedAt, endedAt, reportedAt }: Report): Span {
  const from = Date.parse(startedAt);
  return { from, to: Math.max(Date.parse(endedAt ?? reportedAt), from + 1_000) };
}

/** The pieces of a target's story, in order; those that lie upon others come after them. */
export function piecesOf(target: ReportedTarget, nowMs: number): readonly Piece[] {
  const { attempts, status, startedAt, endedAt } = target;
  const pieces = attempts.flatMap((attempt, at) => [
    ...gapBefore(attempts[at - 1], attempt),
    ...piecesOfAttempt(attempt, at + 1),
  ]);
  const last = attempts.at(-1)?.endedAt ?? startedAt;
  if (status === 'inFlight' && last !== null) {
    return [...pieces, { kind: 'running', from: Date.parse(last), to: nowMs, words: 'in flight' }];
  }
  if (attempts.length > 0 || endedAt === null) return pieces;
  const at = Date.parse(endedAt);
  return [{ kind: 'skipped', from: at, to: at, words: 'ended without an attempt' }];
}

function gapBefore(before: ReportedAttempt | undefined, attempt: ReportedAttempt): Piece[] {
  if (before === undefined) return [];
  const [from, to] = [Date.parse(before.endedAt), Date.parse(attempt.startedAt)];
  return from < to ? [{ kind: 'wait', from, to, words: 'waited for its next attempt' }] : [];
}

function piecesOfAttempt(attempt: ReportedAttempt, nth: number): Piece[] {
  const { result, submittedAt, ticket, times, hooks } = attempt;
  const [from, to] = [Date.parse(attempt.startedAt), Date.parse(attempt.endedAt)];
  const called = hooks.map((hook): Piece => ({
    kind: 'hook',
    from: Date.parse(hook.startedAt),
    to: Date.parse(hook.endedAt),
    words: `${hook.event} hook ${hook.nth}${hook.problem === null ? '' : ', which failed'}`,
  }));
  if (result === 'notSubmitted' && submittedAt === null) {
    const tries = times > 1 ? `${times} attempts that submitted` : 'an attempt that submitted';
    return [{ kind: 'wait', from, to, words: `${tries} nothing: ${attempt.reason}` }, ...called];
  }
  const words = `attempt ${nth}: ${result}${ticket === null ? '' : `, ticket ${ticket}`}`;
  if (submittedAt === null) return [{ kind: result, from, to, words }, ...called];
  const sent = Date.parse(submittedAt);
  const end = Date.parse(upgradeEndedAt(attempt));
  return [
    { kind: 'look', from, to: sent, words: `attempt ${nth}: looked, and prepared its request` },
    { kind: result, from: sent, to: Math.max(sent, end), words },
    ...(end < to ? [{ kind: 'look', from: end, to, words: 'its hooks' } as const] : []),
    ...called,
  ];
}

/** The axis on which all of them are drawn. */
export function axisOf(report: Report, pieces: readonly (readonly Piece[])[]): readonly Stretch[] {
  // A wait of days says that nothing happened.
  const busy = pieces.flat().filter(({ kind, from, to }) => kind !== 'wait' && from <= to);
  const spans = busy.map(({ from, to }) => ({ from, to: Math.max(to, from + 1) }));
  return timeScale(spans, wholeOf(report));
}

// One target that is busy for weeks must not make the page heavy.
const BARS_AT_MOST = 80;

/** The pieces as they are drawn. */
export function barsOf(pieces: readonly Piece[], axis: readonly Stretch[]): readonly Bar[] {
  return pieces.slice(0, BARS_AT_MOST).map((piece) => barOf(piece, axis));
}

function barOf({ kind, from, to, words }: Piece, axis: readonly Stretch[]): Bar {
  return [
    kind,
    rounded(placeOn(axis, from)),
    rounded(placeOn(axis, to)),
    shown(`${words}. ${spanWords({ from, to })}`),
  ];
}

/** What the whole rollout waited for. */
export function waitBars(report: Report, axis: readonly Stretch[]): readonly Bar[] {
  const { to: end } = wholeOf(report);
  return report.waits.map(({ reason, words, from, to }) => {
    const span = { from: Date.parse(from), to: to === null ? end : Date.parse(to) };
    const [, x0, x1, title] = barOf({ kind: 'wait', words, ...span }, axis);
    return [reason, x0, x1, title];
  });
}

/** When no window was open. */
export function closedBands(report: Report, axis: readonly Stretch[]): readonly Band[] {
  if (report.windows === null) return [];
  const open = report.windows.map(({ from, to }) => ({
    from: Date.parse(from),
    to: Date.parse(to),
  }));
  return minus([wholeOf(report)], open).map((span) => bandOf(span, axis, 'no window was open'));
}

/** Where the axis is folded. */
export function foldBands(axis: readonly Stretch[]): readonly Band[] {
  return axis
    .filter(({ folded }) => folded)
    .map((stretch) => bandOf(stretch, axis, 'no attempt was in flight'));
}

function bandOf(span: Span, axis: readonly Stretch[], words: string): Band {
  const [x0, x1] = [span.from, span.to].map((at) => rounded(placeOn(axis, at)));
  return { x0: x0 ?? 0, x1: x1 ?? 0, title: `${words}. ${spanWords(span)}` };
}

/** `2026-11-20 18:04:05 to 18:09:10 UTC (5 min 5 s)` */
function spanWords({ from, to }: Span): string {
  const [begin, end] = [from, to].map((at) => new Date(at).toISOString().slice(0, 19));
  const sameDay = begin?.slice(0, 10) === end?.slice(0, 10);
  const until = sameDay ? end?.slice(11) : end?.replace('T', ' ');
  return `${begin?.replace('T', ' ')} to ${until} UTC (${durationWords(to - from)})`;
}

function rounded(x: number): number {
  return Math.round(x * 1e5) / 1e5;
}
