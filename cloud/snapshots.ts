/** Answers that several callers share for a short while. */
export interface Snapshots<T> {
  /** What `load` gives, or gave under this key since at most `maxAgeMs` before now. */
  get(key: string, maxAgeMs: number, load: () => Promise<T>): Promise<T>;
}

interface Snapshot<T> {
  readonly begunAtMs: number;
  readonly value: Promise<T>;
}

// Enough for every list that a worker reads within a moment; the oldest gives way.
const MAX_KEPT = 200;

/** Keeps the last answer per key. A failed load is shared by those who wait for it, and not kept. */
export function createSnapshots<T>(): Snapshots<T> {
  const kept = new Map<string, Snapshot<T>>();
  return {
    get(key, maxAgeMs, load) {
      const now = Date.now();
      const last = kept.get(key);
      // Counted from the beginning of the load: what it shows may be as old as that.
      if (last !== undefined && maxAgeMs > 0 && now - last.begunAtMs <= maxAgeMs) return last.value;

      const value = load();
      const snapshot = { begunAtMs: now, value };
      kept.delete(key);
      kept.set(key, snapshot);
      for (const oldest of kept.keys()) {
        if (kept.size <= MAX_KEPT) break;
        kept.delete(oldest);
      }
      value.catch(() => {
        if (kept.get(key) === snapshot) kept.delete(key);
      });
      return value;
    },
  };
}
