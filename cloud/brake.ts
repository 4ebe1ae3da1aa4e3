/**
 * When calls may be made to something that has refused them: pure, so that every border can be
 * tested. `gate.ts` holds one brake for each service and one for each credential.
 */

/** Why calls are stopped: the credential, a permission, too many calls, nobody there. */
export type BrakeCause = 'key' | 'permission' | 'throttled' | 'unreachable';

export interface Trouble {
  readonly cause: BrakeCause;
  /** For a person: what was asked, and what came back. */
  readonly words: string;
  /** Throttled: wait exactly so long, as the cloud asks; absent or null when it does not say. */
  readonly retryAfterMs?: number | null;
  /** Throttled: over how long calls are counted, where the cloud says it. */
  readonly periodMs?: number | null;
}

/** What one call says about the thing that the brake is for. */
export type Verdict =
  | { readonly kind: 'good' }
  /** One is enough. */
  | { readonly kind: 'bad'; readonly trouble: Trouble }
  /** It may be the affair of what was asked about; so many different ones in a row are not. */
  | { readonly kind: 'doubtful'; readonly trouble: Trouble; readonly subject: string }
  /** It says nothing, or was not made. */
  | { readonly kind: 'none' };

/** `braked`: nothing before `untilMs`, then one call. `probing`: that call is under way. */
export interface Brake {
  readonly phase: 'open' | 'braked' | 'probing';
  /** Null while nothing has gone wrong: before the first call, or when open. */
  readonly trouble: Trouble | null;
  /** Since when it is not open. */
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Probes that failed for this cause since it began. */
  readonly failedProbes: number;
  /** What doubtful answers were about, in a row. */
  readonly doubts: readonly string[];
  /** Refusals of a credential since its last good call, oldest first. */
  readonly refusedAtMs: readonly number[];
}

/** What a caller may do now. */
export type Permission = 'go' | 'probe' | 'wait';

/** Of a service: innocent until something goes wrong. */
export function openBrake(): Brake {
  const nothing = { trouble: null, sinceMs: 0, untilMs: 0, failedProbes: 0 };
  return { phase: 'open', ...nothing, doubts: [], refusedAtMs: [] };
}

/** Of a credential: the first call goes alone, for a wrong key must not be tried by a hundred. */
export function untriedBrake(): Brake {
  return { ...openBrake(), phase: 'braked' };
}

/** Whether a call may be made. */
export function permissionOf({ phase, untilMs }: Brake, nowMs: number): Permission {
  if (phase === 'open') return 'go';
  return phase === 'braked' && nowMs >= untilMs ? 'probe' : 'wait';
}

/** The one call that may be made begins. */
export function beginProbe(brake: Brake): Brake {
  return { ...brake, phase: 'probing' };
}

export interface Judged {
  readonly verdict: Verdict;
  readonly isProbe: boolean;
  readonly nowMs: number;
  /** From 0 to 1: callers of several processes must not come back together. */
  readonly random: number;
}

/** A call has ended. What began before the brake was put on says nothing of how things are now. */
export function judged(brake: Brake, { verdict, isProbe, nowMs, random }: Judged): Brake {
  if (brake.phase !== 'open' && !isProbe) return afterLateAnswer(brake, verdict, nowMs);
  switch (verdict.kind) {
    case 'good':
      return openBrake();
    case 'none':
      return isProbe ? { ...brake, phase: 'braked' } : brake;
    case 'bad':
      return brakedBy(brake, verdict.trouble, { nowMs, random });
    case 'doubtful': {
      // Something that was ill stays so until an answer says otherwise.
      if (brake.trouble !== null) return brakedBy(brake, verdict.trouble, { nowMs, random });
      const doubts = [...new Set([...brake.doubts, verdict.subject])];
      if (doubts.length >= DOUBTS_BELIEVED) {
        return brakedBy(brake, verdict.trouble, { nowMs, random });
      }
      return { ...brake, phase: isProbe ? 'braked' : brake.phase, doubts };
    }
  }
}

function afterLateAnswer(brake: Brake, verdict: Verdict, nowMs: number): Brake {
  if (verdict.kind !== 'bad') return brake;
  const { cause, retryAfterMs } = verdict.trouble;
  const refusedAtMs = refusals(brake, cause, nowMs);
  const asked = cause === 'throttled' ? nowMs + (retryAfterMs ?? 0) : 0;
  const untilMs = Math.max(brake.untilMs, asked, lockedOutUntil(refusedAtMs));
  return { ...brake, untilMs, refusedAtMs };
}

function brakedBy(
  brake: Brake,
  trouble: Trouble,
  { nowMs, random }: Pick<Judged, 'nowMs' | 'random'>,
): Brake {
  const isSame = brake.trouble?.cause === trouble.cause;
  const failedProbes = isSame ? brake.failedProbes + 1 : 0;
  const refusedAtMs = refusals(brake, trouble.cause, nowMs);
  // Later than asked for, never sooner.
  const waitMs = waitOf(trouble, failedProbes) * (1 + random * JITTER);
  return {
    phase: 'braked',
    trouble,
    sinceMs: brake.trouble === null ? nowMs : brake.sinceMs,
    untilMs: Math.max(nowMs + waitMs, lockedOutUntil(refusedAtMs)),
    failedProbes,
    doubts: [],
    refusedAtMs,
  };
}

function refusals({ refusedAtMs }: Brake, cause: BrakeCause, nowMs: number): readonly number[] {
  return cause === 'key' ? [...refusedAtMs, nowMs].slice(-REFUSALS_AT_MOST) : refusedAtMs;
}

/** Until when another refusal would be one too many within {@link LOCK_MS}. */
function lockedOutUntil(refusedAtMs: readonly number[]): number {
  const first = refusedAtMs.at(-REFUSALS_AT_MOST);
  return first === undefined ? 0 : first + LOCK_MS;
}

function waitOf(trouble: Trouble, failedProbes: number): number {
  if (trouble.cause === 'throttled') return throttleWait(trouble, failedProbes);
  const waits = WAITS_MS[trouble.cause];
  return waits[Math.min(failedProbes, waits.length - 1)] ?? 0;
}

/**
 * The period that the cloud names began before the refusal, nobody knows when: a twentieth of it,
 * then twice as long each time, finds its end with few calls; the whole of it is never exceeded.
 */
function throttleWait({ retryAfterMs, periodMs }: Trouble, failedProbes: number): number {
  if (retryAfterMs) return retryAfterMs;
  const period = periodMs ?? UNKNOWN_PERIOD_MS;
  return Math.min(Math.max(period / 20, LEAST_THROTTLE_MS) * 2 ** failedProbes, LONGEST_PERIOD_MS);
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const WAITS_MS = {
  // One more try soon, for a gateway's hiccup; then slowly, since refusals lock a key.
  key: [2 * SECOND, MINUTE, 2 * MINUTE],
  // Somebody has to grant it.
  permission: [5 * SECOND, 10 * SECOND, 20 * SECOND, 40 * SECOND, MINUTE],
  // Most outages are a restart of something.
  unreachable: [SECOND, 2 * SECOND, 4 * SECOND, 8 * SECOND, 15 * SECOND, 30 * SECOND, MINUTE],
} as const satisfies Record<Exclude<BrakeCause, 'throttled'>, readonly number[]>;

const JITTER = 0.2;
/** Two may be one sick instance and a coincidence. */
const DOUBTS_BELIEVED = 3;
/** More than five in a row lock the key for five minutes. */
const REFUSALS_AT_MOST = 4;
const LOCK_MS = 5 * MINUTE;
const UNKNOWN_PERIOD_MS = MINUTE;
const LEAST_THROTTLE_MS = SECOND;
const LONGEST_PERIOD_MS = 5 * MINUTE;
