import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseReport, reportJsonSchema, reportSchema } from '../../../client/report/schema';
import { aLongReport, aReport, aReportedTarget } from '../../support/made-up-report';
import { hostileReport } from './hostile';

const PUBLISHED = join(__dirname, '..', '..', '..', 'docs', 'schemas', 'report.schema.json');

test('the published schema is the one that reports are checked by: npm run schema:report', () => {
  expect(readFileSync(PUBLISHED, 'utf8')).toBe(reportJsonSchema());
});

test('the published schema lets fields pass that come later, and names those that are there', () => {
  const schema = JSON.parse(reportJsonSchema()) as { required: string[] };

  expect(reportJsonSchema()).not.toContain('"additionalProperties": false');
  expect([...schema.required].sort()).toEqual(Object.keys(aReport([])).sort());
});

test.each([
  ['of every outcome', aLongReport(200)],
  ['of a plan that is not frozen', aReport([], { endedAt: null, partial: true })],
  ['with hostile names', hostileReport()],
  ['of a named cloud', aReport([aReportedTarget({ cloud: 'east' })])],
])('a report %s is one', (_, report) => {
  const read = parseReport(JSON.parse(JSON.stringify(report)));

  expect(read).toEqual({ report: JSON.parse(JSON.stringify(report)) as unknown });
  // Nothing of it that the schema does not describe.
  expect(reportSchema.parse(report)).toEqual(report);
});

test('what is wrong is told with its place; a field that comes later is kept', () => {
  const report = aReport([aReportedTarget()]);
  const later = { ...report, later: 1 };
  const wrong = { ...report, partial: 'no', targets: [{ ...report.targets[0], outcome: 'fine' }] };

  expect(parseReport(later)).toEqual({ report: later });
  expect(parseReport(wrong)).toEqual({
    problems: [
      expect.stringContaining('partial: '),
      expect.stringContaining('targets.0.outcome: '),
    ],
  });
  expect(parseReport([])).toEqual({ problems: [expect.stringContaining('all of it: ')] });
});
