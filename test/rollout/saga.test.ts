import type { Hook } from '../../rollout/frozen-plan';
import type { AttemptEnd, Compensation } from '../../rollout/outcome';
import { compensationOf, completes, isScheduled, undosOf, weightier } from '../../rollout/saga';
import type { Aftermath } from '../../rollout/saga';
import type { FamilyName, Upgrade } from '../../rollout/upgrade';
import { attemptEnded, attemptStarted } from '../../rollout/wave';
import { aResult, aWaveState, noon } from './wave-builder';

const ENDS: readonly (readonly [AttemptEnd, boolean])[] = [
  ['succeeded', true],
  ['advanced', true],
  ['upToDate', false],
  ['rejected', false],
  ['failed', false],
  ['unknown', false],
  ['notSubmitted', false],
];

test.each(ENDS)('%s -> completes: %s', (result, expected) => {
  expect(completes(result)).toBe(expected);
});

describe('which hooks are undone, in which order', () => {
  const undoable: Hook = {
    url: 'https://lb/drain',
    undo: 'https://lb/undrain',
    timeoutMs: 1,
    retries: 0,
    headers: {},
  };
  const final: Hook = { ...undoable, undo: null };
  const [u, f] = [undoable, final];

  test.each([
    { name: 'none begun -> none', before: [u, u], begun: [], expected: [] },
    { name: 'the first failed -> the first', before: [u, u], begun: [0], expected: [0] },
    {
      name: 'the second failed -> both, backwards',
      before: [u, u],
      begun: [0, 1],
      expected: [1, 0],
    },
    {
      name: 'all went well -> all, backwards',
      before: [u, u, u],
      begun: [0, 1, 2],
      expected: [2, 1, 0],
    },
    {
      name: 'one without undo -> is left out',
      before: [u, f, u],
      begun: [0, 1, 2],
      expected: [2, 0],
    },
    { name: 'only ones without undo -> none', before: [f, f], begun: [0, 1], expected: [] },
  ])('$name', ({ before, begun, expected }) => {
    for (const [result, isDone] of ENDS) {
      expect(undosOf(before, begun, result)).toEqual(isDone ? [] : expected);
    }
  });
});

describe('what can be called off', () => {
  const common = { expectMs: null, followForMs: 1 };
  test.each<readonly [FamilyName, Upgrade, boolean]>([
    ['taurusdb-proxy', { family: 'taurusdb-proxy', targetVersion: '2', ...common }, false],
    ['taurusdb-instance', { family: 'taurusdb-instance', delay: false, ...common }, false],
    ['taurusdb-instance', { family: 'taurusdb-instance', delay: true, ...common }, true],
    [
      'gaussdb-hotfix',
      { family: 'gaussdb-hotfix', targetVersions: ['3'], startAfterMs: 0, ...common },
      true,
    ],
    [
      'dcs-instance',
      {
        family: 'dcs-instance',
        engineMinorVersion: 'latest',
        proxyMinorVersion: null,
        ...common,
      },
      false,
    ],
  ])('%s %j -> %s', (_family, upgrade, expected) => {
    expect(isScheduled(upgrade)).toBe(expected);
  });
});

describe('a compensation in words', () => {
  const nothing: Aftermath = { undone: 0, notUndone: [], notDone: [], notCancelled: null };

  test.each<{ name: string; given: Partial<Aftermath>; expected: Compensation | null }>([
    { name: 'nothing to undo -> null', given: {}, expected: null },
    {
      name: 'one undone',
      given: { undone: 1 },
      expected: { words: '1 hook undone', complete: true },
    },
    {
      name: 'one undone, one not',
      given: { undone: 1, notUndone: ['undo of before hook 1 failed: https://lb answered 500'] },
      expected: {
        words: '1 hook undone; NOT undone: undo of before hook 1 failed: https://lb answered 500',
        complete: false,
      },
    },
    {
      name: 'an after hook failed',
      given: { notDone: ['after hook 2 failed: x'] },
      expected: { words: 'the upgrade is done, but after hook 2 failed: x', complete: false },
    },
    {
      name: 'not cancelled',
      given: { notCancelled: 'others share it' },
      expected: {
        words: 'its scheduled upgrade was not cancelled: others share it',
        complete: false,
      },
    },
  ])('$name', ({ given, expected }) => {
    expect(compensationOf({ ...nothing, ...given })).toEqual(expected);
  });

  test('long ones are cut', () => {
    const told = compensationOf({ ...nothing, notUndone: Array<string>(5).fill('x'.repeat(400)) });

    expect(told?.words).toHaveLength(500);
    expect(told?.complete).toBe(false);
  });
});

describe('attempts drawn together', () => {
  const good: Compensation = { words: 'good', complete: true };
  const good2: Compensation = { words: 'good 2', complete: true };
  const bad: Compensation = { words: 'bad', complete: false };
  const bad2: Compensation = { words: 'bad 2', complete: false };

  test.each([
    { name: 'none, none -> none', before: null, after: null, expected: null },
    { name: 'good, none -> good', before: good, after: null, expected: good },
    { name: 'none, good -> good', before: null, after: good, expected: good },
    { name: 'good, good -> the later', before: good, after: good2, expected: good2 },
    { name: 'bad, none -> bad', before: bad, after: null, expected: bad },
    { name: 'bad, good -> bad', before: bad, after: good, expected: bad },
    { name: 'good, bad -> bad', before: good, after: bad, expected: bad },
    { name: 'bad, bad -> the later', before: bad, after: bad2, expected: bad2 },
  ])('$name', ({ before, after, expected }) => {
    expect(weightier(before, after)).toEqual(expected);
  });

  test('in a wave: what was left undone stays in the record; a cancelled request has its own', () => {
    const results = [
      aResult({ result: 'notSubmitted', reason: 'heldBack', compensation: bad }),
      aResult({ result: 'notSubmitted', reason: 'heldBack', compensation: null }),
    ];

    let state = aWaveState();
    for (const result of results) {
      state = attemptEnded(attemptStarted(state, 0, noon), 0, result, noon);
    }

    expect(state.targets[0]?.attempts).toMatchObject([{ times: 2, compensation: bad }]);
  });

  test('cancelled because its time was up -> skipped, no further attempt', () => {
    const result = aResult({ result: 'notSubmitted', reason: 'cancelled', submittedAt: noon });

    const state = attemptEnded(attemptStarted(aWaveState(), 0, noon), 0, result, noon);

    expect(state.targets[0]?.end).toMatchObject({ outcome: 'skipped', reason: 'cancelled' });
  });
});
