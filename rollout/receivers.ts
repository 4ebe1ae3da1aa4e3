/** What people can be told of. docs/operations.md, "Notifications", says when each comes. */
export const NOTIFIED = [
  'started',
  'notFrozen',
  'gateWaiting',
  'budgetExhausted',
  'paused',
  'aborted',
  'waveDone',
  'finished',
] as const;
export type NotifiedEvent = (typeof NOTIFIED)[number];

/** A webhook that is told. Its URL and headers may hold `${secret:NAME}`, for the worker alone. */
export interface Receiver {
  readonly url: string;
  readonly on: readonly NotifiedEvent[];
  /** For one try, its answer included. */
  readonly timeoutMs: number;
  /** Further tries after one that failed. */
  readonly retries: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Those that want to hear of an event. */
export function heedersOf(
  receivers: readonly Receiver[],
  event: NotifiedEvent,
): readonly Receiver[] {
  return receivers.filter(({ on }) => on.includes(event));
}
