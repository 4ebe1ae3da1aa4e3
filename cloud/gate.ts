import { setTimeout as sleep } from 'node:timers/promises';
import type { Brake, BrakeCause, Trouble } from './brake';
import { beginProbe, judged, openBrake, permissionOf, untriedBrake } from './brake';
import { BrakedError } from './errors';
import type { Limiter, Priority, Rate } from './limits';
import { createLimiter, inTurn } from './limits';
import type { Meter } from './meter';
import { NO_METER } from './meter';
import type { Service } from './settings';
import type { Verdicts } from './verdict';
import { NO_VERDICTS } from './verdict';

/** A call that wants to be made. */
export interface Visit {
  readonly service: Service;
  /** For messages: "dcs, reading the instance". */
  readonly doing: string;
  readonly priority: Priority;
  readonly signal?: AbortSignal;
  /** How long it may wait for its turn; unless given 10 s, a submit 5 s. */
  readonly patienceMs?: number;
}

/** A call that was made, and what it says about those that follow. */
export interface Visited<T> {
  readonly result: T;
  readonly verdicts: Verdicts;
}

/** The one door through which every call of a cloud leaves. */
export interface Gate {
  /**
   * Makes the call when it may be made: nothing stops the service or the credential, and it is its
   * turn. Throws {@link BrakedError} when that takes too long, and the reason of the signal when
   * that comes first; then nothing was sent. Errors of `call` itself pass.
   */
  pass<T>(visit: Visit, call: () => Promise<Visited<T>>): Promise<T>;
}

/** Where calls are counted; and what tests set, the clock and the dice. */
export interface GateOptions {
  readonly meter?: Meter;
  readonly now?: () => number;
  /** From 0 to 1. */
  readonly random?: () => number;
}

/** How a gate is set up for a cloud. */
export interface GateSettings extends GateOptions {
  readonly limits?: Partial<Record<Service, readonly Rate[]>>;
  /** Requests are signed: the refusal of a few in a row locks the key. */
  readonly isSigned: boolean;
}

// An activity has 30 s, and a read of it 15 s. A hundred activities at a time with two calls each take
// that long at three calls at a time; to be asked again costs more than to wait.
const WAITS_MS = 10_000;
// A submit has 20 s once it has left, and must be done after 25 s.
const SUBMIT_WAITS_MS = 5_000;
// Together with one early probe this is one refusal less than what locks a key.
const SIGNED_AT_ONCE = 3;
const TOKENS_AT_ONCE = 30;
const SERVICES = ['taurusdb', 'gaussdb', 'dcs', 'iam'] as const satisfies readonly Service[];

/** Brakes that let a call wait or pass; each is replaced, never changed. */
interface Held {
  brake: Brake;
}

/** The gate of one cloud. Built once per process. */
export function createGate(settings: GateSettings): Gate {
  const { now = Date.now, random = Math.random, limits = {}, isSigned } = settings;
  const { meter = NO_METER } = settings;
  const key: Held = { brake: untriedBrake() };
  const user: Held = { brake: untriedBrake() };
  const calls = createLimiter({ rates: [], atOnce: isSigned ? SIGNED_AT_ONCE : TOKENS_AT_ONCE });
  const tokens = createLimiter({ rates: [], atOnce: 1 });
  const lanes = Object.fromEntries(
    SERVICES.map((service) => {
      const isIam = service === 'iam';
      const rates = createLimiter({ rates: limits[service] ?? [] });
      const limiter = inTurn([rates, isIam ? tokens : calls]);
      // A password that IAM refuses is another matter than a token that a service does.
      const own = { brake: openBrake() };
      return [service, { service, limiter, key: isIam ? user : key, own, told: null }];
    }),
  ) as Record<Service, Lane>;
  let changed = newBell();

  return { pass };

  async function pass<T>(visit: Visit, call: () => Promise<Visited<T>>): Promise<T> {
    const lane = lanes[visit.service];
    const sinceMs = now();
    const patience = newPatience(visit, sinceMs);
    const sayWaited = () => meter.waited(visit.service, now() - sinceMs);
    try {
      for (;;) {
        await untilPassable(visit, lane, patience);
        const turn = await lane.limiter.run(visit.priority, patience.signal, () =>
          makeCall(lane, patience, call, sayWaited),
        );
        if (turn !== null) return turn.result;
      }
    } catch (error) {
      if (error !== patience.isOver) throw error;
      sayWaited();
      throw refusal(visit, lane);
    } finally {
      patience.end();
    }
  }

  /** Null: a brake was put on while the call waited for its turn. */
  async function makeCall<T>(
    lane: Lane,
    patience: Patience,
    call: () => Promise<Visited<T>>,
    begins: () => void,
  ): Promise<{ readonly result: T } | null> {
    const atMs = now();
    const held = [lane.key, lane.own];
    const permissions = held.map(({ brake }) => permissionOf(brake, atMs));
    if (permissions.includes('wait')) return null;
    patience.end();
    begins();
    const probes = held.filter((_each, i) => permissions[i] === 'probe');
    for (const each of probes) each.brake = beginProbe(each.brake);
    let verdicts = NO_VERDICTS;
    try {
      const visited = await call();
      verdicts = visited.verdicts;
      return visited;
    } finally {
      const end = { nowMs: now(), random: random() };
      for (const [each, verdict] of [
        [lane.key, verdicts.key],
        [lane.own, verdicts.service],
      ] as const) {
        each.brake = judged(each.brake, { verdict, isProbe: probes.includes(each), ...end });
      }
      sayStopped();
      const bell = changed;
      changed = newBell();
      // In a moment: whoever asked hears the cloud's own words before the others hear of them.
      setImmediate(() => bell.ring());
    }
  }

  /** A key that is refused stops all that it signs for. */
  function sayStopped(): void {
    for (const lane of Object.values(lanes)) {
      const ill = [lane.own.brake, lane.key.brake].find(isIll);
      const cause = ill?.trouble?.cause ?? null;
      if (cause === lane.told) continue;
      lane.told = cause;
      meter.stopped(lane.service, cause);
    }
  }

  async function untilPassable(visit: Visit, lane: Lane, patience: Patience): Promise<void> {
    for (;;) {
      patience.signal.throwIfAborted();
      const atMs = now();
      const brakes = [lane.key.brake, lane.own.brake];
      // Whether something is well again is found out by a call that begins nothing.
      if (isSubmit(visit) && brakes.some(isIll)) throw refusal(visit, lane);
      const shut = brakes.filter((brake) => permissionOf(brake, atMs) === 'wait');
      if (shut.length === 0) return;
      const untilMs = Math.max(...shut.map((brake) => brake.untilMs));
      if (untilMs > patience.brakedAtMostMs) throw refusal(visit, lane);
      await until(changed.rung, untilMs - atMs, patience.signal);
    }
  }

  function refusal({ service, doing }: Visit, lane: Lane): BrakedError {
    const atMs = now();
    const brakes = [lane.key.brake, lane.own.brake].filter(({ phase }) => phase !== 'open');
    const ill = brakes.find(isIll);
    const untilMs = Math.max(atMs, ...brakes.map((each) => each.untilMs));
    // Spread, so that those who waited do not all come back in the same moment.
    const retryAfterMs = untilMs - atMs + 500 + random() * Math.max(2_000, (untilMs - atMs) / 5);
    const why = ill?.trouble
      ? reasonWords(ill, ill.trouble)
      : `it waited in vain for its turn among the calls of ${service}`;
    const cause = ill?.trouble?.cause ?? null;
    return new BrakedError(`${doing}: not asked, ${why}`, { retryAfterMs, cause });
  }
}

interface Lane {
  readonly service: Service;
  readonly limiter: Limiter;
  readonly key: Held;
  readonly own: Held;
  /** For what cause the meter knows it to be stopped. */
  told: BrakeCause | null;
}

function isSubmit({ priority }: Visit): boolean {
  return priority === 'submit';
}

function isIll({ phase, trouble }: Brake): boolean {
  return phase !== 'open' && trouble !== null;
}

function reasonWords({ sinceMs }: Brake, { words }: Trouble): string {
  return `no access since ${new Date(sinceMs).toISOString()} (${words})`;
}

/** How long a call waits before it is made. Ends early with the caller's signal. */
interface Patience {
  readonly signal: AbortSignal;
  /** A brake that holds longer is not waited for, however patient the caller. */
  readonly brakedAtMostMs: number;
  /** The signal's reason when nobody called it off. */
  readonly isOver: Error;
  /** Nothing is waited for any more. */
  end(): void;
}

function waitsMs(priority: Priority): number {
  return priority === 'submit' ? SUBMIT_WAITS_MS : WAITS_MS;
}

function newPatience(
  { signal, priority, patienceMs = waitsMs(priority) }: Visit,
  nowMs: number,
): Patience {
  const controller = new AbortController();
  const isOver = new Error('waited long enough');
  const callOff = () => controller.abort(signal?.reason);
  const timer = setTimeout(() => controller.abort(isOver), patienceMs);
  signal?.addEventListener('abort', callOff);
  if (signal?.aborted) callOff();
  const end = () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', callOff);
  };
  return { signal: controller.signal, brakedAtMostMs: nowMs + waitsMs(priority), isOver, end };
}

interface Bell {
  readonly rung: Promise<void>;
  ring(): void;
}

function newBell(): Bell {
  let ring = () => undefined as void;
  const rung = new Promise<void>((resolve) => {
    ring = resolve;
  });
  return { rung, ring };
}

/** Until something has changed or the time has come. Throws the signal's reason. */
async function until(rung: Promise<void>, ms: number, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const both = AbortSignal.any([over.signal, signal]);
  // Without an instant only a change can help; the signal has a limit of its own.
  const timer = sleep(ms > 0 ? ms : 3_600_000, undefined, { signal: both }).catch(() => undefined);
  await Promise.race([rung, timer]);
  over.abort();
  signal.throwIfAborted();
}
