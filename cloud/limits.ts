import PQueue from 'p-queue';

/** At most so many calls in any stretch of time of this length. */
export interface Rate {
  readonly calls: number;
  readonly periodMs: number;
}

/** What a call is for; the first goes first where calls have to wait. */
export const PRIORITIES = ['submit', 'verify', 'follow', 'inspect'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Calls in an order and at a pace. */
export interface Limiter {
  /**
   * Runs `call` when it is its turn. Throws the reason of `signal` if that comes first; once the
   * call has begun the signal is not listened to.
   */
  run<T>(priority: Priority, signal: AbortSignal, call: () => Promise<T>): Promise<T>;
}

export interface Limits {
  readonly rates: readonly Rate[];
  /** Calls under way together; absent: any number. */
  readonly atOnce?: number;
}

/** One line of waiting calls for each rate, then one for the places. */
export function createLimiter({ rates, atOnce }: Limits): Limiter {
  const lines = rates.map((rate) =>
    rate.periodMs > SILENT_AT_MOST_MS ? neverSilent(rate) : lineOf(queueOf(rate)),
  );
  if (atOnce !== undefined) lines.push(lineOf(new PQueue({ concurrency: atOnce })));
  return inTurn(lines);
}

// A submit waits 5 s for its turn.
const SILENT_AT_MOST_MS = 4_000;

/**
 * A rate over minutes that is spent in its first seconds leaves none for the rest of them, and what looks
 * then takes that for a cloud that cannot be used. So half of it goes to whoever comes, and half evenly.
 */
function neverSilent({ calls, periodMs }: Rate): Limiter {
  const half = Math.ceil(calls / 2);
  const rest = calls - half;
  const turns = [queueOf({ calls: half, periodMs })];
  if (rest > 0) turns.push(queueOf({ calls: 1, periodMs: Math.ceil(periodMs / rest) }));
  const line = lineOf(new PQueue({ concurrency: 1 }));
  return {
    async run(priority, signal, call) {
      await line.run(priority, signal, () => firstTurn(turns, signal));
      return call();
    },
  };
}

/** Until one of them gives a turn; the others keep theirs. */
async function firstTurn(queues: readonly PQueue[], signal: AbortSignal): Promise<void> {
  const kept = queues.map(() => new AbortController());
  const take = (taken: number) =>
    kept.forEach((each, index) => {
      if (index !== taken) each.abort();
    });
  const signals = kept.map((each) => AbortSignal.any([signal, each.signal]));
  await Promise.any(
    queues.map((queue, index) => queue.add(() => take(index), { signal: signals[index] })),
  );
}

function queueOf({ calls, periodMs }: Rate): PQueue {
  // Strict: in *any* five minutes, as the clouds count, not in five minutes of our own.
  return new PQueue({ intervalCap: calls, interval: periodMs, strict: true });
}

function lineOf(queue: PQueue): Limiter {
  return {
    run: (priority, signal, call) => queue.add(call, { priority: rankOf(priority), signal }),
  };
}

function rankOf(priority: Priority): number {
  return PRIORITIES.length - PRIORITIES.indexOf(priority);
}

/** One limiter after another. */
export function inTurn(limiters: readonly Limiter[]): Limiter {
  return { run: (priority, signal, call) => pass(limiters, { priority, signal }, call) };
}

function pass<T>(
  [limiter, ...rest]: readonly Limiter[],
  waiting: { readonly priority: Priority; readonly signal: AbortSignal },
  call: () => Promise<T>,
): Promise<T> {
  if (limiter === undefined) return call();
  return limiter.run(waiting.priority, waiting.signal, () => pass(rest, waiting, call));
}
