import { randomUUID } from 'node:crypto';
import { logNormal } from '../../emulator/random';
import { msBetween } from '../../rollout/instants';
import type { Fate, Simulated, World as SimulatedWorld } from '../../rollout/simulation';
import { simulate } from '../../rollout/simulator';
import * as messages from '../../workflows/messages';
import { planFor } from '../support/plans';
import type { JournalLine, World } from '../support/world';
import { startWorld } from '../support/world';

const SEED = 7;
const SPREAD = 0.7;
const MEDIAN_MS = 6_000;

/** So long the upgrades of the targets take, in plan order; the emulator's seed makes it so. */
const TAKES_MS = [3_000, 8_000, 9_000, 9_500, 10_000, 5_000];

/** Of which of them the first upgrade fails, and how long the second takes. */
const FAILS = 1;
const AGAIN_MS = 6_000;

let world: World;
const ids = TAKES_MS.map(idThatTakes);

beforeAll(async () => {
  world = await startWorld({
    seed: SEED,
    fleet: ids.map((instanceId) => ({ family: 'dcs-instance', instanceId })),
    set: { duration: `${MEDIAN_MS}ms`, spread: SPREAD },
    faults: { list: [{ target: ids[FAILS], on: 'job', fault: 'fail', times: 1 }] },
  });
  await world.startWorker();
});
afterAll(() => world.stop());

test('what the simulator decides and what the workflows do is one order of starts', async () => {
  const plan = planFor(await world.fleet(), {
    targets: ids.map((instanceId, i) => ({
      upgrade: 'cache',
      instanceId,
      labels: i === 2 || i === 3 ? { shard: 'one' } : {},
    })),
    upgrades: { cache: { family: 'dcs-instance', engineMinorVersion: 'latest' } },
    waves: [
      { name: 'first', take: 5, concurrency: 2, concurrencyBy: { label: 'shard', max: 1 } },
      { name: 'second', take: 'rest', concurrency: 2, gate: { delay: '2s' } },
    ],
    recovery: { failed: { retries: 1, after: '7s' } },
  });
  const handle = await world.start(plan);

  const { state } = await handle.result();

  const frozen = await handle.query(messages.frozenPlan);
  if (frozen === null) throw new Error('a rollout that has ended has its plan');
  const simulated = simulate({ frozen, world: emulated() });
  expect(leastGapMs(simulated)).toBeGreaterThanOrEqual(2_000);
  expect([state, simulated.progress.aborting]).toEqual(['finished', false]);
  const expected = submitted(simulated);
  const sizes = expected.map((together) => together.length);
  expect(inGroups(started(await world.journal()), sizes)).toEqual(expected);
});

/** An instance id of which the first upgrade takes nearly so long, and the second as it must. */
function idThatTakes(ms: number, index: number): string {
  for (;;) {
    const id = randomUUID();
    const isSecondRight = index !== FAILS || Math.abs(lengthMs(id, 1) - AGAIN_MS) < 200;
    if (Math.abs(lengthMs(id, 0) - ms) < 100 && isSecondRight) return id;
  }
}

function lengthMs(instanceId: string, nth: number): number {
  return MEDIAN_MS * logNormal(SPREAD, String(SEED), 'length', instanceId, nth);
}

/** What the emulator does, as the simulator is told it. */
function emulated(): SimulatedWorld {
  const fates = {
    succeeded: { result: 'succeeded', reason: 'upgraded' },
    failed: { result: 'failed', reason: 'jobFailed' },
  } as const;
  const attempt: SimulatedWorld['attempt'] = ({ instanceId }, nth): Fate => {
    const isFailed = instanceId === ids[FAILS] && nth === 1;
    const takesMs = Math.round(lengthMs(instanceId, nth - 1));
    return { ...fates[isFailed ? 'failed' : 'succeeded'], submits: true, lookMs: 100, takesMs };
  };
  return { attempt, look: () => ({ verdict: 'healthy', words: '' }) };
}

/** The targets in the order of their requests, those of one instant together. */
function submitted({ log, targets }: Simulated): readonly (readonly string[])[] {
  const groups = new Map<string, string[]>();
  for (const entry of log) {
    if (entry.kind !== 'submitted') continue;
    const { wave, part, index, at } = entry;
    const found = targets.find(
      (each) => each.wave === wave && each.part === part && each.index === index,
    );
    const name = nameOf(found?.state.target.instanceId);
    groups.set(at, [...(groups.get(at) ?? []), name]);
  }
  return [...groups.values()].map((names) => names.sort());
}

/** Requests that leave together arrive in any order. */
function inGroups(
  names: readonly string[],
  sizes: readonly number[],
): readonly (readonly string[])[] {
  const ends = sizes.map((_, i) => sizes.slice(0, i + 1).reduce((sum, size) => sum + size, 0));
  const groups = ends.map((end, i) => names.slice(end - (sizes[i] ?? 0), end).sort());
  const more = names.slice(ends.at(-1) ?? 0);
  return more.length === 0 ? groups : [...groups, more];
}

function started(journal: readonly JournalLine[]): readonly string[] {
  return journal
    .flatMap(({ effects }) => effects)
    .filter(({ kind }) => kind === 'upgradeStarted')
    .map(({ instanceId }) => nameOf(instanceId));
}

/** `target 0`: ids differ from run to run. */
function nameOf(instanceId: string | undefined): string {
  return `target ${ids.indexOf(instanceId ?? '')}`;
}

/** Between ends of attempts, and dues of retries: what is nearer may come in any order. */
function leastGapMs({ log }: Simulated): number {
  const ends = log
    .flatMap((entry) => (entry.kind === 'attemptEnded' ? [entry.at, entry.notBefore] : []))
    .filter((at) => at !== null)
    .sort();
  return Math.min(...ends.slice(1).map((at, i) => msBetween(ends[i] ?? at, at)));
}
