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

/** A queue without events: a binary heap, each event is put in and taken out in O(log n). */
export function newEventQueue(): EventQueue {
  const heap: Event[] = [];
  let number = 0;

  function put(atMs: number, happen: () => void): void {
    number += 1;
    const event = { atMs, number, happen };
    let at = heap.length;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || comesBefore(parent, event)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = event;
  }

  function take(): Event | null {
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) return null;
    if (heap.length > 0) sink(last);
    return first;
  }

  /** Finds the place of the event that the first one has made room for. */
  function sink(event: Event): void {
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const [one, other] = [heap[left], heap[left + 1]];
      if (one === undefined) break;
      const isRight = other !== undefined && comesBefore(other, one);
      const next = isRight ? other : one;
      if (comesBefore(event, next)) break;
      heap[at] = next;
      at = isRight ? left + 1 : left;
    }
    heap[at] = event;
  }

  return { put, take };
}

function comesBefore(one: Event, other: Event): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.number < other.number);
}
