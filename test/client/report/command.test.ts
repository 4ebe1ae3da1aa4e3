import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { aReport, aReportedTarget } from '../../support/made-up-report';
import { planFolder, upwave } from '../run-upwave';

const folder = planFolder();
const report = aReport([aReportedTarget()]);
let kept: string;

beforeAll(() => {
  kept = folder.write('kept@1.json', report);
});
afterAll(() => folder.remove());

test('a kept report is shown without a server, as it was', async () => {
  const people = await upwave(['report', kept]);
  const json = await upwave(['report', kept, '--json']);

  expect(people).toMatchObject({ code: 0, stderr: '' });
  expect(people.stdout).toContain('orders-proxy  succeeded');
  expect(json).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(json.stdout)).toEqual(JSON.parse(JSON.stringify(report)));
});

test.each([
  ['--html', /^<!doctype html>[^]*<\/html>\s*$/],
  ['--csv', /^wave,upgrade,family,[^]*\ncanary,proxy,taurusdb-proxy,[^\n]*\n$/],
  ['--markdown', /^# Upgrade report: proxies-november\n/],
])('%s: on stdout, and nothing else there', async (flag, expected) => {
  const { code, stdout, stderr } = await upwave(['report', kept, flag]);

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(expected);
});

test('--out: each file in the form of its ending; where a document is printed, words go to stderr', async () => {
  const files = ['a.html', 'a.json', 'a.csv', 'a.MD'].map((name) => folder.path(name));
  const outs = files.flatMap((file) => ['--out', file]);

  const { code, stdout, stderr } = await upwave(['report', ...outs, kept, '--csv']);

  expect(code).toBe(0);
  expect(stderr).toBe(files.map((file) => `Written to ${file}.\n`).join(''));
  const [html = '', json = '', csv = '', markdown = ''] = files.map((f) => readFileSync(f, 'utf8'));
  expect(html).toContain('<h1><bdi>proxies-november</bdi></h1>');
  expect(JSON.parse(json)).toMatchObject({ plan: 'proxies-november' });
  expect(csv).toBe(stdout);
  expect(markdown).toContain('# Upgrade report');
});

test.each([
  ['two forms', ['--html', '--csv'], '--csv: does not go together with --html'],
  ['an ending that says no form', ['--out', 'x.txt'], '--out: "x.txt" does not say its form'],
  ['no ending', ['--out', 'x'], '--out: "x" does not say its form'],
  ['no folder', ['--out', 'none/x.csv'], '--out: "none/x.csv": there is no folder "none"'],
  [
    'several mistakes',
    ['--out', 'none/x.html', '--out', 'x', '--out', 'gone/x.csv'],
    'form (a name that ends in .html, .json, .csv or .md)\n--out: "none/x.html": there is no folder "none" (create it first, or name another file)\n--out: "gone/x.csv": ',
  ],
])('%s -> exit code 2, and nothing is written', async (_, flags, words) => {
  const out = folder.path('none.json');

  const { code, stdout, stderr } = await upwave(['report', kept, '--out', out, ...flags]);

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(words);
  expect(stderr).toContain('No report was written.');
  expect(existsSync(out)).toBe(false);
});

test('a file that cannot be written after all: what was printed and written before is whole', async () => {
  const out = folder.path('before.json');
  // Nothing shows beforehand that it leads nowhere.
  const nowhere = folder.path('nowhere.json');
  symlinkSync(folder.path('none/x.json'), nowhere);

  const args = ['report', kept, '--csv', '--out', out, '--out', nowhere];
  const { code, stdout, stderr } = await upwave(args);

  expect(code).toBe(1);
  expect(stdout).toContain('canary,proxy,taurusdb-proxy');
  expect(stderr).toContain(`Written to ${out}.\n${nowhere} could not be written`);
  expect(JSON.parse(readFileSync(out, 'utf8'))).toMatchObject({ plan: 'proxies-november' });
});

test.each([
  ['is not there', () => folder.path('missing.json'), 'missing.json'],
  ['is not JSON', () => folder.write('cut.json', '{"rolloutId": "roll'), 'is not JSON'],
  ['is something else', () => folder.write('other.json', { a: 1 }), 'rolloutId: '],
  [
    'was changed',
    () => folder.write('changed.json', { ...report, state: 'fine' }),
    'is not a report of upwave, or was changed:\n  state: ',
  ],
])('a file that %s -> exit code 2, and words', async (_, file, words) => {
  const { code, stdout, stderr } = await upwave(['report', file(), '--html']);

  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(words);
  expect(stderr).toContain('No report was shown.');
});
