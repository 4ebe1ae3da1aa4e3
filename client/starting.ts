import { randomBytes } from 'node:crypto';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { rolloutId } from '../rollout/ids';
import type { RolloutStatus } from '../rollout/status';
import type { Connected } from '../temporal/connect';
import { registerSearchAttributes } from '../temporal/search-attributes';
import { UPWAVE_ROLLOUT, type RolloutInput } from '../workflows/messages';
import { isServerAway, PersonError } from './errors';
import { EXIT } from './exit-codes';
import type { PlanSource } from './plan-file';
import { readStatus } from './rollout-reads';
import { changeServer, requireWorker } from './workers';

// Wrong credentials and a missing project show in the first reads; later news are `watch`'s.
const FROZEN_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 400;

export interface Started {
  readonly rolloutId: string;
  readonly runId: string;
}

/** Starts a rollout; refuses when nobody would work on it. */
export async function startRollout(
  server: Connected,
  request: {
    readonly source: PlanSource;
    readonly unique: string;
    readonly queue: string;
    readonly by: string;
    /** Kept with the rollout, besides its plan and who started it. */
    readonly memo?: Readonly<Record<string, string>>;
  },
): Promise<Started> {
  const { client, namespace } = server;
  const { source, unique, queue, by, memo } = request;
  const { name } = source.kind === 'plan' ? source.plan : source.frozen;
  const id = rolloutId(name, unique);
  const input: RolloutInput =
    source.kind === 'plan' ? { plan: source.plan } : { frozen: source.frozen };

  await requireWorker(server, queue, 'Nothing was started.');
  await changeServer(server, () => registerSearchAttributes(client.connection, namespace));
  try {
    const handle = await changeServer(server, () =>
      client.workflow.start<(input: RolloutInput) => Promise<RolloutStatus>>('rollout', {
        workflowId: id,
        taskQueue: queue,
        args: [input],
        memo: {
          plan: name,
          startedBy: by,
          // By it an auditor finds the file that was approved.
          ...(source.kind === 'frozen' && { planHash: source.hash }),
          ...memo,
        },
        typedSearchAttributes: [{ key: UPWAVE_ROLLOUT, value: id }],
        staticSummary: `rollout of ${name}, started by ${by}`,
        // A rollout's report is found by its id: no second one may take it.
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
      }),
    );
    return { rolloutId: id, runId: handle.firstExecutionRunId };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    throw new PersonError(
      `There is a rollout ${id} already. Nothing was started. Look at it (upwave status ${id}), or give this one another --id.`,
      EXIT.failure,
      { cause: error },
    );
  }
}

/**
 * Waits until the plan is frozen, so that whoever started it learns at once what would stop it.
 * Null when that takes longer than a minute, or the server went away: the rollout goes on. Throws
 * words when it ended too early, and a {@link NoWorkerError} when nobody answers.
 */
export async function untilFrozen(
  server: Connected,
  rolloutId: string,
): Promise<RolloutStatus | null> {
  const giveUpAt = Date.now() + FROZEN_WITHIN_MS;
  while (Date.now() < giveUpAt) {
    try {
      const { status, running } = await readStatus(server, rolloutId);
      if (status.frozen || !running) return status;
    } catch (error) {
      // First, for the cause of a worker's silence is a call that had no answer.
      if (error instanceof PersonError || !isServerAway(error)) throw error;
      return null;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return null;
}

/** The `--id` of a new rollout; throws a usage error for what cannot be part of an id. */
export function checkUnique(unique: string): string {
  // A slash would make it look like a wave of another rollout, such an ending like a kept report.
  if (/^[\w.:-]{1,100}$/.test(unique) && !/\.json$/i.test(unique)) return unique;
  throw new PersonError(
    `--id ${unique}: letters, digits, dots, dashes and colons only, and not ….json. Nothing was started.`,
    EXIT.usage,
  );
}

/** `20261120T180405-9f3c`: sorts by age, and two in one second differ. */
export function newUnique(now: Date): string {
  const instant = now
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:]/g, '');
  return `${instant}-${randomBytes(2).toString('hex')}`;
}
