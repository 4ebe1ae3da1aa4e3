import { checkReportFolder, reportFileName } from '../../worker/report-keeper';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

test.each([
  ['rollout/caches-november/20261120T180405Z-9f3c', 'caches-november@20261120T180405Z-9f3c.json'],
  ['rollout/a/scheduled-2026-11-20T18:00:00Z', 'a@scheduled-2026-11-20T18%3a00%3a00Z.json'],
  ['rollout/../../etc/passwd', '%2E.@..@etc@passwd.json'],
  ['rollout/.hidden/1', '%2Ehidden@1.json'],
  ['rollout/a@b/c d', 'a%40b@c%20d.json'],
  ['rollout/a\\b/c\u0000', 'a%5cb@c%00.json'],
  ['rollout/数据/1', '%e6%95%b0%e6%8d%ae@1.json'],
])('%j is kept as %j', (rolloutId, expected) => {
  expect(reportFileName(rolloutId)).toBe(expected);
  expect(basename(expected)).toBe(expected);
});

test('long names are cut, and stay apart', () => {
  const long = `rollout/${'ü'.repeat(300)}`;

  const names = [reportFileName(`${long}/1`), reportFileName(`${long}/2`)];

  expect(new Set(names).size).toBe(2);
  // What is written aside has 13 letters more, and file systems end at 255.
  expect(Math.max(...names.map(({ length }) => length))).toBeLessThan(240);
});

test('a folder that is missing is made; a file in its place is told', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'upwave-keeper-'));
  try {
    writeFileSync(join(folder, 'file'), '');

    await expect(checkReportFolder(join(folder, 'a', 'b'))).resolves.toBeUndefined();
    await expect(checkReportFolder(join(folder, 'file'))).rejects.toThrow('EEXIST');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
