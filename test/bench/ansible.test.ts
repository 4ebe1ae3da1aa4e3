import { recapOf } from '../../bench/ansible-run';
import { faultsOf } from '../../bench/ansible-trial';
import { honestyOf, type Said } from '../../bench/said';
import type { FleetRow } from '../support/world';

function aRow(changes: Partial<FleetRow> = {}): FleetRow {
  return {
    family: 'dcs-instance',
    instanceId: 'one',
    proxyId: null,
    version: '5.0.16.3',
    latest: '5.0.16.3',
    status: 'RUNNING',
    upgradesStarted: 1,
    upgradesCompleted: 1,
    ...changes,
  };
}

const [upgraded, there, left] = [
  aRow(),
  aRow({ upgradesStarted: 0, upgradesCompleted: 0 }),
  aRow({ version: '5.0.10.2', upgradesStarted: 0 }),
];

interface Case {
  readonly given: string;
  readonly row: FleetRow;
  readonly said: Said | null;
  readonly wrong: number;
}

test.each<Case>([
  { given: 'upgraded', row: upgraded, said: 'upgraded', wrong: 0 },
  { given: 'upgraded, called failed', row: upgraded, said: 'failed', wrong: 1 },
  { given: 'upgraded, called there before', row: upgraded, said: 'unchanged', wrong: 1 },
  { given: 'upgraded, called unknown', row: upgraded, said: 'unknown', wrong: 1 },
  { given: 'upgraded, nothing said', row: upgraded, said: null, wrong: 1 },
  { given: 'there before', row: there, said: 'unchanged', wrong: 0 },
  { given: 'there before, called upgraded', row: there, said: 'upgraded', wrong: 1 },
  { given: 'left as it was, called failed', row: left, said: 'failed', wrong: 0 },
  { given: 'left as it was, called upgraded', row: left, said: 'upgraded', wrong: 1 },
])('$given -> $wrong told wrongly', ({ row, said, wrong }) => {
  const told = new Map(said === null ? [] : [['one', said]]);

  expect(honestyOf([row], told).wrong).toBe(wrong);
});

test.each([
  { row: upgraded, undone: 0, submittedTwice: 0 },
  { row: left, undone: 1, submittedTwice: 0 },
  { row: aRow({ upgradesStarted: 2 }), undone: 0, submittedTwice: 1 },
])(
  'version $row.version after $row.upgradesStarted -> $undone undone, $submittedTwice twice',
  (one) => {
    const { row, ...expected } = one;

    expect(honestyOf([row], new Map())).toMatchObject(expected);
  },
);

test.each([
  { words: 'ok=6    changed=1    unreachable=0    failed=0', said: 'upgraded' },
  { words: 'ok=2    changed=0    unreachable=0    failed=0', said: 'unchanged' },
  { words: 'ok=2    changed=0    unreachable=0    failed=1', said: 'failed' },
  { words: 'ok=3    changed=1    unreachable=0    failed=1', said: 'failed' },
  { words: 'ok=0    changed=0    unreachable=1    failed=0', said: 'failed' },
])('$words -> $said', ({ words, said }) => {
  const lines = [
    'one : ok=9 changed=9 unreachable=9 failed=9 before the recap',
    'PLAY RECAP ***',
    `one    : ${words}    skipped=0    rescued=0    ignored=0`,
    `localhost : ${words}`,
  ];

  expect([...recapOf(lines, [aRow()])]).toEqual([['one', said]]);
});

test('a run that was killed has no recap -> it told of nothing', () => {
  expect(recapOf(['TASK [Submit]', 'changed: [one]'], [aRow()]).size).toBe(0);
});

test('faults of a trial -> the first targets lose answers, the next requests', () => {
  const fleet = ['a', 'b', 'c'].map((instanceId) => aRow({ instanceId }));

  expect(faultsOf({ name: 'lost', lostAfter: 1, lostBefore: 1, isKilled: false }, fleet)).toEqual({
    rates: {},
    list: [
      { target: 'a', on: 'submit', fault: 'lostAfter', times: 1 },
      { target: 'b', on: 'submit', fault: 'lostBefore', times: 1 },
    ],
  });
});
