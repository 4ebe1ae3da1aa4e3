import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OUTCOMES } from '../../rollout/outcome';
import { FAMILIES } from '../../rollout/upgrade';
import { blocks, PAGES, readPage, ROOT, snippets } from './markdown';

const source = (...path: readonly string[]) => readFileSync(join(ROOT, ...path), 'utf8');

test('every block is of a language that a test knows', () => {
  // Without one: what is no language, such as the shape of a document.
  const known = ['', 'sh', 'yaml', 'json'];

  expect(blocks().filter(({ language }) => !known.includes(language))).toEqual([]);
});

test('every block of JSON is JSON', () => {
  for (const { language, text } of blocks()) {
    if (language === 'json') expect(() => JSON.parse(text) as unknown).not.toThrow();
  }
});

const links = PAGES.flatMap((page) =>
  [...readPage(page).matchAll(/\]\(([^)]+)\)/g)].map(([, to = '']) => ({ page, to })),
).filter(({ to }) => !/^https?:/.test(to));

test.each(links)('$page links to $to, which is there', ({ page, to }) => {
  const [path = '', anchor] = to.split('#');
  const target = path === '' ? page : join(dirname(page), path);

  expect(existsSync(join(ROOT, target))).toBe(true);
  const titles = target.endsWith('.md') ? [...readPage(target).matchAll(/^#+ (.+)$/gm)] : [];
  // As the sites that show Markdown make them.
  const anchors = titles.map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replace(/ /g, '-'),
  );
  expect(anchor === undefined || anchors.includes(anchor)).toBe(true);
});

const ROOMS = ['client', 'workflows', 'rollout', 'activities', 'cloud', 'worker', 'temporal'];
const FOLDERS = [...ROOMS, 'emulator', 'local', 'test', 'bench', 'plans', 'docs'];
const paths = snippets().filter(({ text }) => {
  return new RegExp(`^(${FOLDERS.join('|')})/[\\w./-]*$`).test(text);
});

test.each(paths)('$at: $text is there', ({ text }) => {
  expect(existsSync(join(ROOT, text))).toBe(true);
});

/** Names of variables in a text; one that ends in _ is how names begin. */
function variablesIn(text: string): readonly string[] {
  return text.match(/\b(?:UPWAVE|CLOUD|TEMPORAL)_[A-Z_]*[A-Z]\b/g) ?? [];
}

/** What the code reads, and Temporal's own for connections. */
function knownVariables(): ReadonlySet<string> {
  const files = ['worker', 'client', 'local', 'temporal', 'cloud'].flatMap((room) =>
    readdirSync(join(ROOT, room))
      .filter((name) => name.endsWith('.ts'))
      .map((name) => source(room, name)),
  );
  const envconfig = readdirSync(join(ROOT, 'node_modules/@temporalio/envconfig/src'));
  const temporals = envconfig.map((name) => source('node_modules/@temporalio/envconfig/src', name));
  const ofClouds = /^ {2}([A-Z_]+): optional\(/gm;
  const cloud = [...source('worker', 'cloud-config.ts').matchAll(ofClouds)];
  return new Set([
    ...[...files, ...temporals].flatMap(variablesIn),
    ...cloud.map(([, name]) => `CLOUD_${name}`),
  ]);
}

const known = knownVariables();
const used = PAGES.flatMap((page) => variablesIn(readPage(page)).map((name) => ({ page, name })));
// Of clouds that the pages' plans name.
const OF_A_CLOUD = /^CLOUD_(?:EAST|EU_WEST|SINGAPORE)(?=_|$)/;

test.each([...new Map(used.map((each) => [each.page + each.name, each])).values()])(
  '$page: the variable $name is one',
  ({ name }) => {
    const isSecret = name.startsWith('UPWAVE_SECRET');

    const general = name.replace(OF_A_CLOUD, 'CLOUD');

    expect(isSecret || general === 'CLOUD' || known.has(general)).toBe(true);
  },
);

test('every variable that upwave reads is in docs/operations.md', () => {
  const page = readPage('docs/operations.md');
  // `_DCS` stands for the rest of the name before it.
  const endings = [...page.matchAll(/`(_[A-Z]+)`/g)].map(([, ending = '']) => ending);
  const isSaid = (name: string) =>
    page.includes(name) || endings.some((e) => name.endsWith(e) && page.includes(before(name, e)));
  const read = [
    ...variablesIn(source('worker', 'config.ts')),
    ...variablesIn(source('client', 'config.ts')),
    ...[...known].filter((name) => name.startsWith('CLOUD_')),
  ];

  expect(read.filter((name) => !isSaid(name))).toEqual([]);
  expect(read.length).toBeGreaterThan(20);
});

function before(name: string, ending: string): string {
  return name.slice(0, -ending.length);
}

test.each(snippets().filter(({ text }) => /^npm (run|test)/.test(text)))(
  '$at: $text is a script',
  ({ text }) => {
    const { scripts } = JSON.parse(source('package.json')) as { scripts: Record<string, string> };

    const [, run, name = 'test'] = /^npm (run|test)(?: ([\w:]+))?/.exec(text) ?? [];

    expect(Object.keys(scripts)).toContain(run === 'test' ? 'test' : name);
  },
);

/** The names in a union of the code. */
function unionIn(text: string, from: string, to: string): readonly string[] {
  const union = text.slice(text.indexOf(from), text.indexOf(to, text.indexOf(from)));
  return [...union.matchAll(/^ +\| '(\w+)'/gm)].map(([, name = '']) => name);
}

test('every reason has its row in docs/operations.md, and no row is of nothing', () => {
  const codes = unionIn(source('rollout', 'outcome.ts'), 'export type ReasonCode', '/** What one');
  const page = readPage('docs/operations.md');
  const table = page.slice(page.indexOf('## Reasons'), page.indexOf('## What a rollout waits for'));

  const rows = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, name = '']) => name);

  expect(codes.length).toBeGreaterThan(25);
  expect([...rows].sort()).toEqual([...codes].sort());
});

test('every outcome, and all that a rollout can wait for, is in docs/operations.md', () => {
  const waits = unionIn(source('rollout', 'outcome.ts'), 'export interface Wait', 'readonly until');
  const page = readPage('docs/operations.md');
  const rowsOf = (title: string) => {
    const table = page.slice(page.indexOf(title), page.indexOf('\n## ', page.indexOf(title) + 3));
    return [...table.matchAll(/^\| `(\w+)`/gm)].map(([, name = '']) => name).sort();
  };

  expect(waits.length).toBeGreaterThan(8);
  expect(rowsOf('## Outcomes')).toEqual([...OUTCOMES].sort());
  expect(rowsOf('## What a rollout waits for')).toEqual([...waits].sort());
});

test('the glossary has the words, once each, with the outcomes and families there are', () => {
  const rows = [...readPage('docs/glossary.md').matchAll(/^\| ([a-z ]+?) +\| (.+?) +\|$/gm)];
  const words = rows.map(([, word = '']) => word).filter((word) => word !== 'word');
  const meaning = (word: string) => rows.find(([, name]) => name === word)?.[2] ?? '';

  const core = `plan rollout wave target family attempt submission ticket progress outcome gate bake
    window admission place busy retry compensate`.split(/\s+/);
  for (const word of [...core, 'failure budget', 'roll forward']) expect(words).toContain(word);
  expect(new Set(words).size).toBe(words.length);
  expect(words.length).toBeGreaterThan(35);
  for (const outcome of OUTCOMES) expect(meaning('outcome')).toContain(`\`${outcome}\``);
  for (const family of FAMILIES) expect(meaning('family')).toContain(`\`${family}\``);
});
