import { cloudLimits, scopeOf, variablesOf, whereaboutsOf } from '../../rollout/clouds';
import { frozenPlanSchema } from '../../rollout/frozen-plan-schema';
import { freezePlan } from '../../rollout/freeze';
import { newRollout, withWaves } from '../../rollout/progress';
import { buildReport } from '../../rollout/report';
import { statusOf } from '../../rollout/rollout-status';
import type { TargetState, WaveState } from '../../rollout/wave-state';
import { noAccessIn } from '../../rollout/access';
import { CACHE, CACHE_2, readPlan } from './plan.builder';
import {
  aTarget,
  aWaveState,
  inFlight,
  noon,
  secondsAfterNoon,
  sent,
  startsOf,
  unsent,
  waiting,
} from './wave-builder';

const own = { projectId: 'own', region: 'cn-north-4' };
const clouds = {
  east: { projectId: 'p-east', region: 'cn-east-3', concurrency: 2 },
  west: { projectId: 'p-west', region: 'cn-west-1', concurrency: null },
};

test.each([
  ['no cloud -> the plan’s own project', {}, own],
  [
    'a cloud -> its project',
    { cloud: 'east' },
    { cloud: 'east', projectId: 'p-east', region: 'cn-east-3' },
  ],
])('%s', (_name, target, expected) => {
  expect(scopeOf({ scope: own, clouds }, target)).toEqual(expected);
});

test('where a target lives that the plan does not say is our own mistake', () => {
  expect(() => scopeOf({ scope: null, clouds }, {})).toThrow('a target without cloud');
  expect(() => scopeOf({ scope: own }, { cloud: 'east' })).toThrow('no cloud east');
  expect(whereaboutsOf({ clouds })).toEqual({ scope: null, clouds });
});

test.each([
  ['east', 'CLOUD_EAST_'],
  ['eu-west_2', 'CLOUD_EU_WEST_2_'],
])('the variables of %s begin with %s', (cloud, expected) => {
  expect(variablesOf(cloud)).toBe(expected);
});

test('limits: of the clouds that have one and in which there are targets', () => {
  const limit = { label: 'cloud', value: 'east', max: 2 };

  expect(cloudLimits(clouds, [{ cloud: 'east' }, { cloud: 'west' }, {}])).toEqual([limit]);
  expect(cloudLimits(clouds, [{ cloud: 'west' }, {}])).toEqual([]);
});

test('frozen: each wave has the limits of its clouds, each target its project in the report', () => {
  const { east, west } = {
    east: { ...clouds.east, projectId: 'e'.repeat(32) },
    west: { ...clouds.west, projectId: 'f'.repeat(32) },
  };
  const targets = [
    { upgrade: 'cache', instanceId: CACHE, cloud: 'east' },
    { upgrade: 'cache', instanceId: CACHE_2 },
  ];
  const waves = [
    { name: 'one', take: 1 },
    { name: 'rest', take: 'rest' },
  ];
  const plan = readPlan({ clouds: { east, west }, targets, waves });

  const frozen = freezePlan(plan, [{ problem: 'x' }, { problem: 'x' }], noon);

  expect(frozen.waves.map(({ concurrencyBy }) => concurrencyBy)).toEqual([
    [{ label: 'cloud', value: 'east', max: 2 }],
    [],
  ]);
  expect(frozenPlanSchema.safeParse(JSON.parse(JSON.stringify(frozen))).error).toBeUndefined();
  const ownless = { ...frozen, scope: null };
  expect(frozenPlanSchema.safeParse(ownless).error).toBeUndefined();
  const status = statusOf(withWaves(newRollout('rollout/x/1', 'x', noon), frozen));
  const report = buildReport({ readAt: noon, status, frozenPlan: frozen, waves: [] });
  expect(report.targets.map(({ cloud, projectId }) => [cloud, projectId])).toEqual([
    ['east', east.projectId],
    [undefined, plan.projectId],
  ]);
});

/** `a1` is a target of the cloud `a`, `1` one of none. */
const at = (name: string, changes: Partial<TargetState> = {}): TargetState => {
  const cloud = /^[a-z]+/.exec(name)?.[0];
  return { ...waiting(name, changes), target: aTarget(name, cloud === undefined ? {} : { cloud }) };
};
const flying = (name: string) => at(name, inFlightOnly);
const inFlightOnly = { status: inFlight('x').status, startedAt: noon };

test.each<[string, readonly TargetState[], readonly number[]]>([
  [
    'two at once of a, and the others pass',
    [at('a1'), at('a2'), at('a3'), at('b1'), at('1')],
    [0, 1, 3, 4],
  ],
  ['one in flight -> one more', [flying('a1'), at('a2'), at('a3'), at('b1')], [1, 3]],
  ['two in flight -> none', [flying('a1'), flying('a2'), at('a3'), at('1')], [3]],
])('a cloud with room for two: %s', (_name, targets, starts) => {
  const limit = { label: 'cloud', value: 'a', max: 2 };
  const state = { ...aWaveState({ concurrency: 9, concurrencyBy: [limit] }), targets };

  expect(startsOf(state, noon)).toEqual(starts);
});

const vain = (from: number, to: number) => ({
  ...unsent('notSubmitted', 'cloudAccess'),
  startedAt: secondsAfterNoon(from),
  endedAt: secondsAfterNoon(to),
});
const answered = (to: number) => ({
  ...sent('succeeded', 'upgraded'),
  endedAt: secondsAfterNoon(to),
});
const tried = (name: string, ...attempts: TargetState['attempts']) =>
  at(name, { attempts, waitsFor: 'cloudAccess', notBefore: noon });
const done = (name: string, to: number) =>
  at(name, {
    status: 'ended',
    end: { outcome: 'succeeded', reason: 'upgraded', reasonText: '' },
    attempts: [answered(to)],
  });
const wave = (targets: readonly TargetState[]): WaveState => ({
  ...aWaveState({ concurrency: 2 }),
  targets,
});

test.each<[string, readonly TargetState[], readonly number[]]>([
  ['one cloud alone -> plan order', [tried('a1', vain(0, 10)), at('a2'), at('a3')], [0, 1]],
  ['others first', [tried('a1', vain(0, 10)), at('a2'), at('b1'), at('b2')], [2, 3]],
  [
    'a place that others leave -> it is tried',
    [tried('a1', vain(0, 10)), at('a2'), at('b1')],
    [2, 0],
  ],
  [
    'an answer since then -> plan order',
    [tried('a1', vain(0, 10)), done('a2', 20), at('a3'), at('b1')],
    [0, 2],
  ],
  [
    'an answer only before -> others first',
    [tried('a1', vain(0, 10)), done('a2', 5), at('b1'), at('b2')],
    [2, 3],
  ],
  [
    'the unnamed one is a cloud too',
    [tried('1', vain(0, 10)), at('2'), at('b1'), at('b2')],
    [2, 3],
  ],
])('access to a is lost: %s', (_name, targets, starts) => {
  expect(startsOf(wave(targets), secondsAfterNoon(60))).toEqual(starts);
});

test.each<[string, readonly TargetState[], number | null]>([
  ['another has not been tried -> none', [tried('a1', vain(0, 180)), at('b1')], null],
  ['another is in flight -> none', [tried('a1', vain(0, 180)), flying('b1')], null],
  [
    'another has ended, all of it -> since the start',
    [tried('a1', vain(0, 180)), done('b1', 90)],
    0,
  ],
  ['both for long -> since the later', [tried('a1', vain(0, 180)), tried('b1', vain(30, 170))], 30],
  [
    'the other not for as long -> none',
    [tried('a1', vain(0, 180)), tried('b1', vain(61, 180))],
    null,
  ],
])('no access to a: %s', (_name, targets, since) => {
  const found = noAccessIn(wave(targets));

  expect(found?.since ?? null).toBe(since === null ? null : secondsAfterNoon(since));
});
