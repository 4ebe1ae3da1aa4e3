import type { AttemptResult } from '../../rollout/outcome';
import { completes } from '../../rollout/saga';
import { attemptEnds, submitsIn, type Evidence } from './evidence';
import { hadEffect, type HookCall } from './hook-server';
import { keyOf, type Violation } from './violation';

/** Rule 7: every hook that ran and has an undo is undone if the attempt does not complete. */
export function notUndone(evidence: Evidence): Violation[] {
  const ends = attemptEnds(evidence);
  const attempts = groupedBy(evidence.hookCalls, ({ attemptId }) => attemptId);
  const found = [...attempts].flatMap(([attemptId, calls]) => {
    const [{ target = '' } = {}] = calls;
    const end = ends.get(attemptId);
    const words =
      end === undefined
        ? ['its attempt has not ended']
        : [
            ...(completes(end.result) ? wrongOfCompleted(calls) : wrongOfOther(calls, end)),
            ...wrongWords(calls, end),
            ...wrongSubmits({ evidence, target, calls, end }),
          ];
    return words.map((each) => ({ rule: 7, target, words: `attempt ${attemptId}: ${each}` }));
  });
  return [...found, ...untoldInReport(evidence)];
}

/** How many hooks were undone; for the line of a story. */
export function undoneIn(calls: readonly HookCall[]): number {
  const undone = calls.filter((call) => call.event === 'undo' && hadEffect(call));
  return new Set(undone.map(({ key }) => key)).size;
}

function wrongOfCompleted(calls: readonly HookCall[]): string[] {
  const undone = calls.filter(({ event }) => event === 'undo');
  return undone.length > 0 ? ['it completed, and was undone'] : [];
}

function wrongOfOther(calls: readonly HookCall[], end: AttemptResult): string[] {
  const undos = calls.filter(({ event }) => event === 'undo');
  const ran = calls.filter((call) => call.event === 'before' && hadEffect(call));
  const undone = doneOf(undos);
  const left = new Set(ran.map(({ nth }) => nth).filter((nth) => !undone.includes(nth)));
  const keys = groupedBy(undos, ({ nth }) => nth);
  const order = [...keys.keys()];
  return [
    ...[...left].flatMap((nth) => {
      const tries = keys.get(nth)?.length ?? 0;
      const words = `before hook ${nth + 1} ran, and was not undone in ${tries} tries`;
      // What refuses each try cannot be undone: then a person must be told.
      const isTold = end.compensation?.complete === false;
      return tries >= LEAST_UNDO_TRIES && isTold ? [] : [words];
    }),
    ...[...keys].flatMap(([nth, tries]) => {
      const many = new Set(tries.map(({ key }) => key)).size;
      return many > 1 ? [`hook ${nth + 1} was undone with ${many} idempotency keys`] : [];
    }),
    ...(order.some((nth, i) => nth > (order[i - 1] ?? Infinity))
      ? [`undone in the order ${order.map((nth) => nth + 1).join(', ')}`]
      : []),
    ...(isLate(calls) ? ['a before hook took effect after an undo'] : []),
    ...(calls.some(({ event }) => event === 'after') ? ['an after hook was called'] : []),
  ];
}

/** A key that comes again, from a worker that had been cut off, takes effect once. */
function isLate(calls: readonly HookCall[]): boolean {
  const firstUndo = calls.findIndex(({ event }) => event === 'undo');
  if (firstUndo === -1) return false;
  const known = new Set(calls.slice(0, firstUndo).map(({ key }) => key));
  return calls.slice(firstUndo).some(({ event, key }) => event === 'before' && !known.has(key));
}

/** docs/decisions/0006-saga.md */
const LEAST_UNDO_TRIES = 6;

/** The compensation says what was done, and what was not. */
function wrongWords(calls: readonly HookCall[], { compensation }: AttemptResult): string[] {
  const words = compensation?.words ?? 'nothing';
  return [
    ...doneOrNot(calls, 'undo').flatMap(({ nth, isDone }) => {
      const isSaid = words.includes(`NOT undone: undo of before hook ${nth + 1} `);
      return isDone === isSaid ? [`undo ${nth + 1}: done ${isDone}, but it says ${words}`] : [];
    }),
    ...doneOrNot(calls, 'after').flatMap(({ nth, isDone }) => {
      const isSaid = words.includes(`after hook ${nth + 1} failed`);
      return isDone === isSaid ? [`after hook ${nth + 1}: done ${isDone}, it says ${words}`] : [];
    }),
  ];
}

function doneOrNot(calls: readonly HookCall[], event: HookCall['event']) {
  const own = calls.filter((call) => call.event === event);
  const done = doneOf(own);
  return [...new Set(own.map(({ nth }) => nth))].map((nth) => ({
    nth,
    isDone: done.includes(nth),
  }));
}

/** By an answer that has arrived: one that was lost counts for the target, not for who asked. */
function doneOf(calls: readonly HookCall[]): readonly number[] {
  return calls.filter(({ status }) => status === 204).map(({ nth }) => nth);
}

/** While a before hook has not gone well, nothing is submitted. */
function wrongSubmits(given: {
  readonly evidence: Evidence;
  readonly target: string;
  readonly calls: readonly HookCall[];
  readonly end: AttemptResult;
}): string[] {
  const { evidence, target, calls, end } = given;
  const { before = [] } = evidence.frozen.rules.hooks ?? {};
  const doneAt = before.map(
    (_, nth) =>
      calls.find((call) => call.event === 'before' && call.nth === nth && call.status === 204)?.at,
  );
  return submitsIn(evidence.journal)
    .filter((each) => each.target === target && end.startedAt <= each.at && each.at <= end.endedAt)
    .filter(({ at }) => doneAt.some((done) => done === undefined || done > at))
    .map(({ seq }) => `line ${seq}: submitted before its hooks had been called`);
}

/** What was undone, or could not be, of a target is in the report. */
function untoldInReport({ report, hookCalls }: Evidence): Violation[] {
  const undone = new Set(
    hookCalls.filter(({ event }) => event === 'undo').map((one) => one.target),
  );
  return report.targets
    .filter((target) => undone.has(keyOf(target)) && target.compensation === null)
    .map((target) => ({ rule: 7, target: keyOf(target), words: 'undone, and not in the report' }));
}

/** In the order in which each group's first one comes. */
function groupedBy<T, K>(things: readonly T[], keyOfThing: (thing: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const thing of things) {
    const key = keyOfThing(thing);
    groups.set(key, [...(groups.get(key) ?? []), thing]);
  }
  return groups;
}
