import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { FrozenPlan } from '../rollout/frozen-plan';
import { waveId } from '../rollout/ids';
import type { ReportSources } from '../rollout/report';
import type { RolloutStatus } from '../rollout/status';
import type { TargetState } from '../rollout/wave-state';
import { splitParts } from '../rollout/waves';
import { frozenPlan, targets, type WaveResult } from '../workflows/messages';

/** How questions are put: whoever asks bounds them in time, and says what silence means. */
export interface Asking {
  /** What the server alone answers. */
  readonly server: <Answer>(question: () => Promise<Answer>) => Promise<Answer>;
  /** What needs a worker on the queue. */
  readonly workflow: <Answer>(queue: string, question: () => Promise<Answer>) => Promise<Answer>;
}

/** Reads all that the report of a rollout is made of. Needs a worker. */
export async function readReportSources(
  client: Client,
  status: RolloutStatus,
  ask: Asking,
): Promise<ReportSources> {
  const { rolloutId } = status;
  const rollout = client.workflow.getHandle(rolloutId);
  const { taskQueue } = await ask.server(() => rollout.describe());
  const frozen = await ask.workflow(taskQueue, () => rollout.query(frozenPlan));
  const waves: ReportSources['waves'][number][] = [];
  for (const { name } of frozen?.waves ?? []) {
    for (const { part, parts } of partsOf(frozen, name)) {
      const read = await readTargets(client, waveId(rolloutId, name, part, parts), ask);
      if (read.targets !== null) waves.push({ name, targets: read.targets });
    }
  }
  return { readAt: new Date().toISOString(), status, frozenPlan: frozen, waves };
}

/** The targets of a wave, or of a part of one. */
export interface TargetsLook {
  /** Null when it has not begun, or never will. */
  readonly targets: readonly TargetState[] | null;
  /** Whether they can still change. */
  readonly running: boolean;
}

/**
 * The targets of a wave (or of a part of one) as they stand: its result once it has ended, else its
 * query.
 */
export async function readTargets(
  client: Client,
  workflowId: string,
  ask: Asking,
): Promise<TargetsLook> {
  const handle = client.workflow.getHandle(workflowId);
  try {
    const { status, taskQueue } = await ask.server(() => handle.describe());
    if (status.name !== 'COMPLETED') {
      const states = await ask.workflow(taskQueue, () => handle.query(targets));
      return { targets: states, running: RUNNING.has(status.name) };
    }
    const result = await ask.server(() => handle.result() as Promise<WaveResult>);
    return { targets: result.targets, running: false };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return { targets: null, running: false };
    throw error;
  }
}

/** Words of Temporal for a workflow that has not ended. */
export const RUNNING: ReadonlySet<string> = new Set(['RUNNING', 'CONTINUED_AS_NEW', 'PAUSED']);

/** The parts of a wave, as the frozen plan cuts them. */
export function partsOf(
  frozen: FrozenPlan | null,
  waveName: string,
): { part: number; parts: number }[] {
  const wave = frozen?.waves.find(({ name }) => name === waveName);
  if (!wave) return [];
  const parts = splitParts(wave).length;
  return Array.from({ length: parts }, (_, at) => ({ part: at + 1, parts }));
}
