import type { JournalLine } from '../test/support/world';

/** An upgrade that has ended, as the cloud did it. Instants in milliseconds. */
export interface Span {
  readonly target: string;
  readonly startedMs: number;
  readonly endedMs: number;
}

/** The calls after line `after`; 0: all. */
export function callsIn(journal: readonly JournalLine[], after: number): readonly JournalLine[] {
  return journal.filter(({ seq, method }) => seq > after && method !== null);
}

/** Every upgrade that has ended, in the order in which they began. */
export function spansIn(journal: readonly JournalLine[]): readonly Span[] {
  const begun = new Map<string, number>();
  const spans: Span[] = [];
  for (const { at, effects } of journal) {
    for (const { kind, instanceId, proxyId } of effects) {
      const target = proxyId ?? instanceId;
      const startedMs = begun.get(target);
      if (kind === 'upgradeStarted') begun.set(target, Date.parse(at));
      else if (startedMs !== undefined) {
        spans.push({ target, startedMs, endedMs: Date.parse(at) });
        begun.delete(target);
      }
    }
  }
  return spans.sort((one, other) => one.startedMs - other.startedMs);
}

/**
 * The calls of each kind, the most frequent first; ids are left out of paths, so that calls for
 * different targets count as one kind.
 */
export function kindsOf(calls: readonly JournalLine[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { method, path } of calls) {
    const words = (path ?? '')
      .split('/')
      .map((part) => (/\d/.test(part) && !VERSION.test(part) ? '*' : part));
    const kind = `${method} ${words.join('/')}`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].sort(([, one], [, other]) => other - one);
}

const VERSION = /^v\d(\.\d)?$/;
