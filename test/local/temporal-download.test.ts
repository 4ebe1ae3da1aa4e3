import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts, startProgram } from '../../local/processes';
import { withProgress } from '../../local/progress';
import { awaitDownload, downloadTemporal } from '../../local/temporal-download';
import { isAlive, scratchFolder, script } from './scratch';

let scratch: ReturnType<typeof scratchFolder>;
beforeEach(() => (scratch = scratchFolder()));
afterEach(() => scratch.remove());

const at = (...path: string[]) => join(scratch.folder, ...path);

/** Stands in for the SDK: a shell script in the folder into which it loads. */
async function download(body: string, giveUpAfterMs = 5_000) {
  const file = script(at('sdk'), body);
  const folder = scratch.folder;
  const child = await startProgram({ file, args: [], env: {}, name: 'sdk', cwd: folder });
  return { child, done: awaitDownload({ child, folder, say: () => undefined, giveUpAfterMs }) };
}

test('the file is whole -> taken, and the SDK stopped before it does more', async () => {
  const { child, done } = await download(
    `f=temporal-v1.5.1; echo a >$f.downloading; sleep 0.3; echo b >>$f.downloading; mv $f.downloading $f; sleep 100`,
  );

  const file = await done;

  expect(readFileSync(file, 'utf8')).toBe('a\nb\n');
  expect(isAlive(child.pid)).toBe(false);
});

test('no byte for too long -> given up, and the SDK stopped', async () => {
  const { child, done } = await download(`echo a >x.downloading; sleep 100`, 700);

  await expect(done).rejects.toThrow('given up: no byte for 0.7 s, after 0.0 MB');
  expect(isAlive(child.pid)).toBe(false);
});

test('slow, but bytes come -> not given up', async () => {
  const { done } = await download(
    `for i in 1 2 3 4 5 6; do echo a >>x.downloading; sleep 0.4; done; mv x.downloading temporal-v1.5.1`,
    1_200,
  );

  expect(await done).toBe(at('temporal-v1.5.1'));
});

test('the SDK ends without a file -> its reason', async () => {
  const { done } = await download(`echo 'WARN x'; echo 'reason: the moon'; exit 1`);

  await expect(done).rejects.toThrow(/^the moon$/);
});

test('the real SDK without a way out -> fails at once with the cause, and leaves nothing', async () => {
  const [closed = 0] = await freePorts(1, false);
  const proxy = `http://127.0.0.1:${closed}`;
  const said: string[] = [];

  const downloading = downloadTemporal({
    env: {
      XDG_CACHE_HOME: scratch.folder,
      HTTPS_PROXY: proxy,
      https_proxy: proxy,
      NO_PROXY: '',
      no_proxy: '',
    },
    say: (line) => said.push(line),
  });

  await expect(downloading).rejects.toThrow(/temporal\.download\/cli\/v1\.5\.1: .*refused/i);
  expect(said[0]).toMatch(/^downloading temporal 1\.5\.1/);
  expect(existsSync(at('upwave/temporal-1.5.1/temporal'))).toBe(false);
}, 20_000);

test('long work -> said again and again until it ends', async () => {
  const said: string[] = [];
  const say = (line: string) => said.push(line);

  await withProgress({ say, what: 'working', detail: () => '3 MB', everyMs: 100 }, sleep(350));
  const saidAtTheEnd = said.length;
  await sleep(250);

  expect(said[0]).toBe('working: 0 s, 3 MB');
  expect(saidAtTheEnd).toBeGreaterThanOrEqual(2);
  expect(said).toHaveLength(saidAtTheEnd);
});
