import { firstStep } from '../../rollout/attempt';
import { recover } from '../../rollout/recovery';
import type { Inspection, Upgrade } from '../../rollout/upgrade';
import { problemsOf, readPlan } from './plan.builder';
import { noon, rules, unsent } from './wave-builder';

const patch: Upgrade = {
  family: 'gaussdb-hotfix',
  targetVersions: ['3.208.0.7'],
  startAfterMs: 0,
  preCheck: true,
  expectMs: null,
  followForMs: 1,
};

const seen = (changes: Partial<Inspection>): Inspection => ({
  version: '3.208.0.5',
  newestVersion: '3.208.0.5,3.208.0.7',
  upgradable: true,
  state: 'ready',
  status: 'ACTIVE',
  ticket: null,
  ...changes,
});

test.each<[string, Partial<Inspection>, string]>([
  ['nothing against it -> submit', {}, 'submit'],
  ['an objection -> rejected in its words', { objection: 'no room' }, 'preCheckFailed: no room'],
  [
    'the version is there -> that it is there wins',
    { version: '3.208.0.7', objection: 'no room' },
    'alreadyThere: version 3.208.0.7 was there before',
  ],
  ['busy -> it waits', { state: 'busy', objection: 'no room' }, 'busy: its status is ACTIVE'],
])('%s', (_name, changes, expected) => {
  const step = firstStep(patch, seen(changes), null);

  expect(step.do === 'end' ? `${step.reason}: ${step.words}` : step.do).toBe(expected);
});

const given = (then: 'giveUp' | 'rollForward') => ({
  attempts: [unsent('rejected', 'preCheckFailed')],
  policy: { ...rules.recovery, rejected: { retries: 2, afterMs: 1, then } },
  ...{ busy: rules.busy, polling: rules.polling, busySince: null, openings: null },
  ...{ aborting: false, now: noon },
});

test('a failed check -> the target ends as rejected, without a retry', () => {
  expect(recover(given('giveUp'))).toMatchObject({
    kind: 'end',
    end: { outcome: 'rejected', reason: 'preCheckFailed' },
  });
});

test('a failed check, and another version is allowed -> it is tried', () => {
  expect(recover({ ...given('rollForward'), nextVersion: '3.208.0.8' })).toMatchObject({
    kind: 'again',
    rollsForward: true,
  });
});

const also = (fields: object) => ({
  upgrades: { cache: { family: 'dcs-instance', engineMinorVersion: 'latest' }, x: fields },
});

test('the plan says whether it is asked: by itself it is not', () => {
  const kernel = { family: 'taurusdb-instance' };
  const upgradeOf = (fields: object) => readPlan(also({ ...kernel, ...fields })).upgrades.x;

  expect(upgradeOf({})).not.toHaveProperty('preCheck');
  expect(upgradeOf({ preCheck: true })).toMatchObject({ preCheck: true });
  expect(upgradeOf({ preCheck: false })).toMatchObject({ preCheck: false });
});

test.each([
  ['a word', { family: 'taurusdb-instance', preCheck: 'yes' }, 'must be true or false'],
  [
    'a family whose look tells all',
    { family: 'taurusdb-proxy', targetVersion: '2.26', preCheck: true },
    'unknown key',
  ],
])('%s is refused', (_name, fields, words) => {
  const [problem] = problemsOf(also(fields));

  expect(problem?.path).toBe('upgrades.x.preCheck');
  expect(problem?.message).toContain(words);
});
