import type { JournalLine } from '../../emulator/types';
import { notCalled, type Reasons } from './routes-called';

const routes = {
  dcs: [
    { method: 'GET', path: '/v2/:project_id/instances' },
    { method: 'GET', path: '/v2/:project_id/instances/:instance_id' },
  ],
};
const list = 'dcs GET /v2/:project_id/instances';
const detail = 'dcs GET /v2/:project_id/instances/:instance_id';
const [listed, shown] = [aCall({ path: '/v2/p/instances' }), aCall({ path: '/v2/p/instances/i' })];

interface Case {
  readonly given: string;
  readonly journal: readonly JournalLine[];
  readonly reasons?: Reasons;
  readonly expected?: readonly string[];
}

test.each<Case>([
  { given: 'all called', journal: [listed, shown], reasons: {}, expected: [] },
  {
    given: 'one not called',
    journal: [listed],
    reasons: {},
    expected: [`${detail} was not called with success`],
  },
  { given: 'one not called, with a reason', journal: [listed], reasons: { [detail]: 'why' } },
  {
    given: 'one refused',
    journal: [listed, { ...shown, status: 404 }],
    expected: [`${detail} was not called with success`],
  },
  {
    given: 'one answered by a fault alone',
    journal: [listed, { ...shown, fault: 'html' }],
    expected: [`${detail} was not called with success`],
  },
  {
    given: 'the same path of another service',
    journal: [listed, aCall({ ...shown, service: 'gaussdb' })],
    expected: [`${detail} was not called with success`],
  },
  {
    given: 'a reason for one that is called',
    journal: [listed, shown],
    reasons: { [list]: 'why' },
    expected: [`${list} is called: its reason for having no call is out of date`],
  },
  {
    given: 'a reason for no route',
    journal: [listed, shown],
    reasons: { 'dcs GET /v2/gone': 'why' },
    expected: ['dcs GET /v2/gone is no route: its reason is out of date'],
  },
])('$given -> $expected', ({ journal, reasons = {}, expected = [] }) => {
  expect(notCalled(routes, journal, reasons)).toEqual(expected);
});

function aCall(changes: Partial<JournalLine>): JournalLine {
  return {
    seq: 1,
    at: '2026-11-21T00:00:00.000Z',
    service: 'dcs',
    method: 'GET',
    path: null,
    query: {},
    body: null,
    status: 200,
    fault: null,
    effects: [],
    ...changes,
  };
}
