import { drawn } from '../../rollout/seeded';
import { startService, type Received } from '../cloud/server';

/** The receiver of a story's hooks. It lives in the process of the judge: nothing kills it. */
export interface HookServer {
  /** Without a path: `<url>/<event>/<nth>` is hook `nth` of an attempt, or its undo. */
  readonly url: string;
  /** Every call so far, in the order of their coming. */
  calls(): readonly HookCall[];
  stop(): Promise<void>;
}

/** One try of a hook, as its receiver saw it. */
export interface HookCall {
  readonly at: string;
  readonly event: 'before' | 'after' | 'undo';
  readonly nth: number;
  /** Proxy or instance. */
  readonly target: string;
  readonly attemptId: string;
  /** Its idempotency key. */
  readonly key: string;
  /** What was answered; null: it had its effect, and its answer was lost. */
  readonly status: number | null;
}

/** Whether a call had its effect. */
export function hadEffect({ status }: Pick<HookCall, 'status'>): boolean {
  return status === null || status === 204;
}

/** How a hook of a target fares: `never` fails each try, the others the first one of each call. */
type Fate = 'well' | 'secondTry' | 'answerLost' | 'never';

/** Starts the receiver of a seed: which hooks of which targets fail comes from the seed alone. */
export async function startHookServer(seed: number): Promise<HookServer> {
  const calls: HookCall[] = [];
  const service = await startService((request) => {
    const call = callOf(request);
    const isFirst = !calls.some(({ key }) => key === call.key);
    const status = statusOf(fateOf(seed, call), isFirst);
    calls.push({ ...call, status });
    return status === null ? null : { status };
  });
  return { url: service.url, calls: () => calls, stop: () => service.close() };
}

function callOf({ path, headers, body }: Received): Omit<HookCall, 'status'> {
  const told = body as {
    readonly event: HookCall['event'];
    readonly attemptId: string;
    readonly target: { readonly instanceId: string; readonly proxyId: string | null };
  };
  return {
    at: new Date().toISOString(),
    event: told.event,
    nth: Number(path.split('/').at(-1)),
    target: told.target.proxyId ?? told.target.instanceId,
    attemptId: told.attemptId,
    key: String(headers['idempotency-key']),
  };
}

/** An undo that never works keeps a place for three quarters of a minute, so that there are few. */
function fateOf(seed: number, { event, nth, target }: Omit<HookCall, 'status'>): Fate {
  const draw = drawn(`${seed}/hook/${event}/${nth}/${target}`);
  const never = event === 'undo' ? 0.08 : 0.03;
  if (draw < never) return 'never';
  if (draw < never + 0.1) return 'secondTry';
  return draw < never + 0.2 ? 'answerLost' : 'well';
}

function statusOf(fate: Fate, isFirst: boolean): number | null {
  if (fate === 'never') return 500;
  if (!isFirst || fate === 'well') return 204;
  return fate === 'secondTry' ? 503 : null;
}
