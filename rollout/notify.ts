import { clipped, onOneLine } from './clipped';
import { endedOf } from './counts';
import { spentWords } from './budget';
import { exhaustionIn } from './exhaustion';
import { OUTCOMES, type Counts, type RolloutState } from './outcome';
import { countsIn, partsIn, type RolloutProgress, type WaveProgress } from './progress';
import type { NotifiedEvent } from './receivers';
import { statusOf } from './rollout-status';
import { BY_RULE, isHeldByRule, lastPause } from './steering';

/** What a receiver gets as JSON. Its fields are a contract: docs/operations.md, "Notifications". */
export interface Notification {
  /** All of it for a person, as Slack and its like show it. */
  readonly text: string;
  readonly event: NotifiedEvent;
  readonly rolloutId: string;
  readonly plan: string;
  /** Counts from 1 in each rollout, in the order in which things happened. */
  readonly number: number;
  /** The wave that it is about; null: the whole rollout. */
  readonly wave: string | null;
  /** Of the rollout; null: its plan could not be frozen. */
  readonly state: RolloutState | null;
  /** Of the wave, if it is about one; else of the rollout. */
  readonly counts: Counts;
  readonly words: string;
  readonly at: string;
}

/** Something that people may be told of, by itself. */
export type Happening = Pick<Notification, 'event' | 'wave' | 'words'>;

/** What has happened from one progress of a rollout to the next, in the order to tell it. */
export function happenedIn(before: RolloutProgress, after: RolloutProgress): readonly Happening[] {
  const waves = after.waves.map((wave) => [find(before, wave.name), wave] as const);
  const isTheEnd = before.endedAt === null && after.endedAt !== null;
  return [
    ...(before.parts.length === 0 && after.parts.length > 0 ? [started(after)] : []),
    ...waves.flatMap(([was, wave]) =>
      was?.doneAt === null && wave.doneAt !== null ? [waveDone(after, wave)] : [],
    ),
    ...waves.flatMap(([was, wave]) =>
      (was?.gateSince ?? null) === null && wave.gateSince !== null ? gateWaiting(after, wave) : [],
    ),
    ...(before.exhaustedSince === null ? budgetExhausted(after) : []),
    ...(isNewlyHeld(before, after) ? [paused(after)] : []),
    ...(!before.aborting && after.aborting ? [aborted(after)] : []),
    ...(isTheEnd ? [finished(after)] : []),
  ];
}

/** A rule's pause on top of a person's is news to that person; those that follow it are not. */
function isNewlyHeld(before: RolloutProgress, after: RolloutProgress): boolean {
  return after.paused && (!before.paused || (isHeldByRule(after) && !isHeldByRule(before)));
}

/** The plan could not be frozen: the rollout ends without having begun. */
export function notFrozen(words: string): Happening {
  return { event: 'notFrozen', wave: null, words };
}

/** Gives what has happened its numbers, which the progress keeps. */
export function notified(
  progress: RolloutProgress,
  happenings: readonly Happening[],
  now: string,
): { readonly progress: RolloutProgress; readonly notifications: readonly Notification[] } {
  if (happenings.length === 0) return { progress, notifications: [] };
  const { notified: before = 0 } = progress;
  return {
    progress: { ...progress, notified: before + happenings.length },
    notifications: happenings.map((each, i) =>
      notificationOf(each, progress, { number: before + i + 1, at: now }),
    ),
  };
}

function notificationOf(
  { event, wave, words: full }: Happening,
  progress: RolloutProgress,
  { number, at }: Pick<Notification, 'number' | 'at'>,
): Notification {
  const { rolloutId, plan, state } = statusOf(progress);
  const words = clipped(full);
  return {
    text: textOf({ event, wave, words }, { plan, rolloutId }),
    event,
    rolloutId,
    plan,
    number,
    wave,
    state: event === 'notFrozen' ? null : state,
    counts: countsIn(wave === null ? progress.parts : partsIn(progress, wave)),
    words,
    at,
  };
}

function find({ waves }: RolloutProgress, name: string): WaveProgress | undefined {
  return waves.find((each) => each.name === name);
}

function started({ waves, parts }: RolloutProgress): Happening {
  const names = waves.slice(0, WAVES_NAMED).map(({ name }) => name);
  const more = waves.length > WAVES_NAMED ? ', …' : '';
  const { total } = countsIn(parts);
  const words = `started: ${many(total, 'target')} in ${many(waves.length, 'wave')}: ${names.join(', ')}${more}`;
  return { event: 'started', wave: null, words };
}

function waveDone(progress: RolloutProgress, { name, skipped, verdict }: WaveProgress): Happening {
  const left = skipped === null ? '' : `left out, ${skipped.reasonText}; `;
  const health = verdict === null ? '' : `; health ${verdict.state}: ${verdict.words}`;
  const words = `wave ${name} is done: ${left}${tally(countsIn(partsIn(progress, name)))}${health}`;
  return { event: 'waveDone', wave: name, words };
}

/** A gate that opens by itself keeps nobody awake. */
function gateWaiting({ waitingFor }: RolloutProgress, { name }: WaveProgress): Happening[] {
  if (waitingFor?.reason !== 'gate' || waitingFor.approval !== true) return [];
  const until = waitingFor.until === null ? '' : ` (until ${waitingFor.until})`;
  return [{ event: 'gateWaiting', wave: name, words: `${waitingFor.words}${until}` }];
}

function budgetExhausted(progress: RolloutProgress): Happening[] {
  const spent = progress.exhaustedSince === null ? null : exhaustionIn(progress);
  return spent === null ? [] : [{ event: 'budgetExhausted', wave: null, words: spentWords(spent) }];
}

function paused(progress: RolloutProgress): Happening {
  const { by = BY_RULE, reason = null } = lastPause(progress) ?? {};
  return { event: 'paused', wave: null, words: `paused by ${by}${because(reason)}` };
}

function aborted({ actions }: RolloutProgress): Happening {
  const last = actions.findLast(({ action }) => action === 'abort');
  const { by = BY_RULE, reason = null } = last ?? {};
  const words = `aborted by ${by}${because(reason)}; attempts in flight go on to their end`;
  return { event: 'aborted', wave: null, words };
}

function finished({ parts, aborting }: RolloutProgress): Happening {
  const words = `${aborting ? 'ended after its abort' : 'finished'}: ${tally(countsIn(parts))}`;
  return { event: 'finished', wave: null, words };
}

function because(reason: string | null): string {
  return reason === null ? '' : `: ${reason}`;
}

function tally(counts: Counts): string {
  const outcomes = OUTCOMES.filter((outcome) => counts[outcome] > 0);
  const each = outcomes.map((outcome) => `${counts[outcome]} ${outcome}`);
  return [`${endedOf(counts)} of ${counts.total} ended`, ...each].join(', ');
}

function many(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

const WAVES_NAMED = 10;

/** One line of what happened, one of what to do, if there is something to do. */
function textOf(
  { event, wave, words }: Happening,
  { plan, rolloutId }: Pick<Notification, 'plan' | 'rolloutId'>,
): string {
  const todo = whatToDo(event, rolloutId, wave);
  const lines = [`*${plan}* ${words}`, ...(todo === null ? [rolloutId] : [todo])];
  return lines.map(escaped).join('\n');
}

function whatToDo(event: NotifiedEvent, rolloutId: string, wave: string | null): string | null {
  switch (event) {
    case 'gateWaiting':
      return `upwave approve ${rolloutId} --wave ${wave ?? ''}`;
    case 'budgetExhausted':
    case 'paused':
      return `upwave status ${rolloutId}, then upwave resume or upwave abort`;
    case 'finished':
      return `upwave report ${rolloutId}`;
    case 'notFrozen':
    case 'started':
    case 'aborted':
    case 'waveDone':
      return null;
  }
}

/** Words of the cloud and of people: they must not address a channel, nor be a link under another name. */
function escaped(text: string): string {
  return onOneLine(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
