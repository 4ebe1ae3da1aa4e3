import { callsIn, kindsOf, spansIn } from '../../bench/journal';
import type { JournalEffect, JournalLine } from '../support/world';

const noon = Date.parse('2026-11-21T12:00:00.000Z');

function line(seq: number, changes: Partial<JournalLine> = {}): JournalLine {
  const at = new Date(noon + seq * 1_000).toISOString();
  const call = { method: 'GET', path: '/v3/p1/jobs', body: null, status: 200, fault: null };
  return { seq, at, ...call, effects: [], ...changes };
}

function effect(kind: JournalEffect['kind'], instanceId: string): Partial<JournalLine> {
  const result = kind === 'upgradeEnded' ? 'succeeded' : null;
  return { effects: [{ kind, family: 'dcs-instance', instanceId, proxyId: null, result }] };
}

const noCall = { method: null, path: null, status: null };

test('calls: those after the line, without lines that are no call', () => {
  const journal = [line(1), line(2), line(3, noCall), line(4)];

  expect(callsIn(journal, 1).map(({ seq }) => seq)).toEqual([2, 4]);
  expect(callsIn(journal, 0)).toHaveLength(3);
});

test('spans: from each beginning to its end; what has not ended is none', () => {
  const journal = [
    line(1, effect('upgradeStarted', 'a')),
    line(2, effect('upgradeStarted', 'b')),
    line(3, { ...noCall, ...effect('upgradeEnded', 'b') }),
    line(4, effect('upgradeStarted', 'c')),
    line(5, { ...noCall, ...effect('upgradeEnded', 'a') }),
  ];

  expect(spansIn(journal)).toEqual([
    { target: 'a', startedMs: noon + 1_000, endedMs: noon + 5_000 },
    { target: 'b', startedMs: noon + 2_000, endedMs: noon + 3_000 },
  ]);
});

test('kinds: without ids, with the version of the API, the most frequent first', () => {
  const calls = [
    line(1, { path: '/v3/0483b6b1/instances/517ein07' }),
    line(2, { path: '/v2/0483b6b1/tasks' }),
    line(3, { path: '/v3/0483b6b1/instances/618ein07' }),
    line(4, { path: '/v3.1/0483b6b1/instances' }),
  ];

  expect(kindsOf(calls)).toEqual([
    ['GET /v3/*/instances/*', 2],
    ['GET /v2/*/tasks', 1],
    ['GET /v3.1/*/instances', 1],
  ]);
});
