/** A queue that gives the least first; of equals any. Changes in place: for use inside one function. */
export interface Heap<T> {
  readonly size: () => number;
  readonly peek: () => T | undefined;
  readonly push: (item: T) => void;
  readonly pop: () => T | undefined;
}

/** An empty heap; `isLess(a, b)` says that `a` comes out before `b`. */
export function newHeap<T>(isLess: (a: T, b: T) => boolean): Heap<T> {
  const items: T[] = [];
  const before = (i: number, j: number) => {
    const [a, b] = [items[i], items[j]];
    return a !== undefined && b !== undefined && isLess(a, b);
  };
  const swap = (i: number, j: number) => {
    [items[i], items[j]] = [items[j] as T, items[i] as T];
  };
  const rise = (from: number) => {
    let at = from;
    for (let up = (at - 1) >> 1; at > 0 && before(at, up); up = (at - 1) >> 1) {
      swap(at, up);
      at = up;
    }
  };
  const sink = () => {
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const least = before(left + 1, left) ? left + 1 : left;
      if (!before(least, at)) return;
      swap(at, least);
      at = least;
    }
  };
  return {
    size: () => items.length,
    peek: () => items[0],
    push: (item) => {
      items.push(item);
      rise(items.length - 1);
    },
    pop: () => {
      const first = items[0];
      const last = items.pop();
      if (items.length > 0 && last !== undefined) {
        items[0] = last;
        sink();
      }
      return first;
    },
  };
}
