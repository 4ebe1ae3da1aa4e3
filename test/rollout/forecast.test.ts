import { forecast } from '../../rollout/forecast';
import { standingOf, type Standing, type WaveStanding } from '../../rollout/forecast-standing';
import { noCounts } from '../../rollout/counts';
import { freezePlan } from '../../rollout/freeze';
import type { FrozenPlan } from '../../rollout/frozen-plan';
import type { RolloutStatus, WaveStatus } from '../../rollout/status';
import type { Inspection } from '../../rollout/upgrade';
import { CACHE, CACHE_2, readPlan, TAURUSDB } from './plan.builder';

const NOW = '2026-11-21T08:00:00.000Z';
const READY: Inspection = {
  ...{ version: '5.0.12.1', newestVersion: '5.0.16.3', upgradable: true },
  ...{ state: 'ready', status: 'RUNNING', ticket: null },
};
const THERE: Inspection = { ...READY, version: '5.0.16.3', upgradable: false };

const CACHES = [CACHE, CACHE_2, CACHE.replace('25', '26'), CACHE.replace('25', '27')];

/** A frozen plan of four caches that take 10 minutes each; a test says its differences. */
function frozen(change: object, seen: readonly Inspection[] = CACHES.map(() => READY)): FrozenPlan {
  const plan = readPlan({
    upgrades: { cache: { family: 'dcs-instance', engineMinorVersion: 'latest', expect: '10m' } },
    targets: CACHES.map((instanceId) => ({ upgrade: 'cache', instanceId })),
    ...change,
  });
  return freezePlan(plan, seen, NOW);
}

/** Minutes from now. */
function at(minutes: number): string {
  return new Date(Date.parse(NOW) + minutes * 60_000).toISOString();
}

function wave(given: object): object {
  return { waves: [{ name: 'all', take: 'rest', ...given }] };
}

describe('when it ends', () => {
  test.each([
    { name: 'one at once', change: wave({}), expected: 40 },
    { name: 'two at once', change: wave({ concurrency: 2 }), expected: 20 },
    {
      name: 'the rollout allows fewer than the wave',
      change: { ...wave({ concurrency: 4 }), concurrency: 3 },
      expected: 20,
    },
    {
      name: 'a slow start: 1, 2, then the last',
      change: wave({ concurrency: 4, slowStart: true }),
      expected: 30,
    },
    {
      name: 'one at once of each label value',
      change: wave({ concurrency: 4, concurrencyBy: { label: 'upgrade', max: 1 } }),
      expected: 40,
    },
    {
      name: 'a delay, although nothing is before',
      change: wave({ gate: { delay: '5m' } }),
      expected: 45,
    },
    {
      name: 'an instant that lies ahead',
      change: wave({ gate: { at: at(60) } }),
      expected: 100,
    },
    { name: 'an instant that has passed', change: wave({ gate: { at: at(-60) } }), expected: 40 },
    { name: 'the bake of the last wave', change: wave({ bake: { for: '30m' } }), expected: 70 },
    {
      name: 'bake and delay between two waves',
      change: {
        waves: [
          { name: 'one', take: 1, bake: { for: '30m' } },
          { name: 'rest', take: 'rest', concurrency: 3, gate: { delay: '5m' } },
        ],
      },
      expected: 55,
    },
  ])('$name -> after $expected minutes', ({ change, expected }) => {
    expect(forecast(frozen(change), NOW)).toMatchObject({ endsAt: at(expected), problem: null });
  });

  test('what is there already takes no time', () => {
    const told = forecast(frozen(wave({}), [READY, THERE, THERE, READY]), NOW);

    expect(told.endsAt).toBe(at(20));
    expect(told.waves).toEqual([{ name: 'all', begins: NOW, ends: at(20), upgrades: 2 }]);
  });

  test('a wave that waits for a person -> counted, and without its time', () => {
    const told = forecast(frozen(wave({ gate: { approval: { expires: '24h' } } })), NOW);

    expect(told).toMatchObject({ approvals: 1, endsAt: at(40) });
  });

  test('two proxies of one instance -> one after the other', () => {
    const old = { ...READY, version: '2.25.0' };
    const proxies = [
      '9b3b4bd0f1ff40aab87e9fb4ba2f9a2dpo01',
      'a7a1673343ce1fc77da881be891c06cfpo01',
    ];
    const change = {
      upgrades: {
        proxy: { family: 'taurusdb-proxy', targetVersion: '2.26.03.000', expect: '10m' },
      },
      targets: proxies.map((proxyId) => ({ upgrade: 'proxy', instanceId: TAURUSDB, proxyId })),
      ...wave({ concurrency: 2 }),
    };

    const told = forecast(frozen(change, [old, old]), NOW);

    expect(told.endsAt).toBe(at(20));
  });
});

describe('windows', () => {
  const inSpans = (plan: FrozenPlan, ...spans: readonly (readonly [number, number])[]) => ({
    ...plan,
    rules: {
      ...plan.rules,
      openings: {
        spans: spans.map(([from, to]) => ({ from: at(from), to: at(to) })),
        until: at(9_999),
      },
    },
  });

  test.each([
    { name: 'open long enough', spans: [[0, 40]], expected: 40 },
    { name: 'opens later', spans: [[60, 100]], expected: 100 },
    {
      name: 'a minute too short for the last',
      spans: [
        [0, 39],
        [60, 70],
      ],
      expected: 70,
    },
    {
      name: 'one that is too short is passed over',
      spans: [
        [0, 30],
        [40, 49],
        [60, 70],
      ],
      expected: 70,
    },
  ] as const)('$name -> after $expected minutes', ({ spans, expected }) => {
    expect(forecast(inSpans(frozen(wave({})), ...spans), NOW).endsAt).toBe(at(expected));
  });

  test('none is left -> no end, and for which wave', () => {
    const told = forecast(inSpans(frozen(wave({})), [0, 39]), NOW);

    expect(told).toMatchObject({ endsAt: null, problem: { kind: 'noOpening', wave: 'all' } });
  });

  test('a wave whose gate lets it begin after the window -> the next one', () => {
    const plan = frozen(wave({ gate: { at: at(15) } }));

    const told = forecast(inSpans(plan, [0, 20], [60, 100]), NOW);

    expect(told.waves).toEqual([{ name: 'all', begins: at(60), ends: at(100), upgrades: 4 }]);
  });
});

describe('how long an upgrade takes', () => {
  const silent = { upgrades: { cache: { family: 'dcs-instance', engineMinorVersion: 'latest' } } };

  test('neither said nor learned -> no end, and for which upgrades', () => {
    const waves = [
      { name: 'one', take: 1 },
      { name: 'rest', take: 'rest' },
    ];

    const told = forecast(frozen({ ...silent, waves }), NOW);

    expect(told).toMatchObject({
      endsAt: null,
      problem: { kind: 'noExpectation', upgrades: ['cache'] },
      waves: [
        { begins: NOW, ends: null, upgrades: 1 },
        { begins: null, ends: null, upgrades: 3 },
      ],
    });
  });

  test('learned of the family', () => {
    const plan = frozen({ ...silent, ...wave({}) });
    const rules = { ...plan.rules, learned: { 'dcs-instance': 120_000 } };

    expect(forecast({ ...plan, rules }, NOW).endsAt).toBe(at(8));
  });

  test('said by the plan -> whatever was learned', () => {
    const plan = frozen(wave({}));
    const rules = { ...plan.rules, learned: { 'dcs-instance': 120_000 } };

    expect(forecast({ ...plan, rules }, NOW).endsAt).toBe(at(40));
  });

  test('all are there already -> an end without it', () => {
    expect(
      forecast(
        frozen(
          { ...silent, ...wave({}) },
          CACHES.map(() => THERE),
        ),
        NOW,
      ).endsAt,
    ).toBe(NOW);
  });
});

describe('of a rollout under way', () => {
  const ten = { waves: [{ name: 'all', take: 'rest', concurrency: 2, bake: { for: '30m' } }] };
  const plan = frozen(ten);
  const targets = plan.waves[0]?.targets ?? [];
  const running = (at_: number, minutes: number) =>
    targets.slice(at_, at_ + 1).map((target) => ({ target, runningSince: at(minutes) }));
  const waiting = (...indexes: readonly number[]) =>
    indexes.flatMap((index) =>
      targets.slice(index, index + 1).map((target) => ({ target, runningSince: null })),
    );

  function standing(wave: Partial<WaveStanding>, more: Partial<Standing> = {}): Standing {
    const { concurrency, budget } = plan.waves[0] ?? { concurrency: 0, budget: plan.budget };
    const rest = { left: [], lastEndedAt: null, concurrency, budget, ended: 0 };
    const all: WaveStanding = { phase: 'running', ...rest, ...wave };
    return { ...{ waves: { all }, gateUntil: null }, ...NOTHING, ...more };
  }
  const NOTHING = { approved: [], aborting: false, endedMs: {} };

  test.each([
    { name: 'in flight for 4 minutes -> 6 are left', left: running(0, -4), expected: 36 },
    { name: 'longer than expected -> any moment', left: running(0, -25), expected: 30 },
    {
      name: 'those in flight first, then those that wait, as many at once as the wave may',
      left: [...running(0, -4), ...running(1, -1), ...waiting(2, 3)],
      expected: 19 + 30,
    },
    {
      name: 'a person has allowed more at once',
      left: [...running(0, -4), ...waiting(2, 3)],
      wave: { concurrency: 9 },
      expected: 10 + 30,
    },
    {
      name: 'a person has allowed fewer than are in flight: they go on',
      left: [...running(0, 0), ...running(1, 0), ...waiting(2)],
      wave: { concurrency: 1 },
      expected: 20 + 30,
    },
    {
      name: 'baking since 10 minutes',
      left: [],
      wave: { phase: 'baking', lastEndedAt: at(-10) } as const,
      expected: 20,
    },
    { name: 'done', left: [], wave: { phase: 'done' } as const, expected: 0 },
    {
      name: 'aborting -> only what is in flight, and no bake',
      left: [...running(0, -4), ...waiting(1, 2, 3)],
      more: { aborting: true },
      expected: 6,
    },
  ])('$name -> after $expected minutes', ({ left, wave, more, expected }) => {
    expect(forecast(plan, NOW, standing({ left, ...wave }, more)).endsAt).toBe(at(expected));
  });

  test('what this rollout has learned counts before what others have', () => {
    const silent = frozen({
      ...ten,
      upgrades: { cache: { family: 'dcs-instance', engineMinorVersion: 'latest' } },
    });
    const endedMs = { 'dcs-instance': [120_000, 120_000, 120_000] };

    const told = forecast(silent, NOW, standing({ left: waiting(3) }, { endedMs }));

    expect(told.endsAt).toBe(at(32));
  });

  test('a window that closes does not stop what is in flight', () => {
    const openings = { spans: [{ from: at(-60), to: at(1) }], until: at(9_999) };
    const rules = { ...plan.rules, openings };

    const told = forecast({ ...plan, rules }, NOW, standing({ left: running(0, -4) }));

    expect(told.endsAt).toBe(at(36));
  });

  test('at a delay: what is left of it; a gate that a person has opened takes no time', () => {
    const gated = frozen({
      waves: [
        { name: 'all', take: 1 },
        { name: 'next', take: 2, concurrency: 9, gate: { delay: '1h' } },
        { name: 'rest', take: 'rest', gate: { approval: {} } },
      ],
    });
    const done = standing({ phase: 'done' }, { gateUntil: at(20) });

    expect(forecast(gated, NOW, done)).toMatchObject({ endsAt: at(40), approvals: 1 });
    const approved = { ...done, approved: ['next', 'rest'] };
    expect(forecast(gated, NOW, approved)).toMatchObject({ endsAt: at(20), approvals: 0 });
  });
});

test('a standing is what the status says of waves that have begun', () => {
  const wave: WaveStatus = {
    ...{ name: 'all', state: 'finished' as const, concurrency: 3, paused: false, untold: null },
    ...{ budget: frozen({}).budget, counts: { ...noCounts(), total: 4, succeeded: 4 } },
    bake: { state: 'watching', words: '' },
  };
  const status: RolloutStatus = {
    ...({ rolloutId: 'r', plan: 'p', state: 'running', frozen: true, endedAt: null } as const),
    ...{ counts: wave.counts, budget: wave.budget, startedAt: NOW, actions: [] },
    ...{ badEnds: [], waits: [] },
    waitingFor: { reason: 'bake', until: at(1), words: '' },
    waves: [wave, { ...wave, name: 'rest', state: 'pending', bake: null }],
  };

  const told = standingOf(status, { all: { left: [], lastEndedAt: NOW } }, {});

  expect(Object.keys(told.waves)).toEqual(['all']);
  expect(told.waves.all).toMatchObject({ phase: 'baking', ended: 4, concurrency: 3 });
  expect(told).toMatchObject({ gateUntil: null, aborting: false });
});
