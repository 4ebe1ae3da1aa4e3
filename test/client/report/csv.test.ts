import { parse } from 'csv-parse/sync';
import { reportCsv } from '../../../client/report/csv';
import { aReport, aReportedTarget, anAttempt, minute } from '../../support/made-up-report';
import { HOSTILE, hostileReport } from './hostile';

type Row = Readonly<Record<string, string>>;

function rowsOf(csv: string): readonly Row[] {
  return parse<Row>(csv, { columns: true });
}

test('a row for each target: outcome, versions, attempts, tickets, labels', () => {
  const attempts = [
    anAttempt({ ticket: null, submittedAt: null, times: 3, result: 'notSubmitted' }),
    anAttempt({ ticket: 'job-1', result: 'failed' }),
    anAttempt({ ticket: 'job-2' }),
  ];
  const other = aReportedTarget({
    name: null,
    labels: { az: 'a' },
    outcome: null,
    status: 'waiting',
  });

  const rows = rowsOf(reportCsv(aReport([aReportedTarget({ attempts }), other])));

  expect(rows[0]).toEqual({
    wave: 'canary',
    upgrade: 'proxy',
    family: 'taurusdb-proxy',
    cloud: '',
    projectId: '0483b6b16e954cb88930a360d2c4e663',
    instanceId: '58b2a2055bb55bcbb37d2f2a4276b0bdin07',
    proxyId: '066548bbcded8077efcfe3fb2c3ea935po01',
    name: 'orders-proxy',
    outcome: 'succeeded',
    reason: 'upgraded',
    reasonText: 'a fresh read shows 2.26.03.000',
    versionBefore: '2.26.02.001',
    versionAfter: '2.26.03.000',
    attempts: '5',
    submissions: '2',
    tickets: 'job-1 job-2',
    compensation: '',
    startedAt: minute(0),
    endedAt: minute(1),
    'label:az': '',
    'label:team': 'orders',
  });
  expect(rows[1]).toMatchObject({ name: '', outcome: '', 'label:az': 'a', 'label:team': '' });
});

test('a label called like a column, or like what every object has, is a label', () => {
  const labels = { wave: 'x', constructor: 'y' };

  const [row] = rowsOf(reportCsv(aReport([aReportedTarget({ labels }), aReportedTarget()])));

  expect(row).toMatchObject({ wave: 'canary', 'label:wave': 'x', 'label:constructor': 'y' });
});

test('nothing in it begins a formula, and all of it can be read back', () => {
  const csv = reportCsv(hostileReport());

  const cells = parse(csv).flat();
  expect(cells.filter((cell) => /^[=+\-@\t\r\n]/.test(cell))).toEqual([]);
  const names = rowsOf(csv).map(({ name }) => name);
  // A file can hold no half of a letter.
  const kept = HOSTILE.map((name) => Buffer.from(name).toString());
  expect(names).toEqual(kept.map((name) => (name.startsWith('=') ? `'${name}` : name)));
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('%j -> text', (name) => {
  const [row] = rowsOf(reportCsv(aReport([aReportedTarget({ name })])));

  expect(row?.name).toBe(`'${name}`);
});
