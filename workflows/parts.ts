import type { ChildWorkflowHandle } from '@temporalio/workflow';
import { ParentClosePolicy, startChild } from '@temporalio/workflow';
import type { FrozenPlan } from '../rollout/frozen-plan';
import { waveId } from '../rollout/ids';
import { partKey, partOf, type RolloutProgress, type WavePart } from '../rollout/progress';
import { newTerms, termsFor } from '../rollout/terms';
import * as messages from './messages';
import type { wave } from './wave';

export type PartHandle = ChildWorkflowHandle<typeof wave>;

interface Running {
  readonly part: WavePart;
  readonly handle: PartHandle;
  /** The terms that it knows. */
  told: string;
}

/** The wave workflows of a rollout that run: starts them, and keeps their terms up to date. */
export function newParts(frozen: FrozenPlan) {
  const running = new Map<string, Running>();

  /** Starts a part that the progress shows as running. */
  async function start(progress: RolloutProgress, part: WavePart): Promise<PartHandle> {
    const terms = termsFor(progress, part);
    const handle = await startPart({ progress, frozen, part, terms });
    running.set(partKey(part), { part, handle, told: JSON.stringify(terms) });
    return handle;
  }

  /** Tells each part its terms if they have changed. */
  async function tell(progress: RolloutProgress): Promise<void> {
    for (const each of running.values()) {
      const news = newTerms(progress, each);
      if (news === null) continue;
      each.told = news.told;
      // One that has just ended cannot be told, and needs no terms.
      await each.handle.signal(messages.terms, news.terms).catch(() => undefined);
    }
  }

  return {
    start,
    tell,
    forget: (part: WavePart) => running.delete(partKey(part)),
    areAllGone: () => running.size === 0,
  };
}

function startPart(given: {
  readonly progress: RolloutProgress;
  readonly frozen: FrozenPlan;
  readonly part: WavePart;
  readonly terms: ReturnType<typeof termsFor>;
}): Promise<PartHandle> {
  const { progress, frozen, part, terms } = given;
  const { rolloutId, waves } = progress;
  const own = partOf(frozen, part);
  const { scope, clouds, upgrades, rules, calendar } = frozen;
  const skips = waves.find(({ name }) => name === part.wave)?.skips ?? [];
  const { granted } = part;
  return startChild<typeof wave>('wave', {
    workflowId: waveId(rolloutId, part.wave, part.part, part.parts),
    // When someone terminates the rollout, nothing new begins; attempts under way go on.
    parentClosePolicy: ParentClosePolicy.TERMINATE,
    typedSearchAttributes: [
      { key: messages.UPWAVE_ROLLOUT, value: rolloutId },
      { key: messages.UPWAVE_WAVE, value: part.wave },
    ],
    staticSummary: `${part.wave}: ${own.targets.length} targets, ${granted} at once`,
    args: [
      {
        rolloutId,
        scope,
        ...(clouds && { clouds }),
        part: part.part,
        wave: own,
        rules,
        upgrades,
        calendar,
        terms,
        skips,
      },
    ],
  });
}
