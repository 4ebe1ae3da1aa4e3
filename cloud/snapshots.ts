import { performance } from 'node:perf_hooks';
import DataLoader from 'dataloader';
import type { CloudScope } from '../rollout/upgrade';
import { PRIORITIES } from './limits';
import type { Priority } from './limits';

/** Now, in ms of this process's own clock: it never goes back, so that fresh stays fresh. */
export function clockMs(): number {
  return performance.now();
}

/** One who wants to know. */
export interface Asking {
  /** The answer comes from a read that began at or after this instant of {@link clockMs}. Absent: now. */
  readonly freshSinceMs?: number;
  readonly priority?: Priority;
  readonly patienceMs?: number;
  /** Right behind another read it waits so long at most for others to ask as well; absent: it bears any wait. */
  readonly gatherForMs?: number;
  readonly signal?: AbortSignal;
}

/** How the calls of a read that several wait for are made: nobody's signal ends them. */
export type Together = Pick<Asking, 'priority' | 'patienceMs'>;

/** What can be asked for; the same id is the same thing. */
export interface Key {
  readonly id: string;
}

/** By its key: a value, why it could not be had, or undefined where the read says nothing of it. */
export type Find<K extends Key, V> = (key: K) => V | Error | undefined;

/** What is asked for at about the same instant. */
export interface Crowd<K extends Key> {
  readonly keys: readonly K[];
  /** How many things were asked for within the last minute, these included. */
  readonly lately: number;
}

/** One read for all that was asked for. */
export type Load<K extends Key, V> = (crowd: Crowd<K>, together: Together) => Promise<Find<K, V>>;

/** Answers to those who ask at about the same instant come from one read. */
export interface Snapshots<K extends Key, V> {
  /** Throws what the read threw, or the reason of the signal if that comes first. */
  get(key: K, asking?: Asking): Promise<V>;
}

/** What tests set. */
export interface SnapshotOptions {
  readonly now?: () => number;
  readonly lingerMs?: number;
  readonly gatherMs?: number;
}

// Those who wake at one instant come within some hundredths of a second.
const LINGER_MS = 50;
// A second crowd right behind the first would read it all again: it waits for more to come, and the
// longer the more came last time.
const GATHER_MS = 250;
const GATHER_AT_MOST_MS = 1_500;
const GATHER_PER_KEY_MS = 200;
// Who come one after the other, two or more a second, would each find that the one before is gone.
const STREAM = 20;
const STREAM_MS = 10_000;
// How far back an answer is ever taken from: beyond it nobody calls it an answer of this moment.
const KEPT_FOR_MS = 2_000;
const LATELY_MS = 60_000;

interface Snapshot<K extends Key, V> {
  readonly begunAtMs: number;
  readonly found: Promise<Find<K, V>>;
}

/**
 * One line of reads, all of one kind and one scope. `load` is called with everything that was asked
 * for since the last call; what it finds beyond that is kept for those who come within two seconds
 * and say that it is fresh enough for them. A failed read is shared by those who wait for it, and
 * not kept.
 */
export function createSnapshots<K extends Key, V>(
  load: Load<K, V>,
  { now = clockMs, lingerMs = LINGER_MS, gatherMs = GATHER_MS }: SnapshotOptions = {},
): Snapshots<K, V> {
  let kept: readonly Snapshot<K, V>[] = [];
  let nextAtMs = 0;
  const askedAtMs = new Map<string, number>();
  let begin = () => {};
  let beginAtMs = Infinity;
  let timer: NodeJS.Timeout | undefined;
  const loader = new DataLoader<Asked<K>, V>(loadAll, {
    // What is fresh enough is decided here, by the asker.
    cache: false,
    batchScheduleFn: (next) => {
      begin = next;
    },
  });
  return { get };

  async function get(key: K, asking: Asking = {}): Promise<V> {
    const { freshSinceMs = now(), priority = 'inspect', patienceMs, signal } = asking;
    const { gatherForMs = Infinity } = asking;
    signal?.throwIfAborted();
    // Those who are answered from a snapshot belong to the crowd as well.
    askedAtMs.set(key.id, now());
    const value = answer(freshSinceMs, { key, priority, patienceMs, gatherForMs });
    return signal === undefined ? value : unlessAborted(value, signal);
  }

  async function answer(freshSinceMs: number, asked: Asked<K>): Promise<V> {
    const { key, gatherForMs } = asked;
    const oldestMs = Math.max(freshSinceMs, now() - KEPT_FOR_MS);
    for (const { begunAtMs, found } of kept) {
      // Not "older than": whatever cannot be compared is not fresh.
      if (!(begunAtMs >= oldestMs)) continue;
      const value = (await found)(key);
      if (value instanceof Error) throw value;
      if (value !== undefined) return value;
    }
    const loaded = loader.load(asked);
    beginWithin(gatherForMs);
    return loaded;
  }

  /** The least patient of a crowd says when its read begins. */
  function beginWithin(gatherForMs: number): void {
    const waitMs = Math.max(lingerMs, Math.min(nextAtMs - now(), gatherForMs));
    if (now() + waitMs >= beginAtMs) return;
    beginAtMs = now() + waitMs;
    clearTimeout(timer);
    timer = setTimeout(() => {
      beginAtMs = Infinity;
      begin();
    }, waitMs);
  }

  async function loadAll(asked: readonly Asked<K>[]): Promise<readonly (V | Error)[]> {
    const begunAtMs = now();
    const keys = [...new Map(asked.map(({ key }) => [key.id, key])).values()];
    const lately = countLately(begunAtMs);
    const isStream = countSince(begunAtMs - STREAM_MS) >= STREAM;
    nextAtMs =
      begunAtMs + Math.max(gatherMs, isStream ? GATHER_AT_MOST_MS : pauseAfter(keys.length));
    const found = load({ keys, lately }, togetherOf(asked));
    const snapshot = { begunAtMs, found };
    const isFresh = (one: Snapshot<K, V>) => one.begunAtMs > begunAtMs - KEPT_FOR_MS;
    kept = [snapshot, ...kept.filter(isFresh)];
    found.catch(() => {
      kept = kept.filter((one) => one !== snapshot);
    });
    const find = await found;
    return asked.map(({ key }) => find(key) ?? new Error(`internal: no read covers ${key.id}`));
  }

  function countSince(fromMs: number): number {
    return [...askedAtMs.values()].filter((atMs) => atMs >= fromMs).length;
  }

  function countLately(nowMs: number): number {
    for (const [key, atMs] of askedAtMs) if (atMs < nowMs - LATELY_MS) askedAtMs.delete(key);
    return askedAtMs.size;
  }
}

/**
 * One line of reads for each scope, whatever a scope consists of; and apart from them lines for those
 * who bear to wait longer than others.
 */
export function byScope<K extends Key, V>(
  loadOf: (scope: CloudScope) => Load<K, V>,
): (scope: CloudScope, key: K, asking?: Asking) => Promise<V> {
  const lines = new Map<string, Snapshots<K, V>>();
  return (scope, key, asking) => {
    const name = JSON.stringify([Object.entries(scope).sort(), asking?.patienceMs ?? null]);
    const line = lines.get(name) ?? createSnapshots(loadOf(scope));
    lines.set(name, line);
    return line.get(key, asking);
  };
}

interface Asked<K extends Key> extends Together {
  readonly key: K;
  readonly gatherForMs: number;
}

function pauseAfter(keys: number): number {
  // One that comes alone is not kept waiting for others.
  return keys === 1 ? 0 : Math.min(keys * GATHER_PER_KEY_MS, GATHER_AT_MOST_MS);
}

/** As urgent as the most urgent, as patient as the most patient. */
function togetherOf(asked: readonly Together[]): Together {
  const priority = PRIORITIES.find((one) => asked.some((each) => each.priority === one));
  const patience = asked.flatMap(({ patienceMs }) => patienceMs ?? []);
  return { priority, ...(patience.length > 0 ? { patienceMs: Math.max(...patience) } : {}) };
}

async function unlessAborted<T>(value: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = () => undefined as void;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([value, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
