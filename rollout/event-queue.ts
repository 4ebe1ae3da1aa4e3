import { newHeap } from './heap';

/** What happens at virtual instants, in the order of time, at one instant in the order of coming in. */
export interface EventQueue {
  readonly put: (atMs: number, happen: () => void) => void;
  /** Takes out the next; null when there is none. */
  readonly take: () => Event | null;
}

interface Event {
  readonly atMs: number;
  readonly number: number;
  readonly happen: () => void;
}

/** A queue without events: each is put in and taken out in O(log n). */
export function newEventQueue(): EventQueue {
  const heap = newHeap<Event>(comesBefore);
  let number = 0;
  return {
    put: (atMs, happen) => heap.push({ atMs, number: (number += 1), happen }),
    take: () => heap.pop() ?? null,
  };
}

function comesBefore(one: Event, other: Event): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.number < other.number);
}
