import fc from 'fast-check';
import type { Bake, Budget, FrozenWave, Gate, Openings } from '../../rollout/frozen-plan';
import { addMs } from '../../rollout/instants';
import { seededWorld } from '../../rollout/seeded-world';
import type { AnyOrder, Simulation, TimedOrder } from '../../rollout/simulation';
import { simPlan, simTarget, START } from './simulator.builder';

const MIN = 60_000;
const HOUR = 60 * MIN;
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const limit = orNull(fc.nat({ max: 3 }));

const budgets: fc.Arbitrary<Budget> = fc.record({
  rejected: limit,
  failed: limit,
  unknown: limit,
  strict: fc.boolean(),
});

const gates: fc.Arbitrary<Gate> = fc.oneof(
  fc.record({ kind: fc.constant('delay' as const), forMs: fc.nat({ max: HOUR }) }),
  fc.record({
    kind: fc.constant('at' as const),
    instant: fc.nat({ max: 4 * HOUR }).map((ms) => addMs(START, ms)),
  }),
  fc.record({
    kind: fc.constant('approval' as const),
    expiresMs: orNull(fc.nat({ max: 2 * HOUR })),
    onExpiry: fc.constantFrom('abort' as const, 'skipWave' as const, 'begin' as const),
  }),
);

const bakeLimits = fc.record({
  limit: fc.nat({ max: 2 }),
  then: fc.constantFrom('pause' as const, 'abort' as const),
});
const check = { kind: 'http', url: 'http://health', status: 200, value: null } as const;
const bakes: fc.Arbitrary<Bake> = fc.record({
  forMs: fc.nat({ max: 20 * MIN }),
  everyMs: fc.integer({ min: MIN, max: 10 * MIN }),
  checks: fc.constantFrom([], [check]),
  unhealthy: bakeLimits,
  inconclusive: bakeLimits,
});

/** Spans with gaps between them, the last one too long ago or far away for some. */
const openings: fc.Arbitrary<Openings> = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 3 * HOUR }), fc.integer({ min: 1, max: 3 * HOUR })), {
    minLength: 1,
    maxLength: 4,
  })
  .map((pairs) => {
    let atMs = -HOUR;
    const spans = pairs.map(([gapMs, forMs]) => {
      const from = addMs(START, atMs + gapMs);
      atMs += gapMs + forMs;
      return { from, to: addMs(START, atMs) };
    });
    return { spans, until: addMs(START, 24 * HOUR) };
  });

const NAMES = ['w0', 'w1', 'w2'];

const EAST = { label: 'cloud', value: 'east', max: 1 };
const SHARDS = { label: 'shard', max: 2 };

/** Some targets of one wave are proxies of one instance; instances are shared over waves too. */
function waveArbitrary(name: string): fc.Arbitrary<FrozenWave> {
  const target = fc.record({
    instance: fc.nat({ max: 8 }),
    shard: fc.constantFrom('a', 'b', null),
    upgrade: fc.constantFrom('proxy', 'kernel'),
  });
  return fc.record({
    name: fc.constant(name),
    concurrency: fc.integer({ min: 1, max: 5 }),
    concurrencyBy: fc.constantFrom([], [], [{ label: 'shard', max: 1 }], [EAST], [EAST, SHARDS]),
    slowStart: fc.constantFrom(false, false, true),
    budget: fc.oneof(fc.constant(NO_BUDGET), budgets),
    gate: fc.oneof({ arbitrary: fc.constant(null), weight: 4 }, gates),
    bake: orNull(bakes),
    partSize: fc.constantFrom(500, 2, 3, 4),
    targets: fc.array(target, { maxLength: 9, size: '+1' }).map((all) =>
      all.map(({ instance, shard, upgrade }, i) =>
        simTarget(instance > 4 ? `${name}-${i}` : `shared-${instance}`, {
          proxyId: `${name}-proxy-${i}`,
          upgrade,
          labels: shard === null ? {} : { shard },
          ...(instance % 3 === 2 ? {} : { cloud: instance % 3 === 0 ? 'east' : 'west' }),
        }),
      ),
    ),
  });
}

const NO_BUDGET: Budget = { rejected: null, failed: null, unknown: null, strict: false };

const wave = fc.constantFrom(...NAMES);
const waveOrAll = fc.option(wave, { nil: null, freq: 2 });
const target = fc.tuple(wave, fc.nat({ max: 8 })).map(([of, i]) => ({
  wave: of,
  target: `${of}-proxy-${i}`,
}));
const anyOrder: fc.Arbitrary<AnyOrder> = fc.oneof(
  { arbitrary: waveOrAll.map((of) => ({ action: 'pause', wave: of }) as const), weight: 3 },
  { arbitrary: waveOrAll.map((of) => ({ action: 'resume', wave: of }) as const), weight: 4 },
  { arbitrary: fc.constant({ action: 'abort' } as const), weight: 1 },
  { arbitrary: wave.map((of) => ({ action: 'approve', wave: of }) as const), weight: 3 },
  wave.map((of) => ({ action: 'skip', wave: of, target: null }) as const),
  target.map((of) => ({ action: 'skip', ...of }) as const),
  {
    arbitrary: fc
      .tuple(waveOrAll, fc.integer({ min: 1, max: 6 }))
      .map(([of, limit]) => ({ action: 'concurrency', wave: of, limit }) as const),
    weight: 3,
  },
  {
    arbitrary: fc
      .tuple(waveOrAll, fc.record({ failed: limit, rejected: limit }, { requiredKeys: [] }))
      .map(([of, limits]) => ({ action: 'budget', wave: of, limits }) as const),
    weight: 3,
  },
  { arbitrary: target.map((of) => ({ action: 'skipTarget', ...of }) as const), weight: 4 },
  { arbitrary: target.map((of) => ({ action: 'retryTarget', ...of }) as const), weight: 6 },
);

const afterMs = fc.oneof(fc.nat({ max: HOUR }), fc.nat({ max: 5 * HOUR }));
const oneOrder = fc.record({ afterMs, order: anyOrder }).map((order) => [order]);
/** A target is left out, and then wanted after all. */
const changeOfMind = fc
  .tuple(target, fc.nat({ max: 20 * MIN }), fc.nat({ max: 20 * MIN }))
  .map(([of, firstMs, moreMs]): TimedOrder[] => [
    { afterMs: firstMs, order: { action: 'skipTarget', ...of } },
    { afterMs: firstMs + moreMs, order: { action: 'retryTarget', ...of } },
  ]);

const orders: fc.Arbitrary<readonly TimedOrder[]> = fc
  .array(fc.oneof({ arbitrary: oneOrder, weight: 6 }, { arbitrary: changeOfMind, weight: 1 }), {
    maxLength: 10,
    size: '+1',
  })
  .map((some) => some.flat());

const rate = fc.constantFrom(0, 0, 0.05, 0.1);
const often = fc.constantFrom(0, 0, 0.1, 0.4);
const rates = fc.record({
  upToDate: rate,
  badState: rate,
  refusedForGood: rate,
  refusedForNow: often,
  failed: often,
  unknown: rate,
  advanced: rate,
  requestLost: rate,
  busy: often,
  cloudAccess: rate,
});
const worlds = fc
  .record({
    seed: fc.string({ maxLength: 4 }),
    rates,
    // Not in no time: a wave that has not heard of a pause begins held back attempts again at once.
    lookMs: fc.constantFrom([200, 200] as const, [200, 2 * MIN] as const),
    takesMs: fc.constantFrom([0, 0] as const, [MIN, MIN] as const, [MIN, 40 * MIN] as const),
    looks: fc.constantFrom({}, { unhealthy: 0.2, inconclusive: 0.1 }),
  })
  .map(({ seed, ...rules }) => seededWorld(seed, { ...rules, troublesAtMost: 6 }));

const recovery = fc.record({
  rejected: fc.record({ retries: fc.nat({ max: 2 }), afterMs: fc.nat({ max: 10 * MIN }) }),
  failed: fc.record({ retries: fc.nat({ max: 2 }), afterMs: fc.nat({ max: 10 * MIN }) }),
  unknown: fc.constant({ reconcileForMs: MIN, settleForMs: MIN }),
});

/** Whole rollouts, of all that a plan can say and a person can do. */
export const simulations: fc.Arbitrary<Simulation> = fc
  .record({
    count: fc.integer({ min: 1, max: NAMES.length }),
    waves: fc.tuple(...NAMES.map(waveArbitrary)),
    concurrency: orNull(fc.integer({ min: 1, max: 6 })),
    budget: fc.oneof(fc.constant(NO_BUDGET), budgets),
    recovery,
    busyMs: fc.constantFrom(0, MIN, HOUR),
    expiresMs: orNull(fc.nat({ max: 3 * HOUR })),
    openings: orNull(openings),
    outside: fc.constantFrom('wait' as const, 'skip' as const),
    expectMs: orNull(fc.nat({ max: HOUR })),
    world: worlds,
    orders,
    latencyMs: fc.constantFrom(0, 0, 40, 5_000),
  })
  .map((given) => {
    const { world, orders, latencyMs } = given;
    const plan = simPlan({
      waves: given.waves.slice(0, given.count),
      concurrency: given.concurrency,
      budget: given.budget,
    });
    const { kernel, proxy } = plan.upgrades;
    if (!kernel || !proxy) throw new Error('the builder has no upgrades');
    const frozen = {
      ...plan,
      upgrades: { kernel, proxy: { ...proxy, expectMs: given.expectMs } },
      rules: {
        ...plan.rules,
        recovery: given.recovery,
        busy: { waitForMs: given.busyMs },
        onExhausted: { expiresMs: given.expiresMs },
        openings: given.openings,
        outside: given.outside,
      },
    };
    return { frozen, world, orders, latencyMs, eventsAtMost: 20_000 };
  });
