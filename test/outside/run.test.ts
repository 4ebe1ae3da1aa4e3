import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '../../local/run-program';

const folder = mkdtempSync(join(tmpdir(), 'upwave-outside-'));

afterAll(() => rmSync(folder, { recursive: true }));

const NO_BROWSER =
  'there is no Chromium: install Chromium (Debian: apt-get install chromium), or set CHROMIUM_PATH';

test('no tool on the PATH -> exit 0, and the last lines name what was not run', async () => {
  const runTs = join(__dirname, '..', 'support', 'run-ts.mjs');

  const { code, lines } = await runProgram({
    file: runTs,
    args: [join(__dirname, 'run.ts')],
    env: { PATH: folder, XDG_CACHE_HOME: folder },
    name: 'test:outside',
    timeoutMs: 60_000,
  });

  expect(lines.slice(-8)).toEqual([
    'passed: 0, failed: 0, not run: 7',
    'NOT RUN: python-clients: there is no python3 on the PATH',
    "NOT RUN: prometheus: there is no promtool on the PATH, and no apt-get to get Debian's package prometheus",
    `NOT RUN: report-page: ${NO_BROWSER}`,
    `NOT RUN: temporal-ui: ${NO_BROWSER}`,
    'NOT RUN: completion-bash: there is no bash on the PATH',
    'NOT RUN: completion-zsh: there is no zsh on the PATH',
    'NOT RUN: completion-fish: there is no fish on the PATH',
  ]);
  expect(code).toBe(0);
});
