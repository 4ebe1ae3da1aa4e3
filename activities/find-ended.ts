import { getClient } from '@temporalio/activity';
import { WorkflowNotFoundError } from '@temporalio/common';

/** One run of a workflow, and by what its asker knows it. */
export interface RunOfAttempt {
  readonly index: number;
  readonly workflowId: string;
  readonly runId: string;
}

/** Those of the given runs that do not run any more. */
export async function findEnded(runs: readonly RunOfAttempt[]): Promise<readonly RunOfAttempt[]> {
  const ended: RunOfAttempt[] = [];
  for (const run of runs) if (!(await isRunning(run))) ended.push(run);
  return ended;
}

async function isRunning({ workflowId, runId }: RunOfAttempt): Promise<boolean> {
  try {
    const { status } = await getClient().workflow.getHandle(workflowId, runId).describe();
    return status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
