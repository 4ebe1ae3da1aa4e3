import fc from 'fast-check';
import type { Fate, LogEntry, Simulated, Simulation } from '../../rollout/simulation';
import { seededWorld } from '../../rollout/seeded-world';
import { simulate } from '../../rollout/simulator';
import { simulations } from './simulator.arbitrary';
import { simPlan, simWave, START } from './simulator.builder';
import { judge, keyOf } from './simulator.judge';

const MIN = 60_000;

test('whatever the plan, the world and the person do, the rules of a rollout hold', () => {
  fc.assert(
    fc.property(simulations, (given) => {
      expect(judge(given, simulate(given))).toEqual([]);
    }),
    { numRuns: 1_500 },
  );
});

test('however long messages take, the rules of a rollout hold', () => {
  fc.assert(
    fc.property(simulations, fc.integer({ min: 1, max: 60_000 }), (given, latencyMs) => {
      const late: Simulation = { ...given, latencyMs, eventsAtMost: 60_000 };

      expect(judge(late, simulate(late))).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('the same plan, world and orders -> the same log and the same end', () => {
  fc.assert(
    fc.property(simulations, (given) => {
      expect(simulate(given)).toEqual(simulate(given));
    }),
    { numRuns: 200 },
  );
});

test('what is generated reaches every kind of thing that can happen', () => {
  const runs = fc.sample(simulations, { numRuns: 1_000, seed: 4 }).map(simulate);
  const seen = new Map<string, number>();
  for (const { log, state } of runs) {
    const names = log.map((entry) => nameOf(entry));
    for (const name of new Set([...names, state])) seen.set(name, (seen.get(name) ?? 0) + 1);
  }

  const rare = [...MUST_HAPPEN].filter((name) => (seen.get(name) ?? 0) < 10);
  expect(rare).toEqual([]);
});

const MUST_HAPPEN = [
  ...['over', 'waiting', 'rule pause', 'rule abort', 'part 3 begun'],
  ...['pause', 'resume', 'abort', 'approve', 'skip', 'concurrency', 'budget'].flatMap((name) => [
    `order ${name}`,
    `refused ${name}`,
  ]),
  ...['order skipTarget', 'order retryTarget', 'refused retryTarget'],
  ...['succeeded', 'upToDate', 'rejected', 'failed', 'unknown'].map(
    (outcome) => `ended ${outcome}`,
  ),
  ...['outsideWindow', 'aborted', 'skippedByPerson', 'busyTooLong'].map((why) => `why ${why}`),
  ...['heldBack', 'windowClosed', 'busy', 'cloudAccess', 'requestLost'].map(
    (reason) => `attempt ${reason}`,
  ),
];

function nameOf(entry: LogEntry): string {
  switch (entry.kind) {
    case 'begun':
      return `part ${entry.part} begun`;
    case 'order':
    case 'refused':
      return `${entry.kind} ${entry.order.action}`;
    case 'rule':
      return `rule ${entry.action}`;
    case 'attemptEnded':
      return `attempt ${entry.reason}`;
    case 'ended':
      return entry.outcome === 'skipped' && WHY_TOLD.has(entry.reason)
        ? `why ${entry.reason}`
        : `ended ${entry.outcome}`;
    default:
      return entry.kind;
  }
}

const WHY_TOLD = new Set(['outsideWindow', 'aborted', 'skippedByPerson', 'busyTooLong']);

/** One wave that nothing restricts but its concurrency. */
const openWaves = fc.record({
  targets: fc.integer({ min: 1, max: 30 }),
  concurrency: fc.integer({ min: 1, max: 8 }),
  partSize: fc.constantFrom(500, 1, 2, 3, 5, 10),
  seed: fc.string({ maxLength: 4 }),
  takesMs: fc.constantFrom([0, 2 * MIN] as const, [MIN, 40 * MIN] as const),
});

test('all succeed at once -> every attempt begins when plain list scheduling lets it', () => {
  fc.assert(
    fc.property(openWaves, ({ targets, concurrency, partSize, seed, takesMs }) => {
      const wave = simWave('w', targets, { concurrency, partSize });
      const world = seededWorld(seed, { takesMs });

      const run = simulate({ frozen: simPlan({ waves: [wave] }), world });

      const fates = wave.targets.map((target) => world.attempt(target, 1));
      expect(startsOf(run)).toEqual(listScheduled(fates, concurrency));
    }),
    { numRuns: 500 },
  );
});

function startsOf({ log }: Simulated): readonly number[] {
  const starts = log.filter(({ kind }) => kind === 'started');
  return starts.map(({ at }) => Date.parse(at) - Date.parse(START));
}

/** When each begins if it takes the first place that is free, in order. */
function listScheduled(fates: readonly Fate[], places: number): readonly number[] {
  const freeAt = Array.from({ length: places }, () => 0);
  return fates.map(({ lookMs, takesMs }) => {
    const first = freeAt.indexOf(Math.min(...freeAt));
    const start = freeAt[first] ?? 0;
    freeAt[first] = start + lookMs + takesMs;
    return start;
  });
}

test('with retries, also over the parts of a wave -> no place is free while a target could use it', () => {
  fc.assert(
    fc.property(openWaves, (given) => {
      const { targets, concurrency, partSize, seed, takesMs } = given;
      const wave = simWave('w', targets, { concurrency, partSize });
      const rates = { refusedForNow: 0.2, failed: 0.2, busy: 0.1, advanced: 0.1 };
      const world = seededWorld(seed, { rates, takesMs });

      const run = simulate({ frozen: simPlan({ waves: [wave] }), world });

      expect(run.state).toBe('over');
      expect(idlePlaces(run, concurrency)).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

/** The instants at whose end a place is free although a target is ready. */
function idlePlaces({ log, targets }: Simulated, places: number): readonly string[] {
  const waiting = new Map<string, string | null>(targets.map((each) => [keyOf(each), null]));
  let inFlight = 0;
  const dues = log.flatMap((entry) => (entry.kind === 'attemptEnded' ? [entry.notBefore] : []));
  const instants = [...log.map(({ at }) => at), ...dues.filter((at) => at !== null)];
  const idle: string[] = [];
  let next = 0;
  for (const now of [...new Set(instants)].sort()) {
    for (; next < log.length && (log[next]?.at ?? '') <= now; next += 1) {
      const entry = log[next];
      if (entry?.kind === 'started') {
        inFlight += 1;
        waiting.delete(keyOf(entry));
      }
      if (entry?.kind === 'attemptEnded') {
        inFlight -= 1;
        waiting.set(keyOf(entry), entry.notBefore);
      }
      if (entry?.kind === 'ended') waiting.delete(keyOf(entry));
    }
    const ready = [...waiting.values()].filter((at) => at === null || at <= now).length;
    if (inFlight < places && ready > 0)
      idle.push(`${now}: ${inFlight} of ${places}, ${ready} ready`);
  }
  return idle;
}
