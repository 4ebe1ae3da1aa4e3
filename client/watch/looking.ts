import type { FrozenPlan } from '../../rollout/frozen-plan';
import type { RolloutStatus } from '../../rollout/status';
import type { Connected } from '../../temporal/connect';
import { partsOf, readFrozenPlan, readPart, readStatus } from '../rollout-reads';
import { endedCount } from '../words';
import { newlyEnded, targetKey, type EndedTarget } from './changes';

/** What one look at a rollout brought. */
export interface Sight {
  readonly status: RolloutStatus;
  readonly ended: readonly EndedTarget[];
}

/** Looks at a rollout again and again, and remembers which targets were told. */
export interface Looking {
  look(): Promise<Sight>;
}

/**
 * Reads no more than is new: targets of a wave only when more of them have ended than were told.
 * `fromStart`: false leaves out the targets that had ended before the first look.
 */
export function createLooking(
  server: Connected,
  rolloutId: string,
  { fromStart }: { readonly fromStart: boolean },
): Looking {
  const told = new Set<string>();
  const toldOfWave = new Map<string, number>();
  let frozen: FrozenPlan | null = null;
  let first = true;

  async function look(): Promise<Sight> {
    const { status } = await readStatus(server, rolloutId);
    const ended: EndedTarget[] = [];
    for (const { name, state, counts } of status.waves) {
      if (state === 'pending' || endedCount(counts) <= (toldOfWave.get(name) ?? 0)) continue;
      ended.push(...(await endedOf(name)));
    }
    const silent = first && !fromStart;
    first = false;
    return { status, ended: silent ? [] : ended };
  }

  async function endedOf(wave: string): Promise<EndedTarget[]> {
    frozen ??= await readFrozenPlan(server, rolloutId);
    if (!frozen) return [];

    const ended: EndedTarget[] = [];
    for (const part of partsOf(frozen, wave)) {
      const { targets } = await readPart(server, rolloutId, { wave, ...part });
      ended.push(...newlyEnded(wave, targets ?? [], told));
    }
    // Only now: a read that broke off is repeated from where it stood.
    for (const { state } of ended) told.add(targetKey(wave, state));
    toldOfWave.set(wave, (toldOfWave.get(wave) ?? 0) + ended.length);
    return ended;
  }
  return { look };
}
