import type { Gate } from './frozen-plan';
import { addMs, isBefore } from './instants';
import type { Wait } from './outcome';

/** What a gate says now. */
export type GateAnswer =
  | { readonly state: 'open' }
  | { readonly state: 'closed'; readonly wait: Wait }
  /** Nobody approved in time. */
  | { readonly state: 'expired'; readonly then: 'abort' | 'skipWave'; readonly words: string };

/** What has come of a gate so far. */
export interface AtGate {
  readonly wave: string;
  /** Since when nothing but the gate keeps the wave from beginning. */
  readonly since: string;
  /** A person has approved, perhaps long before the wave's turn. An approval opens every gate. */
  readonly approved: boolean;
}

/** Whether a wave may begin, as far as its gate is concerned. */
export function atGate(
  gate: Gate | null,
  { wave, since, approved }: AtGate,
  now: string,
): GateAnswer {
  if (gate === null || approved) return OPEN;
  switch (gate.kind) {
    case 'delay':
      return notBefore(addMs(since, gate.forMs), `wave ${wave} begins after a delay`, now);
    case 'at':
      return notBefore(gate.instant, `wave ${wave} begins at an instant of the plan`, now);
    case 'approval':
      return approval(gate, wave, since, now);
  }
}

function approval(
  gate: Extract<Gate, { kind: 'approval' }>,
  wave: string,
  since: string,
  now: string,
): GateAnswer {
  const until = gate.expiresMs === null ? null : addMs(since, gate.expiresMs);
  if (until === null || isBefore(now, until)) {
    const words = `wave ${wave} waits for a person's approval${until === null ? '' : `, then ${THEN[gate.onExpiry]}`}`;
    return { state: 'closed', wait: { reason: 'gate', until, words, approval: true } };
  }
  if (gate.onExpiry === 'begin') return OPEN;
  const words = `nobody approved wave ${wave} before ${until}`;
  return { state: 'expired', then: gate.onExpiry, words };
}

function notBefore(instant: string, words: string, now: string): GateAnswer {
  if (!isBefore(now, instant)) return OPEN;
  return { state: 'closed', wait: { reason: 'gate', until: instant, words } };
}

const OPEN: GateAnswer = { state: 'open' };

const THEN = {
  abort: 'the rollout is aborted',
  skipWave: 'the wave is skipped',
  begin: 'it begins without',
} as const;
