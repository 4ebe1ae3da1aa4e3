import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { FrozenPlan } from '../../rollout/frozen-plan';
import type { ReportedAttempt, ReportedTarget } from '../../rollout/report';
import type { FleetRow, JournalLine } from '../support/world';
import { judge } from './verdict';
import {
  A,
  at,
  B,
  effect,
  ended,
  evidence,
  line,
  NEW,
  OLD,
  SECRET,
  submit,
  submitOfB,
  target,
  type World,
} from './verdict-world';

/** The judge of the stories is judged here: it must see each rule broken, and nothing else. */

const pausedAtFour = { quiet: [{ from: at(4), to: at(6), why: 'pause' as const }] };
const cancelled = (seq: number, instanceId: string) =>
  line(seq, { effects: [effect('cancelled', instanceId, null)] });
const aborted = { outcome: 'skipped', reason: 'aborted', versionAfter: null } as const;
const cancelledAttempt = { reason: 'cancelled', submittedAt: at(5) } as ReportedAttempt;
const failedB = { outcome: 'failed', reason: 'jobFailed' } as const;
const unknownB = (endedSecond: number) =>
  ({
    outcome: 'unknown',
    reason: 'stillRunning',
    versionAfter: null,
    endedAt: at(endedSecond),
    attempts: [{ submittedAt: at(5) } as ReportedTarget['attempts'][number]],
  }) as const;

test.each<[string, World, number[]]>([
  ['both upgraded, one after the other -> nothing', {}, []],
  [
    'two at once in a wave with one place -> rule 1',
    { journal: [submit(1, A), submit(2, B), ended(3, A), ended(7, B)] },
    [1],
  ],
  [
    'begun above a limit that was lowered -> rule 1',
    { changes: { lowered: [{ from: at(4), most: 0 }], histories: [submitOfB(5)] } },
    [1],
  ],
  [
    'begun above a limit that was lowered after it was handed out -> nothing',
    { changes: { lowered: [{ from: at(4), most: 0 }], histories: [submitOfB(4)] } },
    [],
  ],
  [
    'submitted while paused -> rule 2',
    { changes: { ...pausedAtFour, histories: [submitOfB(5)] } },
    [2],
  ],
  [
    'submitted while paused, handed out before -> nothing',
    { changes: { ...pausedAtFour, histories: [submitOfB(4)] } },
    [],
  ],
  [
    'submitted after an abort -> rule 2',
    { changes: { quiet: [{ from: at(2), to: null, why: 'abort' }], histories: [] } },
    [2],
  ],
  [
    'asked again while it runs, and refused -> rule 3',
    {
      journal: [
        ...[submit(1, A), submit(2, A, { status: 409, effects: [] }), ended(3, A)],
        ...[submit(5, B), ended(7, B)],
      ],
    },
    [3],
  ],
  [
    'asked again after it had worked, and lost -> rule 3',
    {
      journal: [
        ...[submit(1, A), ended(2, A), submit(3, A, { status: null, effects: [] })],
        ...[submit(5, B), ended(7, B)],
      ],
    },
    [3],
  ],
  [
    'asked again after it had failed -> nothing',
    {
      journal: [
        ...[submit(1, A), ended(2, A, 'failed'), submit(3, A), ended(4, A)],
        ...[submit(5, B), ended(7, B)],
      ],
    },
    [],
  ],
  ['a target is missing in the report -> rule 5', { targets: [target(A)] }, [5, 6]],
  [
    'a target without outcome -> rule 5',
    { targets: [target(A), target(B, { outcome: null })] },
    [5],
  ],
  ['succeeded, but the version is old -> rule 5', { versions: [NEW, OLD] }, [5, 5]],
  [
    'up to date, but we did it -> rule 5',
    { targets: [target(A), target(B, { outcome: 'upToDate' })] },
    [5],
  ],
  [
    'rejected, but something was begun -> rule 5',
    { targets: [target(A), target(B, { outcome: 'rejected' })] },
    [5],
  ],
  [
    'failed, and it did fail -> nothing',
    {
      journal: [submit(1, A), ended(3, A), submit(5, B), ended(7, B, 'failed')],
      targets: [target(A), target(B, failedB)],
      versions: [NEW, OLD],
    },
    [],
  ],
  ['failed, but it worked -> rule 5', { targets: [target(A), target(B, failedB)] }, [5]],
  [
    'unknown, and it never ended -> nothing',
    {
      journal: [submit(1, A), ended(3, A), submit(5, B)],
      targets: [target(A), target(B, unknownB(20))],
      versions: [NEW, OLD],
    },
    [],
  ],
  ['unknown after 58 s -> nothing', { targets: [target(A), target(B, unknownB(63))] }, []],
  ['unknown after 57 s -> rule 5', { targets: [target(A), target(B, unknownB(62))] }, [5]],
  [
    'a place is free when the one before is called unknown -> nothing',
    {
      journal: [submit(5, B), submit(30, A), ended(33, A)],
      targets: [target(A), target(B, unknownB(20))],
      versions: [NEW, OLD],
    },
    [],
  ],
  [
    'called failed while it ran -> rules 5 and 6',
    {
      journal: [submit(1, A), ended(3, A), submit(5, B)],
      targets: [target(A), target(B, failedB)],
      versions: [NEW, OLD],
    },
    [5, 6],
  ],
  [
    'succeeded before it had ended -> rule 6',
    { targets: [target(A), target(B, { endedAt: at(6) })] },
    [6],
  ],
  [
    'called off before it began, and skipped -> nothing',
    {
      journal: [submit(1, A), ended(3, A), submit(5, B), cancelled(7, B)],
      targets: [target(A), target(B, { ...aborted, attempts: [cancelledAttempt] })],
      versions: [NEW, OLD],
    },
    [],
  ],
  [
    'said to be called off, but it ran and failed -> rule 5, twice',
    {
      journal: [submit(1, A), ended(3, A), submit(5, B), ended(7, B, 'failed')],
      targets: [target(A), target(B, { ...aborted, attempts: [cancelledAttempt] })],
      versions: [NEW, OLD],
    },
    [5, 5],
  ],
  [
    'called off, and said to have failed -> rule 5',
    {
      journal: [submit(1, A), ended(3, A), submit(5, B), cancelled(7, B)],
      targets: [target(A), target(B, failedB)],
      versions: [NEW, OLD],
    },
    [5],
  ],
  [
    'frozen twice, and not alike -> rule 9',
    { changes: { frozenTwice: [{ seed: '1' } as FrozenPlan, { seed: '2' } as FrozenPlan] } },
    [9],
  ],
  ['a history that is not replayed -> rule 9', { changes: { notReplayed: ['w: other'] } }, [9]],
  ['a secret in a log -> rule 8', { changes: { logs: [`… ${SECRET} …`] } }, [8]],
  [
    'a secret in a payload of a history -> rule 8',
    {
      changes: {
        histories: [
          {
            workflowId: 'w',
            runId: '1',
            json: historyToJSON({
              events: [
                {
                  workflowExecutionStartedEventAttributes: {
                    input: { payloads: [{ data: Buffer.from(SECRET) }] },
                  },
                },
              ],
            }),
          },
        ],
      },
    },
    [8],
  ],
  [
    'a token in a log -> rule 8',
    { changes: { logs: [`MII${'x'.repeat(30)}.${'y'.repeat(30)}`] } },
    [8],
  ],
])('%s', (_name, given, expected) => {
  const rules = judge(evidence(given), [SECRET]).map(({ rule }) => rule);

  expect(rules.sort()).toEqual(expected);
});

test('two proxies of one instance at once -> rule 4', () => {
  const proxies = [`${'1'.repeat(32)}po01`, `${'2'.repeat(32)}po01`];
  const ofProxy = (each: JournalLine, proxyId: string): JournalLine => ({
    ...each,
    path: each.path && `/v3/p/instances/${A}/proxy/${proxyId}/upgrade-version`,
    effects: each.effects.map((one) => ({ ...one, proxyId })),
  });
  const [one = '', two = ''] = proxies;
  const given = evidence({
    journal: [
      ...[ofProxy(submit(1, A), one), ofProxy(submit(2, A), two)],
      ...[ofProxy(ended(3, A), one), ofProxy(ended(4, A), two)],
    ],
    targets: proxies.map((proxyId) => target(A, { proxyId })),
  });
  const row = (version: string) =>
    proxies.map((proxyId) => ({ ...given.fleet[0], version, proxyId }) as FleetRow);
  const waves = [{ ...given.frozen.waves[0], concurrency: 2, targets: given.report.targets }];
  const frozen = { ...given.frozen, waves };

  const found = judge(
    {
      ...given,
      frozen: frozen as unknown as FrozenPlan,
      fleetBefore: row(OLD),
      fleet: row(NEW),
    },
    [],
  );

  expect(found.map(({ rule }) => rule)).toEqual([4]);
});
