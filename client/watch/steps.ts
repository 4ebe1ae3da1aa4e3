import type { WorkflowExecutionDescription } from '@temporalio/client';
import { scopeOf, type Whereabouts } from '../../rollout/clouds';
import { attemptId } from '../../rollout/ids';
import type { Connected } from '../../temporal/connect';
import { describe } from '../rollout-reads';
import type { FlightState } from './looking';

/** What an attempt does at the moment. */
export interface StepSight {
  /** When it began. ISO instant. */
  readonly since: string;
  readonly words: string;
  /** How far the cloud says that the upgrade is; null when it does not say. */
  readonly percent: number | null;
}

/** Looks at attempts one by one, those that were looked at longest ago first. */
export interface Steps {
  /** Looks at a few of the given attempts. Those that cannot be read stay as they were. */
  look(where: Whereabouts, rolloutId: string, flights: readonly FlightState[]): Promise<void>;
  of(flight: FlightState): StepSight | null;
}

/** So many calls go with each look at the targets. */
export const STEPS_PER_LOOK = 8;

export function createSteps(server: Connected): Steps {
  const seen = new Map<string, { readonly atMs: number; readonly sight: StepSight | null }>();

  async function look(where: Whereabouts, rolloutId: string, flights: readonly FlightState[]) {
    const keys = new Set(flights.map(keyOf));
    for (const key of seen.keys()) if (!keys.has(key)) seen.delete(key);
    const due = flights
      .map((flight) => ({ flight, atMs: seen.get(keyOf(flight))?.atMs ?? 0 }))
      .sort((a, b) => a.atMs - b.atMs)
      .slice(0, STEPS_PER_LOOK);
    await Promise.all(due.map(({ flight }) => lookAt(where, rolloutId, flight)));
  }

  async function lookAt(where: Whereabouts, rolloutId: string, flight: FlightState) {
    const key = keyOf(flight);
    const { target } = flight.state;
    try {
      const id = attemptId(scopeOf(where, target), target);
      const sight = stepIn(await describe(server, id), rolloutId);
      seen.set(key, { atMs: Date.now(), sight });
    } catch {
      // It is for show alone: the next look tries again, and an outage is found by other calls.
      seen.set(key, { atMs: Date.now(), sight: seen.get(key)?.sight ?? null });
    }
  }
  return { look, of: (flight) => seen.get(keyOf(flight))?.sight ?? null };
}

/**
 * What an attempt's description says of its step; null when it is not one of this rollout: the id is
 * taken by whoever upgrades the instance.
 */
export function stepIn(
  attempt: Pick<WorkflowExecutionDescription, 'status' | 'startTime' | 'parentExecution' | 'raw'>,
  rolloutId: string,
): StepSight | null {
  const { status, startTime, parentExecution, raw } = attempt;
  if (!parentExecution?.workflowId?.startsWith(`${rolloutId}/`)) return null;
  const since = startTime.toISOString();
  // Its wave has not heard of it yet.
  if (status.name !== 'RUNNING') return { since, words: 'ending', percent: null };
  const pending = raw.pendingActivities?.[0];
  const type = pending?.activityType?.name;
  if (!pending || !type) return { since, words: 'between two steps', percent: null };
  // "Still running" is what a look says; anything else that made it fail is worth reading, too.
  const last = pending.lastFailure?.message ?? '';
  const percent = type === 'follow' ? /(\d+) %$/.exec(last)?.[1] : undefined;
  const said = last.replace(/ ?\d+ %$/, '');
  const words = [WORDS[type] ?? type, ...(said === '' ? [] : [said])].join(': ');
  return { since, words, percent: percent === undefined ? null : Math.min(100, Number(percent)) };
}

/** The activities of an attempt, as a person would say what it does. */
const WORDS: Readonly<Record<string, string>> = {
  inspect: 'reading its version',
  submit: 'submitting',
  follow: 'upgrading',
  reconcile: 'answer lost, looking',
  callHook: 'calling a hook',
  cancel: 'calling it off',
};

// An instance has one attempt at a time.
function keyOf({ wave, state: { target } }: FlightState): string {
  return [wave, target.cloud ?? '', target.instanceId, target.proxyId ?? ''].join('\n');
}
