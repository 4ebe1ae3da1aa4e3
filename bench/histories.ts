import type { Client } from '@temporalio/client';

/** One run of a workflow that has ended. */
export interface RunSize {
  readonly type: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly events: number;
}

/** Every run in the server that has ended: each continuation is a run of its own. */
export async function runsIn(client: Client): Promise<readonly RunSize[]> {
  const runs: RunSize[] = [];
  for await (const { type, workflowId, runId, raw } of client.workflow.list({ pageSize: 1_000 })) {
    const events = Number(raw.historyLength ?? 0);
    if (events > 0) runs.push({ type, workflowId, runId, events });
  }
  return runs;
}

/** The longest history of each type of workflow, the longest first. */
export function longestByType(runs: readonly RunSize[]): readonly RunSize[] {
  const longest = new Map<string, RunSize>();
  for (const run of runs) {
    if (run.events > (longest.get(run.type)?.events ?? 0)) longest.set(run.type, run);
  }
  return [...longest.values()].sort((one, other) => other.events - one.events);
}

/** How many activities a run of a workflow has scheduled. */
export async function activitiesOf(
  client: Client,
  { workflowId, runId }: Pick<RunSize, 'workflowId' | 'runId'>,
): Promise<number> {
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  return (events ?? []).filter((each) => each.activityTaskScheduledEventAttributes).length;
}
