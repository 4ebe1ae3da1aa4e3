import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  cacheFolder,
  isGoNewEnough,
  parseGoVersion,
  placesOfTemporal,
  temporalVersionLine,
} from '../../local/temporal-search';
import { scratchFolder, script } from './scratch';

const { folder, remove } = scratchFolder();
afterAll(remove);

test.each([
  { given: 'go version go1.26.8 linux/amd64', expected: [1, 26], enough: true },
  { given: 'go version go1.25 darwin/arm64', expected: [1, 25], enough: true },
  { given: 'go version go1.25rc1 linux/amd64', expected: [1, 25], enough: true },
  { given: 'go version devel go1.27-2f3a1b linux/amd64', expected: [1, 27], enough: true },
  { given: 'warning: x\ngo version go2.0 linux/amd64', expected: [2, 0], enough: true },
  { given: 'go version go1.24.13 linux/amd64', expected: [1, 24], enough: false },
  { given: 'go version go1.9 linux/amd64', expected: [1, 9], enough: false },
  { given: 'gccgo (GCC) 12.2', expected: null, enough: false },
  { given: '', expected: null, enough: false },
])('Go says "$given"', ({ given, expected, enough }) => {
  const version = parseGoVersion(given);

  expect(version).toEqual(expected);
  expect(version !== null && isGoNewEnough(version)).toBe(enough);
});

test.each([
  { given: ['temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)'], usable: true },
  { given: ['a warning', 'temporal version 0.0.0-DEV (Server 1.29.1, UI 2.42.1)'], usable: true },
  { given: ['tctl version 1.18'], usable: false },
  { given: [], usable: false },
])('temporal --version says $given', ({ given, usable }) => {
  expect(temporalVersionLine(given)).toBe(usable ? given.at(-1) : null);
});

test.each([
  { name: 'XDG', env: { XDG_CACHE_HOME: '/c', HOME: '/h' }, expected: '/c/upwave/temporal-1.5.1' },
  { name: 'home', env: { HOME: '/h' }, expected: '/h/.cache/upwave/temporal-1.5.1' },
  {
    name: 'a relative XDG path is ignored',
    env: { XDG_CACHE_HOME: 'c', HOME: '/h' },
    expected: '/h/.cache/upwave/temporal-1.5.1',
  },
  { name: 'neither', env: {}, expected: join(homedir(), '.cache/upwave/temporal-1.5.1') },
])('the cache folder: $name', ({ env, expected }) => {
  expect(cacheFolder(env)).toBe(expected);
});

test('places come in their order, and name every file that may do', () => {
  const first = script(join(folder, 'a', 'temporal'), '');
  const second = script(join(folder, 'b', 'temporal'), '');
  const cached = script(join(folder, 'cache/upwave/temporal-1.5.1/temporal'), '');

  const places = placesOfTemporal({
    TEMPORAL_CLI_PATH: '/opt/temporal',
    PATH: `${folder}/none:${folder}/a::${folder}/b`,
    XDG_CACHE_HOME: join(folder, 'cache'),
  });

  expect(places.map(({ name, files }) => [name, files])).toEqual([
    ['TEMPORAL_CLI_PATH', ['/opt/temporal']],
    ['PATH', [first, second]],
    ['cache folder', [cached]],
  ]);
});
