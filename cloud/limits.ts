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
  const queues = rates.flatMap(spread).map(
    // Strict: in *any* five minutes, as the clouds count, not in five minutes of our own.
    ({ calls, periodMs }) => new PQueue({ intervalCap: calls, interval: periodMs, strict: true }),
  );
  if (atOnce !== undefined) queues.push(new PQueue({ concurrency: atOnce }));
  return inTurn(queues.map(lineOf));
}

/**
 * A rate over minutes would be spent in its first seconds, and then nothing would get its turn until they are
 * over: what looked meanwhile would take that for a cloud that cannot be used. So it is spent evenly.
 */
export function spread(rate: Rate): readonly Rate[] {
  const { calls, periodMs } = rate;
  if (periodMs <= SILENT_AT_MOST_MS || calls === 0) return [rate];
  const burst = Math.max(1, Math.floor((calls * SILENT_AT_MOST_MS) / periodMs));
  return [{ calls: burst, periodMs: Math.ceil((burst * periodMs) / calls) }, rate];
}

// A submit waits 5 s for its turn.
const SILENT_AT_MOST_MS = 4_000;

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
