import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { BUDGETED } from '../../rollout/outcome';
import type { RolloutStatus } from '../../rollout/status';
import * as messages from '../../workflows/messages';
import type { BudgetControl } from '../../workflows/messages';
import type { rollout } from '../../workflows/rollout';
import type { Lab } from './lab';
import { WHO } from './plan';
import type { Cut } from './proxy';
import type { CutOff, Trouble } from './troubles';

export type Rollout = WorkflowHandle<typeof rollout>;

/** A span in which nothing may be submitted: from when a person was told so, to when they resume. */
export interface Quiet {
  readonly from: string;
  /** Null: never resumed. */
  readonly to: string | null;
  readonly why: 'pause' | 'abort' | 'exhausted budget';
}

/** From when a person was told that not more than this many are in flight. */
export interface Lowered {
  readonly from: string;
  readonly most: number;
}

/** A network that was cut; by the judge's clock, from just before to just after. */
export interface CutSpan {
  readonly from: string;
  readonly to: string;
  readonly of: CutOff;
  readonly how: Cut;
}

/** What has befallen a rollout. */
export interface Played {
  readonly kills: Readonly<Record<'worker' | 'server' | 'cloud', number>>;
  readonly cuts: readonly CutSpan[];
  readonly quiet: readonly Quiet[];
  readonly lowered: readonly Lowered[];
}

export interface Playing {
  /** Nothing more befalls it; what is under way is brought to its end. */
  end(): Promise<Played>;
}

const TELL_EVERY_MS = 500;
// An order that was sent while the server died may never be answered. The call is ended as well: the
// client would go on to send it, and a pause must not come after the resume that follows it.
const ANSWERS_WITHIN_MS = 10_000;
// Families whose upgrades may begin later than they were asked for.
const LATER = ['taurusdb-instance', 'gaussdb-hotfix'] as const;
// A person thinks before they raise a budget; nothing may be submitted meanwhile.
const THINKS_MS = 2_000;
const WHY = { by: WHO, reason: 'a story' };

/** Lets the troubles befall the rollout, each at its instant, until `end`. */
export function play(lab: Lab, handle: Rollout, troubles: readonly Trouble[]): Playing {
  const kills = { worker: 0, server: 0, cloud: 0 };
  const quiet: Quiet[] = [];
  const lowered: Lowered[] = [];
  const cuts: CutSpan[] = [];
  const over = new AbortController();
  const rest = (ms: number) => sleep(ms, undefined, { signal: over.signal });

  async function befall(trouble: Trouble): Promise<void> {
    switch (trouble.do) {
      case 'killWorker':
        kills.worker += 1;
        return lab.workers[trouble.which].kill(trouble.downMs);
      case 'killServer':
        kills.server += 1;
        return lab.server.kill(trouble.downMs);
      case 'killCloud':
        kills.cloud += 1;
        return lab.cloud.kill(trouble.downMs);
      case 'cut': {
        const { of, how } = trouble;
        const from = now();
        await lab.cut(of, how);
        await rest(trouble.forMs).catch(() => undefined);
        await lab.mend(of);
        cuts.push({ from, to: now(), of, how });
        return;
      }
      case 'pause':
        return pause(trouble.forMs);
      case 'lower': {
        const order = { ...WHY, limit: trouble.limit };
        if (await told(() => handle.executeUpdate(messages.concurrency, { args: [order] }))) {
          lowered.push({ from: now(), most: trouble.limit });
        }
        return;
      }
      case 'abort':
        await untilUnderWay(trouble.whenUnderWay);
        await told(() => handle.executeUpdate(messages.abort, { args: [WHY] }));
        quiet.push({ from: now(), to: null, why: 'abort' });
    }
  }

  async function untilUnderWay(count: number): Promise<void> {
    while (!over.signal.aborted) {
      // The cloud may be away just now.
      const fleet = await lab.fleet().catch(() => []);
      const later = fleet.filter(({ family }) => LATER.some((each) => each === family));
      const open = later.filter((each) => each.upgradesStarted > each.upgradesCompleted);
      if (open.length >= count) return;
      await rest(TELL_EVERY_MS).catch(() => undefined);
    }
  }

  async function pause(forMs: number): Promise<void> {
    await told(() => handle.executeUpdate(messages.pause, { args: [WHY] }));
    const from = now();
    await rest(forMs).catch(() => undefined);
    quiet.push({ from, to: now(), why: 'pause' });
    // Not bound to `end`: a rollout that stays paused never ends.
    await told(() => handle.executeUpdate(messages.resume, { args: [WHY] }));
  }

  /** Says it until the rollout has done it; false: it refused, for it is so already or has ended. */
  async function told(say: () => Promise<unknown>): Promise<boolean> {
    for (;;) {
      try {
        await lab.client.withAbortSignal(AbortSignal.timeout(ANSWERS_WITHIN_MS), say);
        return true;
      } catch (error) {
        if (error instanceof WorkflowUpdateFailedError || error instanceof WorkflowNotFoundError) {
          return false;
        }
        await sleep(TELL_EVERY_MS);
      }
    }
  }

  const all = troubles.map(async (trouble) => {
    try {
      await rest(trouble.atMs);
    } catch {
      return;
    }
    await befall(trouble);
  });
  return {
    async end() {
      over.abort();
      await Promise.all(all);
      return { kills, cuts, quiet, lowered };
    },
  };
}

function now(): string {
  return new Date().toISOString();
}

/** For each budget of which more is used than it allows: as much as is used, and two more. */
export function raisesOf({ budget, counts, waves }: RolloutStatus): readonly BudgetControl[] {
  const scopes = [
    { wave: null, budget, counts },
    ...waves.map(({ name, ...of }) => ({ wave: name, ...of })),
  ];
  return scopes.flatMap(({ wave, ...of }) => {
    const spent = BUDGETED.filter((kind) => of.counts[kind] > (of.budget[kind] ?? Infinity));
    if (spent.length === 0) return [];
    const limits = Object.fromEntries(spent.map((kind) => [kind, of.counts[kind] + 2]));
    return [{ ...WHY, wave, limits }];
  });
}

/** How a rollout ended, or that it did not. */
export interface End {
  /** A word of Temporal. */
  readonly status: string;
  /** The last that the rollout said of itself. */
  readonly seen: string;
}

/**
 * Waits until the rollout has ended, `withinMs` at most. One that paused by a rule of its own (no
 * cloud access, say) is resumed, and a budget that is exhausted is raised, as a person would.
 */
export async function untilEnded({ client }: Lab, handle: Rollout, withinMs: number): Promise<End> {
  const deadline = Date.now() + withinMs;
  // Bounded, for the server may die meanwhile.
  const soon = <T>(ask: () => Promise<T>) => client.withDeadline(Date.now() + 5_000, ask);
  let end: End = { status: 'RUNNING', seen: 'nothing' };
  while (end.status === 'RUNNING' && Date.now() < deadline) {
    await sleep(TELL_EVERY_MS);
    try {
      const { status } = await soon(() => handle.describe());
      end = { ...end, status: status.name };
      if (status.name !== 'RUNNING') break;
      const found = await soon(() => handle.query(messages.status));
      end = { ...end, seen: JSON.stringify(found) };
      const isByRule = found.state === 'paused' && found.actions.at(-1)?.by === 'upwave';
      if (isByRule) await soon(() => handle.executeUpdate(messages.resume, { args: [WHY] }));
      if (found.waitingFor?.reason !== 'budgetExhausted') continue;
      await sleep(THINKS_MS);
      for (const order of raisesOf(await soon(() => handle.query(messages.status)))) {
        await soon(() => handle.executeUpdate(messages.budget, { args: [order] }));
      }
    } catch {
      // Killed, or cut off: look again.
    }
  }
  return end;
}
