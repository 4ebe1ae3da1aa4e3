import { existsSync, mkdirSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { checkTemporal } from '../../local/temporal-check';
import { findTemporalProgram, TemporalProgramNotFoundError } from '../../local/temporal-program';
import type { Environment } from '../../local/temporal-search';
import { scratchFolder, script } from './scratch';

const VERSION = 'temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)';
const good = `echo '${VERSION}'`;
const goodGo = `case "$1" in
  version) echo 'go version go1.26.8 linux/amd64';;
  install) echo "$@" >>"$HOME/installs"; sleep 0.3
    printf '#!/bin/sh\\necho "${VERSION}"\\n' >"$GOBIN/temporal";;
esac`;

let scratch: ReturnType<typeof scratchFolder>;
let said: string[];
beforeEach(() => {
  scratch = scratchFolder();
  said = [];
});
afterEach(() => scratch.remove());

const at = (...path: string[]) => join(scratch.folder, ...path);
const cached = () => at('.cache', 'upwave', 'temporal-1.5.1', 'temporal');

/** Only the scratch folder is searched, and nothing is fetched from the outside. */
function find(env: Environment = {}) {
  return findTemporalProgram({
    say: (line) => said.push(line),
    env: { PATH: at('bin'), HOME: scratch.folder, XDG_CACHE_HOME: undefined, ...env },
    download: () => Promise.reject(new Error('no network here')),
  });
}

test.each([
  { name: 'named -> that one', make: ['named', 'bin/temporal', 'cache'], expected: 'named' },
  { name: 'on the PATH -> that one', make: ['bin/temporal', 'cache'], expected: 'bin/temporal' },
])('$name', async ({ make, expected }) => {
  for (const place of make) script(place === 'cache' ? cached() : at(place), good);

  const program = await find(make.includes('named') ? { TEMPORAL_CLI_PATH: at('named') } : {});

  expect(program).toBe(at(expected));
  expect(said.at(-1)).toBe(`using ${program} (${VERSION})`);
});

test('in the cache only -> that one', async () => {
  script(cached(), good);

  expect(await find()).toBe(cached());
});

test('nothing anywhere -> an error that lists every step and what to do', async () => {
  const error = (await find().catch((thrown: unknown) => thrown)) as TemporalProgramNotFoundError;

  expect(error).toBeInstanceOf(TemporalProgramNotFoundError);
  expect(error.message.split('\n')).toEqual([
    'No Temporal program can be had. Tried:',
    '  1. TEMPORAL_CLI_PATH: not set',
    '  2. PATH: no temporal program in it',
    `  3. cache folder: nothing at ${cached()}`,
    '  4. download of 1.5.1 by the Temporal SDK: no network here',
    '  5. build of 1.5.1 with Go: no go program in the PATH (Go 1.25 or newer is needed)',
    expect.stringMatching(/^What to do: install the Temporal CLI .* TEMPORAL_CLI_PATH.* Go 1\.25/),
  ]);
  expect(said).toHaveLength(5);
});

test('broken programs -> each with its reason, and the next one is tried', async () => {
  const named = at('missing');
  script(at('bin/temporal'), `echo 'cannot load libc' >&2; exit 127`);
  script(at('bin2/temporal'), `echo 'temporal, a calendar'`);
  script(cached(), good);

  const program = await find({ TEMPORAL_CLI_PATH: named, PATH: `${at('bin')}:${at('bin2')}` });

  expect(program).toBe(cached());
  expect(said[0]).toMatch(/^TEMPORAL_CLI_PATH: starting .*missing: .*ENOENT/);
  expect(said[1]).toBe(
    `PATH: ${at('bin/temporal')} --version failed (exit code 127): cannot load libc; ` +
      `${at('bin2/temporal')} --version names no version of Temporal: temporal, a calendar`,
  );
});

test('a program that hangs -> refused within the time limit', async () => {
  const program = script(at('bin/temporal'), 'sleep 100');

  await expect(checkTemporal(program, {}, 300)).rejects.toThrow('did not answer within 0.3 s');
});

test('Go there -> built into the cache, and used from there the next time', async () => {
  script(at('bin/go'), goodGo);

  const program = await find({ TEMPORAL_ADDRESS: 'production:7233' });
  const again = await find();

  expect(program).toBe(cached());
  expect(again).toBe(cached());
  expect(said.some((line) => line.startsWith('building temporal 1.5.1 with Go 1.26'))).toBe(true);
  expect(said.at(-1)).toBe(`using ${cached()} (${VERSION})`);
  expect(readdirSync(at('.cache/upwave/temporal-1.5.1'))).toEqual(['temporal']);
});

test.each([
  {
    name: 'too old',
    go: `echo 'go version go1.24.2 linux/amd64'`,
    reason: /is Go 1\.24; Go 1\.25 or newer is needed/,
  },
  {
    name: 'broken',
    go: `echo 'go: cannot find GOROOT' >&2; exit 2`,
    reason: /says no version: go: cannot find GOROOT/,
  },
  {
    name: 'the build fails',
    go: `[ "$1" = version ] && echo 'go version go1.26.8 x' && exit; echo 'proxy: 404' >&2; exit 1`,
    reason: /go install failed \(exit code 1\): proxy: 404/,
  },
  {
    name: 'the build is killed when half is written',
    go: `[ "$1" = version ] && echo 'go version go1.26.8 x' && exit; echo half >"$GOBIN/temporal"; kill -9 $$`,
    reason: /go install failed \(SIGKILL\)/,
  },
  {
    name: 'what was built does not run',
    go: `[ "$1" = version ] && echo 'go version go1.26.8 x' && exit; printf '#!/bin/sh\\nexit 1\\n' >"$GOBIN/temporal"`,
    reason: /--version failed \(exit code 1\)/,
  },
])('Go: $name -> the reason, and nothing in the cache', async ({ go, reason }) => {
  script(at('bin/go'), go);

  await expect(find()).rejects.toThrow(reason);

  const cache = at('.cache/upwave/temporal-1.5.1');
  expect(existsSync(cache) ? readdirSync(cache) : []).toEqual([]);
});

test('two at once -> both have the program, and nothing half is left', async () => {
  script(at('bin/go'), goodGo);

  const programs = await Promise.all([find(), find()]);

  expect(programs).toEqual([cached(), cached()]);
  expect(readdirSync(at('.cache/upwave/temporal-1.5.1'))).toEqual(['temporal']);
});

test('what a killed build has left long ago is removed; a running one is let be', async () => {
  script(at('bin/go'), goodGo);
  const cache = at('.cache/upwave/temporal-1.5.1');
  mkdirSync(join(cache, '.partial-old'), { recursive: true });
  mkdirSync(join(cache, '.partial-new'));
  utimesSync(join(cache, '.partial-old'), 1, 1);

  await find();

  expect(readdirSync(cache).sort()).toEqual(['.partial-new', 'temporal']);
});
