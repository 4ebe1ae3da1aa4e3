import { newHeap, type Heap } from './heap';
import type { Fit } from './openings';
import { stepOfSlowStart } from './slow-start';

/** One upgrade to be placed. */
export interface Job {
  readonly expectMs: number;
  /** What it takes for itself: so many jobs with one key may run together. */
  readonly claims: readonly { readonly key: string; readonly max: number }[];
}

type Answer = Extract<Fit, { fits: true }> | Omit<Extract<Fit, { fits: false }>, 'words'>;

/** Jobs of one expected duration: they fit into the same openings. */
interface Class {
  readonly expectMs: number;
  /** Indexes of jobs that nothing but places and openings keeps, the first one first. */
  readonly ready: Heap<number>;
  /** They may begin up to here (inclusive), as far as was asked. */
  openUntilMs: number;
  /** They may not begin before; Infinity: never, as far as is known. */
  closedUntilMs: number;
}

/** Since the wave may begin. Both 0 when there is nothing to do. */
export interface Span {
  readonly firstStartMs: number;
  readonly lastEndMs: number;
}

/**
 * When a wave's jobs run, each started in order as soon as there is a place; null when some of them
 * fit into no opening that is known. In time n log n for n jobs.
 */
export function scheduleWave(given: {
  readonly jobs: readonly Job[];
  /** In flight already, each with what is left of it; whether it may begin is asked no more. */
  readonly running?: readonly Job[];
  /** How many of the wave have ended before: a slow start goes on from there. */
  readonly ended?: number;
  readonly places: number;
  readonly slowStart: boolean;
  readonly fit: (expectMs: number, atMs: number) => Answer;
  readonly msUntil: (instant: string) => number;
}): Span | null {
  const { places, slowStart, running: inFlight = [], ended: before = 0 } = given;
  const jobs = [...given.jobs, ...inFlight];
  const classes = classesOf(given.jobs);
  const claims = newClaims(jobs, classes);
  const running = newHeap<{ readonly endMs: number; readonly job: number }>(
    (a, b) => a.endMs < b.endMs,
  );
  let nowMs = 0;
  let firstStartMs: number | null = inFlight.length > 0 ? 0 : null;
  for (const [at, { expectMs }] of inFlight.entries()) {
    const job = given.jobs.length + at;
    claims.hold(job);
    running.push({ endMs: expectMs, job });
  }
  let ended = 0;
  while (ended < jobs.length) {
    const limit = Math.min(places, slowStart ? stepOfSlowStart(before + ended) : Infinity);
    for (const each of classes.values()) look(each, nowMs, given);
    while (running.size() < limit) {
      const job = nextOf(classes, nowMs, claims);
      if (job === null) break;
      firstStartMs ??= nowMs;
      running.push({ endMs: nowMs + (jobs[job]?.expectMs ?? 0), job });
    }
    // A place that nobody can take yet may be taken when a window opens, before an attempt ends.
    const opensMs = running.size() < limit ? opensAt(classes) : Infinity;
    const first = running.peek();
    if (first === undefined && opensMs === Infinity) return null;
    nowMs = Math.min(first?.endMs ?? Infinity, opensMs);
    while ((running.peek()?.endMs ?? Infinity) <= nowMs) {
      const done = running.pop();
      if (done === undefined) break;
      claims.release(done.job);
      ended += 1;
    }
  }
  return { firstStartMs: firstStartMs ?? 0, lastEndMs: nowMs };
}

function classesOf(jobs: readonly Job[]): ReadonlyMap<number, Class> {
  const classes = new Map<number, Class>();
  for (const [i, { expectMs }] of jobs.entries()) {
    const known = classes.get(expectMs);
    const of = known ?? {
      expectMs,
      ready: newHeap<number>((a, b) => a < b),
      openUntilMs: -Infinity,
      closedUntilMs: -Infinity,
    };
    if (known === undefined) classes.set(expectMs, of);
    of.ready.push(i);
  }
  return classes;
}

/** Asks the openings only when the last answer no longer holds. */
function look(
  of: Class,
  nowMs: number,
  given: Pick<Parameters<typeof scheduleWave>[0], 'fit' | 'msUntil'>,
): void {
  if (nowMs <= of.openUntilMs || nowMs < of.closedUntilMs) return;
  const fit = given.fit(of.expectMs, nowMs);
  if (fit.fits) {
    of.openUntilMs = fit.notAfter === null ? Infinity : given.msUntil(fit.notAfter);
    return;
  }
  // An answer that does not lie ahead would be asked for again and again.
  const opensMs = fit.until === null ? Infinity : given.msUntil(fit.until);
  of.closedUntilMs = opensMs > nowMs ? opensMs : Infinity;
}

/** Takes the first job, in the wave's order, that may begin now. */
function nextOf(classes: ReadonlyMap<number, Class>, nowMs: number, claims: Claims): number | null {
  for (;;) {
    let first: Class | null = null;
    for (const of of classes.values()) {
      const head = of.ready.peek();
      if (head === undefined || nowMs > of.openUntilMs) continue;
      if (first === null || head < (first.ready.peek() ?? Infinity)) first = of;
    }
    const job = first?.ready.pop();
    if (job === undefined) return null;
    if (claims.take(job)) return job;
  }
}

function opensAt(classes: ReadonlyMap<number, Class>): number {
  let firstMs = Infinity;
  for (const { ready, openUntilMs, closedUntilMs } of classes.values()) {
    const isClosed = closedUntilMs > openUntilMs;
    if (ready.size() > 0 && isClosed) firstMs = Math.min(firstMs, closedUntilMs);
  }
  return firstMs;
}

interface Claims {
  /** False when others have taken what it needs: it is parked, and becomes ready once it is free. */
  readonly take: (job: number) => boolean;
  /** It has them already, whatever else runs. */
  readonly hold: (job: number) => void;
  readonly release: (job: number) => void;
}

function newClaims(jobs: readonly Job[], classes: ReadonlyMap<number, Class>): Claims {
  const used = new Map<string, number>();
  const parked = new Map<string, Heap<number>>();
  const makeReady = (job: number) => classes.get(jobs[job]?.expectMs ?? 0)?.ready.push(job);
  const wakeOne = ({ key, max }: Job['claims'][number]) => {
    const job = (used.get(key) ?? 0) < max ? parked.get(key)?.pop() : undefined;
    if (job !== undefined) makeReady(job);
  };
  const hold = (job: number) => {
    for (const { key } of jobs[job]?.claims ?? []) used.set(key, (used.get(key) ?? 0) + 1);
  };
  return {
    hold,
    take(job) {
      const claims = jobs[job]?.claims ?? [];
      const full = claims.find(({ key, max }) => (used.get(key) ?? 0) >= max);
      if (full === undefined) {
        hold(job);
        return true;
      }
      const queue = parked.get(full.key) ?? newHeap<number>((a, b) => a < b);
      parked.set(full.key, queue);
      queue.push(job);
      // Whatever else it was woken for is free still, and another may take it.
      for (const claim of claims) wakeOne(claim);
      return false;
    },
    release(job) {
      const claims = jobs[job]?.claims ?? [];
      for (const { key } of claims) used.set(key, (used.get(key) ?? 0) - 1);
      for (const claim of claims) wakeOne(claim);
    },
  };
}
