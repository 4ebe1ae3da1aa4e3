import { firstStep, lastLook, verify, VERIFY_LOOKS } from '../../rollout/attempt';
import type { Inspection, Ticket, Upgrade } from '../../rollout/upgrade';
import { isReadable } from '../../rollout/version';

const common = { expectMs: null, followForMs: 1 };
const proxy: Upgrade = { family: 'taurusdb-proxy', targetVersion: '2.26', ...common };
const kernel: Upgrade = { family: 'taurusdb-instance', delay: false, ...common };
const patch: Upgrade = {
  family: 'gaussdb-hotfix',
  targetVersions: ['3.1'],
  startAfterMs: 0,
  ...common,
};
const ticket: Ticket = { id: 'job-1', wanted: '2.26', since: 'now', versionBefore: '2.24' };

function seen(changes: Partial<Inspection> = {}): Inspection {
  return {
    version: '2.24',
    newestVersion: '2.26',
    upgradable: true,
    state: 'ready',
    status: 'ACTIVE',
    ticket: null,
    ...changes,
  };
}

test.each<{
  name: string;
  look: Partial<Inspection>;
  expected: string;
  upgrade?: Upgrade;
  wanted?: string | null;
}>([
  { name: 'an older version', look: {}, expected: 'submit 2.24 to 2.26' },
  { name: 'the wanted version', look: { version: '2.26' }, expected: 'upToDate alreadyThere' },
  { name: 'a newer one', look: { version: '2.27' }, expected: 'upToDate alreadyThere' },
  {
    name: 'the wanted version, in a bad state',
    look: { version: '2.26', state: 'bad' },
    expected: 'upToDate alreadyThere',
  },
  { name: 'gone', look: { state: 'gone' }, expected: 'rejected notFound' },
  { name: 'bad', look: { state: 'bad' }, expected: 'rejected badState' },
  { name: 'busy', look: { state: 'busy' }, expected: 'notSubmitted busy' },
  { name: 'upgrading, found', look: { state: 'upgrading', ticket }, expected: 'adopt job-1' },
  { name: 'upgrading, not found', look: { state: 'upgrading' }, expected: 'notSubmitted busy' },
  {
    name: 'nothing offered',
    look: { upgradable: false },
    expected: 'rejected notUpgradable',
  },
  { name: 'no version', look: { version: '' }, expected: 'rejected unexpectedAnswer' },
  { name: 'a version in words', look: { version: 'new' }, expected: 'rejected unexpectedAnswer' },
  {
    name: 'a kernel, nothing newer offered although the plan wanted it',
    look: { upgradable: false, newestVersion: '2.24' },
    upgrade: kernel,
    wanted: '2.26',
    expected: 'upToDate alreadyThere',
  },
  {
    name: 'a kernel, something newer, but no upgrade offered',
    look: { upgradable: false },
    upgrade: kernel,
    wanted: '2.26',
    expected: 'rejected notUpgradable',
  },
  {
    name: 'a kernel, nothing newer offered, while it is busy',
    look: { upgradable: false, newestVersion: '2.24', state: 'busy' },
    upgrade: kernel,
    wanted: '2.26',
    expected: 'notSubmitted busy',
  },
  {
    name: 'no patch installed',
    look: { version: '' },
    upgrade: patch,
    wanted: '3.1',
    expected: 'submit  to 3.1',
  },
])('first look: $name -> $expected', ({ look, upgrade = proxy, wanted = null, expected }) => {
  const step = firstStep(upgrade, seen(look), wanted);

  const told = {
    submit: () => step.do === 'submit' && `submit ${step.versionNow} to ${step.wanted}`,
    adopt: () => step.do === 'adopt' && `adopt ${step.ticket.id}`,
    end: () => step.do === 'end' && `${step.result} ${step.reason}`,
  };
  expect(told[step.do]()).toBe(expected);
});

test.each([
  ['taurusdb-proxy', '2.24', '2.26', true],
  ['taurusdb-proxy', '2.24', null, true],
  ['taurusdb-proxy', '', '2.26', false],
  ['taurusdb-proxy', '<html>', '2.26', false],
  // Where the wanted one has no order either, equal is all that can be told.
  ['taurusdb-instance', 'V500R002', 'V500R003', true],
  ['taurusdb-instance', '', null, false],
  ['dcs-instance', '5.0/4.0', '5.1/4.1', true],
  ['dcs-instance', '5.0/', '5.1/4.1', false],
  ['dcs-instance', '5.0/new', '5.1/4.1', false],
  ['gaussdb-hotfix', '', '3.1', true],
  ['gaussdb-hotfix', 'odd', '3.1', true],
] as const)('%s: version "%s", wanted %s -> readable: %s', (family, version, wanted, readable) => {
  expect(isReadable(family, version, wanted)).toBe(readable);
});

test.each<{
  name: string;
  look: Partial<Inspection>;
  expected: string;
  jobFailed?: string;
  looks?: number;
}>([
  { name: 'the version is there', look: { version: '2.26' }, expected: 'succeeded' },
  { name: 'a newer one', look: { version: '2.27' }, expected: 'succeeded' },
  { name: 'there, not settled', look: { version: '2.26', state: 'busy' }, expected: 'lookAgain' },
  { name: 'a step', look: { version: '2.25' }, expected: 'advanced' },
  { name: 'unchanged, first look', look: {}, expected: 'lookAgain' },
  { name: 'unchanged, last look', look: {}, looks: VERIFY_LOOKS, expected: 'failed' },
  { name: 'the job failed', look: {}, jobFailed: 'no', expected: 'failed' },
  { name: 'failed, but there', look: { version: '2.26' }, jobFailed: 'no', expected: 'succeeded' },
  { name: 'gone, first look', look: { state: 'gone' }, expected: 'lookAgain' },
  { name: 'gone, last look', look: { state: 'gone' }, looks: VERIFY_LOOKS, expected: 'failed' },
  {
    name: 'there, but bad, first look',
    look: { version: '2.26', state: 'bad' },
    expected: 'lookAgain',
  },
  {
    name: 'left bad',
    look: { version: '2.26', state: 'bad' },
    looks: VERIFY_LOOKS,
    expected: 'failed',
  },
  { name: 'failed, and bad', look: { state: 'bad' }, jobFailed: 'no', expected: 'failed' },
])('verify: $name -> $expected', ({ look, jobFailed = null, looks = 1, expected }) => {
  const verdict = verify({ upgrade: proxy, ticket, jobFailed, seen: seen(look), looks });

  expect(verdict.state).toBe(expected);
});

test.each<{ name: string; look: Partial<Inspection>; expected: string }>([
  { name: 'the version is there', look: { version: '2.26' }, expected: 'succeeded' },
  { name: 'a newer one', look: { version: '2.27' }, expected: 'succeeded' },
  { name: 'there, but not settled', look: { version: '2.26', state: 'busy' }, expected: 'unknown' },
  { name: 'a step of several', look: { version: '2.25' }, expected: 'advanced' },
  { name: 'still upgrading', look: { state: 'upgrading' }, expected: 'unknown' },
  { name: 'unchanged and ready', look: {}, expected: 'unknown' },
  { name: 'bad', look: { state: 'bad' }, expected: 'unknown' },
  { name: 'gone', look: { state: 'gone', version: '' }, expected: 'unknown' },
])('last look: $name -> $expected', ({ look, expected }) => {
  const last = lastLook(proxy, ticket, seen(look));

  expect(last.result).toBe(expected);
  expect(last.words).toContain('a last look shows');
});
