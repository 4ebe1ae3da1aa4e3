import { executeChild, proxyActivities, workflowInfo } from '@temporalio/workflow';
import { cloudQueue } from '../../rollout/ids';

/** What one target would cost if upwave did nothing but run its workflows and activities. */

export interface BareInput {
  readonly children: number;
  readonly atOnce: number;
  readonly activities: number;
}

/** So many children, so many of them at once. */
export async function bareParent({ children, atOnce, activities }: BareInput): Promise<number> {
  const { workflowId } = workflowInfo();
  let next = 0;
  const place = async () => {
    while (next < children) {
      next += 1;
      await executeChild(bareChild, { workflowId: `${workflowId}/${next}`, args: [activities] });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, place));
  return next;
}

/** So many empty activities, one after another. */
export async function bareChild(activities: number): Promise<void> {
  const { nothing } = proxyActivities<{ nothing(): Promise<void> }>({
    taskQueue: cloudQueue(workflowInfo().taskQueue),
    startToCloseTimeout: 30_000,
  });
  for (let done = 0; done < activities; done += 1) await nothing();
}
