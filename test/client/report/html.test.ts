import { createHash } from 'node:crypto';
import { OUTCOMES } from '../../../rollout/outcome';
import { reportHtml } from '../../../client/report/html';
import { dataText, html } from '../../../client/report/html-text';
import type { PageData } from '../../../client/report/browser/page-data';
import { shown } from '../../../client/report/shown';
import { aLongReport, aReport, aReportedTarget } from '../../support/made-up-report';
import { HOSTILE, hostileReport } from './hostile';

const SCRIPT = "console.log('drawn');\n";

/** The data that the page's script would be given, taken out as a browser does it. */
function dataOf(page: string): PageData {
  const [, rest = ''] = page.split('<script type="application/json" id="report-data">');
  return JSON.parse(rest.slice(0, rest.indexOf('</script>'))) as PageData;
}

test('it loads nothing and runs its own script alone: the policy names what is in it by its digest', () => {
  const page = reportHtml(aReport([aReportedTarget()]), SCRIPT);

  const digest = (text: string) => createHash('sha256').update(text).digest('base64');
  const style = /<style>([^]*?)<\/style>/.exec(page)?.[1] ?? '';
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];
  expect(policy).toBe(
    `default-src 'none'; script-src 'sha256-${digest(SCRIPT)}'; style-src 'sha256-${digest(style)}'; base-uri 'none'; form-action 'none'`,
  );
  expect(page).toContain(`<script>${SCRIPT}</script>`);
  expect(page).not.toMatch(/\s(src|href|style|on[a-z]+)=/);
  expect(style).not.toMatch(/url\(|@import/);
});

test('hostile names end no element and begin none', () => {
  const page = reportHtml(hostileReport(), SCRIPT);

  expect(page.match(/<script/g)).toHaveLength(2);
  expect(page.match(/<\/script/g)).toHaveLength(2);
  expect(page).not.toContain('<img');
  // What stands within quotes is a value.
  expect(page.replace(/="[^"]*"/g, '')).not.toMatch(/<[a-z]+[^>]*\son[a-z]+=/);
  expect(page).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u0000-\u0008\ud800-\udfff]/);
  expect(dataOf(page).targets.map(({ name }) => name)).toEqual(HOSTILE.map(shown));
});

test('every target is in it once, in plan order', () => {
  const report = aLongReport(300);

  const { targets, waves } = dataOf(reportHtml(report, SCRIPT));

  expect(targets.map(({ name }) => name)).toEqual(report.targets.map(({ name }) => name));
  expect(waves.map(({ name }) => name)).toEqual(['canary', 'tenth', 'rest']);
  expect(new Set(targets.flatMap(({ bars }) => bars.map(([kind]) => kind)))).toEqual(
    new Set(['look', 'hook', 'wait', ...OUTCOMES]),
  );
  const ends = targets.flatMap(({ bars }) => bars.flatMap(([, x0, x1]) => [x0, x1]));
  expect(ends.every((x) => x >= 0 && x <= 1)).toBe(true);
});

test('a rollout that still runs: the page says that it is partial, and how far it tells', () => {
  const waiting = { status: 'waiting', outcome: null, endedAt: null, attempts: [] } as const;
  const report = aReport([aReportedTarget(), aReportedTarget(waiting)], {
    state: 'running',
    partial: true,
    endedAt: null,
    reportedAt: '2026-11-21T17:05:00.000Z',
  });

  const page = reportHtml(report, SCRIPT);

  expect(page).toContain(
    'This report is partial: the rollout has not ended, 1 target without outcome.',
  );
  expect(page).toContain('2026-11-21 17:05:00 UTC');
  expect(reportHtml(aReport([aReportedTarget()]), SCRIPT)).not.toContain('partial:');
});

test('a plan that is not frozen has no targets, and a page all the same', () => {
  const page = reportHtml(aReport([], { partial: true, endedAt: null }), SCRIPT);

  expect(page).toContain('the plan is not frozen');
  expect(page).not.toContain('id="timeline"');
});

test.each([
  ['plain', 'plain'],
  ['two\nlines\tand tabs', 'two lines and tabs'],
  ['\u202eabc\u202c', '\\u202eabc\\u202c'],
  ['\u200babc\ufeff', '\\u200babc\\ufeff'],
  ['\u0007\u0000\u009f', '\\u0007\\u0000\\u009f'],
  ['\ud800x', '\\ud800x'],
  ['a\u{e0041}', 'a\\u{e0041}'],
  ['👩‍👩‍👧 数据库 קונה é', '👩‍👩‍👧 数据库 קונה é'],
])('%j is shown as %j', (text, expected) => {
  expect(shown(text)).toBe(expected);
});

test('text is text, what was built of it is markup', () => {
  const inner = html`<b title="${'"<>&\''}">${1}</b>`;

  expect(html`<p>${inner}${'<i>'}${[inner]}</p>`.markup).toBe(
    '<p><b title="&quot;&lt;&gt;&amp;&#39;">1</b>&lt;i&gt;<b title="&quot;&lt;&gt;&amp;&#39;">1</b></p>',
  );
});

test('data cannot end the element that it stands in, and stays what it was', () => {
  const value = ['</script><!-- & \u2028\u2029', { '<': 1 }];

  expect(dataText(value)).not.toMatch(/[<>&\u2028\u2029]/);
  expect(JSON.parse(dataText(value))).toEqual(value);
});
