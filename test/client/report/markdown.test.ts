import { reportMarkdown } from '../../../client/report/markdown';
import { aLongReport, aReport, aReportedTarget } from '../../support/made-up-report';
import { HOSTILE, hostileReport } from './hostile';

/** The cells of the table below a title, the head left out. */
function tableOf(markdown: string, title: string): readonly (readonly string[])[] {
  const [, part = ''] = markdown.split(`## ${title}\n\n`);
  const lines = (part.split('\n\n')[0] ?? '').split('\n').slice(2);
  return lines.map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

test('the story: headline, waves, targets, acts, budgets, waits, durations, calls', () => {
  const report = aLongReport(60);

  const markdown = reportMarkdown(report);

  expect(markdown).toContain('# Upgrade report: proxies-november\n\n**55 of 60 targets');
  expect(tableOf(markdown, 'Waves').map(([name]) => name)).toEqual(['canary', 'tenth', 'rest']);
  expect(tableOf(markdown, 'Targets')).toHaveLength(60);
  expect(tableOf(markdown, 'What people did')[0]).toEqual([
    '2026-11-21 18:15:00 UTC',
    'approve wave tenth by ann: canary is well',
  ]);
  expect(tableOf(markdown, 'Budgets')).toContainEqual(['wave tenth', 'failed', '1', '2', '']);
  expect(tableOf(markdown, 'What the rollout waited for')).toHaveLength(report.waits.length);
  expect(tableOf(markdown, 'How long upgrades took')).toHaveLength(4);
  expect(tableOf(markdown, 'Calls made')).toHaveLength(4);
  expect(markdown).not.toContain('partial');
});

test('a rollout that still runs -> it says that it is partial', () => {
  const report = aReport([aReportedTarget()], { partial: true, endedAt: null, state: 'running' });

  expect(reportMarkdown(report)).toContain('> This report is partial: the rollout has not ended.');
});

test('nothing of a name is markup: each row has its cells, and no HTML or link begins', () => {
  const markdown = reportMarkdown(hostileReport());

  const rows = tableOf(markdown, 'Targets');
  expect(rows).toHaveLength(HOSTILE.length);
  expect(rows.filter((cells) => cells.length !== 7)).toEqual([]);
  expect(markdown).not.toMatch(/<[a-z/!]/i);
  expect(markdown).not.toContain('://');
  expect(markdown).not.toMatch(/(?<!\\)\]\(/);
  expect(markdown).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u0000-\u0008\ud800-\udfff]/);
});
