import type { Rules } from '../../rollout/frozen-plan';
import type { AttemptResult } from '../../rollout/outcome';
import { newRollout } from '../../rollout/progress';
import { recover, type Recovering } from '../../rollout/recovery';
import { goalOf, nextVersion } from '../../rollout/roll-forward';
import { isHeldByRule, pausedByRule } from '../../rollout/steering';
import type { Upgrade } from '../../rollout/upgrade';
import { attemptEnded, attemptStarted, needsPerson } from '../../rollout/wave';
import type { AttemptRecord, WaveState } from '../../rollout/wave-state';
import { aResult, aTarget, aWaveState, noon, on, rules, sent, unsent } from './wave-builder';

type Then = NonNullable<Rules['recovery']['failed']['then']>;

function policy(then: Then): Rules['recovery'] {
  const { rejected, failed, unknown } = rules.recovery;
  const forUnknown = then === 'rollForward' ? 'giveUp' : then;
  return {
    rejected: { ...rejected, then },
    failed: { ...failed, then },
    unknown: { ...unknown, then: forUnknown },
  };
}

function given(attempts: readonly AttemptRecord[], changes: Partial<Recovering>): Recovering {
  return {
    attempts,
    policy: policy('rollForward'),
    busy: rules.busy,
    polling: rules.polling,
    busySince: null,
    openings: null,
    aborting: false,
    nextVersion: '2.26.04.000',
    now: noon,
    ...changes,
  };
}

const refused = sent('rejected', 'refusedForNow');
const forGood = sent('rejected', 'refusedForGood');
const failed = sent('failed', 'jobFailed');

test.each([
  { name: 'refused for good', attempts: [forGood], rolls: true },
  { name: 'refused for now, a retry is left', attempts: [refused, refused], rolls: false },
  { name: 'refused for now, none is left', attempts: [refused, refused, refused], rolls: true },
  { name: 'failed, a retry is left', attempts: [failed], rolls: false },
  { name: 'failed, none is left', attempts: [failed, failed], rolls: true },
  {
    name: 'a version that did not change',
    attempts: [failed, sent('failed', 'versionUnchanged')],
    rolls: true,
  },
  { name: 'not found', attempts: [unsent('rejected', 'notFound')], rolls: false },
  { name: 'in a bad state', attempts: [unsent('rejected', 'badState')], rolls: false },
  { name: 'nothing is offered', attempts: [unsent('rejected', 'notUpgradable')], rolls: false },
  {
    name: 'an answer of no page',
    attempts: [unsent('rejected', 'unexpectedAnswer')],
    rolls: false,
  },
  { name: 'unknown', attempts: [sent('unknown', 'stillRunning')], rolls: false },
  { name: 'succeeded', attempts: [sent('succeeded', 'upgraded')], rolls: false },
])('$name -> rolls forward: $rolls', ({ attempts, rolls }) => {
  const decision = recover(given(attempts, {}));

  expect(decision.kind === 'again' && decision.rollsForward === true).toBe(rolls);
});

test.each([
  { name: 'no version is left', changes: { nextVersion: null } },
  { name: 'the plan names none', changes: { nextVersion: undefined } },
  { name: 'then: giveUp', changes: { policy: policy('giveUp') } },
  { name: 'then: compensate', changes: { policy: policy('compensate') } },
  { name: 'then: pause', changes: { policy: policy('pause') } },
  { name: 'an older plan, which does not say', changes: { policy: rules.recovery } },
  { name: 'the rollout is being aborted', changes: { aborting: true } },
])('refused for good, $name -> ends as rejected', ({ changes }) => {
  expect(recover(given([forGood], changes))).toMatchObject({
    kind: 'end',
    end: { outcome: 'rejected', reason: 'refusedForGood' },
  });
});

test('each version has retries of its own', () => {
  const attempts = [failed, failed, failed];

  expect(recover(given(attempts, { before: 2 }))).toMatchObject({
    kind: 'again',
    words: 'failed, retry 1 of 1',
  });
  expect(recover(given([...attempts, failed], { before: 2 }))).toMatchObject({
    rollsForward: true,
    notBefore: null,
  });
});

test('refused at the second version after a failure at the first -> failed: something had begun', () => {
  const decision = recover(given([failed, failed, forGood], { before: 2, nextVersion: null }));

  expect(decision).toMatchObject({ kind: 'end', end: { outcome: 'failed' } });
});

const common = { expectMs: null, followForMs: 1 };
const proxy: Upgrade = {
  family: 'taurusdb-proxy',
  targetVersion: '1.1',
  rollForwardTo: ['1.2', '1.3'],
  ...common,
};
const cache = {
  family: 'dcs-instance',
  engineMinorVersion: '5.1',
  proxyMinorVersion: null,
  ...common,
} as const satisfies Upgrade;

test.each([
  { name: 'never rolled', upgrade: proxy, rolledAt: undefined, wanted: 'frozen', asks: '1.1' },
  { name: 'once', upgrade: proxy, rolledAt: [1], wanted: '1.2', asks: '1.2' },
  { name: 'twice', upgrade: proxy, rolledAt: [1, 3], wanted: '1.3', asks: '1.3' },
])('goal of a proxy, $name -> $wanted', ({ upgrade, rolledAt, wanted, asks }) => {
  const target = aTarget('a', { wanted: 'frozen' });

  const goal = goalOf({ target, rolledAt }, upgrade);

  expect(goal).toMatchObject({ wanted, upgrade: { targetVersion: asks } });
});

test.each<{ name: string; upgrade: Upgrade; wanted: string | null; asks: object }>([
  {
    name: 'hot patches',
    upgrade: {
      family: 'gaussdb-hotfix',
      targetVersions: ['3.1'],
      startAfterMs: 0,
      rollForwardTo: ['3.3,3.2'],
      ...common,
    },
    wanted: '3.2,3.3',
    asks: { targetVersions: ['3.3', '3.2'] },
  },
  {
    name: 'the engine of a cache',
    upgrade: { ...cache, rollForwardTo: ['5.2'] },
    wanted: '5.2',
    asks: { engineMinorVersion: '5.2', proxyMinorVersion: null },
  },
  {
    name: 'the proxy of a cache',
    upgrade: {
      ...cache,
      engineMinorVersion: null,
      proxyMinorVersion: '4.1',
      rollForwardTo: ['4.2'],
    },
    wanted: '4.2',
    asks: { engineMinorVersion: null, proxyMinorVersion: '4.2' },
  },
  {
    name: 'both of a cache',
    upgrade: { ...cache, proxyMinorVersion: '4.1', rollForwardTo: ['5.2/4.2'] },
    wanted: '5.2/4.2',
    asks: { engineMinorVersion: '5.2', proxyMinorVersion: '4.2' },
  },
  {
    name: 'a cache, to the latest, which the cloud says when asked',
    upgrade: { ...cache, rollForwardTo: ['latest'] },
    wanted: null,
    asks: { engineMinorVersion: 'latest' },
  },
])('goal of $name, rolled once -> $wanted', ({ upgrade, wanted, asks }) => {
  const goal = goalOf({ target: aTarget('a'), rolledAt: [1] }, upgrade);

  expect(goal).toMatchObject({ wanted, upgrade: asks });
});

test.each([
  { rolledAt: undefined, next: '1.2' },
  { rolledAt: [1], next: '1.3' },
  { rolledAt: [1, 2], next: null },
])('rolled at $rolledAt -> next is $next', ({ rolledAt, next }) => {
  expect(nextVersion(proxy, rolledAt)).toBe(next);
});

function waveThat(then: Then): WaveState {
  const state = aWaveState({}, { rules: { ...rules, recovery: policy(then) } });
  return { ...state, upgrades: { proxy } };
}

function after(state: WaveState, ...results: readonly Partial<AttemptResult>[]): WaveState {
  return results.reduce(
    (wave, result) => attemptEnded(attemptStarted(wave, 0, noon), 0, aResult(result), noon),
    state,
  );
}

const submittedAt = noon;
const no = { result: 'rejected', reason: 'refusedForGood', submittedAt } as const;
const yes = { result: 'succeeded', reason: 'upgraded', submittedAt } as const;
const lost = { result: 'unknown', reason: 'notReconciled', submittedAt } as const;

test('a wave goes from version to version, and ends when there is none', () => {
  const once = after(waveThat('rollForward'), no);
  const twice = after(once, no);
  const thrice = after(twice, no);

  expect(once.targets[0]).toMatchObject({ status: 'waiting', rolledAt: [1], notBefore: null });
  expect(twice.targets[0]).toMatchObject({ status: 'waiting', rolledAt: [1, 2] });
  expect(thrice.targets[0]).toMatchObject({ status: 'ended', end: { outcome: 'rejected' } });
});

test.each([
  { name: 'rejected', then: 'pause', result: no, pauses: true },
  { name: 'unknown', then: 'pause', result: lost, pauses: true },
  { name: 'succeeded', then: 'pause', result: yes, pauses: false },
  { name: 'rejected, then: compensate', then: 'compensate', result: no, pauses: false },
  { name: 'unknown, then: giveUp', then: 'giveUp', result: lost, pauses: false },
] as const)('a target ended as $name -> needs a person: $pauses', ({ then, result, pauses }) => {
  const state = after(waveThat(then), result);

  expect(needsPerson(state, 0) !== null).toBe(pauses);
});

test('a target that goes on, and one that ends by an abort, need nobody', () => {
  const failing = { result: 'failed', reason: 'jobFailed', submittedAt } as const;
  const goesOn = after(waveThat('pause'), failing);
  const aborted = after(waveThat('pause'), lost);

  expect(needsPerson(goesOn, 0)).toBeNull();
  expect(needsPerson(on(aborted, { aborting: true }), 0)).toBeNull();
});

test('busy looks in a row are one record, and a request refused as busy is one of its own', () => {
  const looked = { result: 'notSubmitted', reason: 'busy', submittedAt: null } as const;
  const asked = { ...looked, submittedAt };

  const [target] = after(waveThat('giveUp'), looked, looked, asked, asked, looked).targets;

  const told = target?.attempts.map((each) => `${each.times} ${each.submittedAt === null}`);
  expect(told).toEqual(['2 true', '1 false', '1 false', '1 true']);
});

test.each([
  { name: 'going on', changes: {}, paused: true },
  { name: 'paused already', changes: { paused: true }, paused: true },
  { name: 'being aborted', changes: { aborting: true }, paused: false },
  { name: 'over', changes: { endedAt: noon }, paused: false },
])('a rollout that is $name, and a target needs a person -> paused: $paused', (row) => {
  const progress = { ...newRollout('rollout/a/b', 'a', noon), ...row.changes };

  const next = pausedByRule(progress, 'words', noon);

  expect(next.paused).toBe(row.paused);
  expect(isHeldByRule(next)).toBe(row.paused);
});
