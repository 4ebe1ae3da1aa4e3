import { readTargetsFile } from '../../rollout/targets-file';
import { CACHE, CACHE_2, parse, problemsOf, readPlan } from './plan.builder';
import { timed } from '../support/timed';

const FROM_FILE = { targets: [{ upgrade: 'cache', file: 'caches.csv' }] };

function targetsOf(csv: string, entry: object = {}) {
  const targets = [{ upgrade: 'cache', file: 'caches.csv', ...entry }];
  return readPlan({ targets }, { 'caches.csv': csv }).targets;
}

const [FIRST, SECOND] = [CACHE, CACHE_2].map((instanceId) => ({
  ...{ upgrade: 'cache', instanceId, proxyId: null, name: null, az: null, labels: {} },
}));

describe('CSV', () => {
  test.each([
    { name: 'plain', csv: `instanceId\n${CACHE}\n${CACHE_2}\n` },
    { name: 'no line break at the end', csv: `instanceId\n${CACHE}\n${CACHE_2}` },
    { name: 'CRLF', csv: `instanceId\r\n${CACHE}\r\n${CACHE_2}\r\n` },
    { name: 'a byte order mark', csv: `\uFEFFinstanceId\n${CACHE}\n${CACHE_2}\n` },
    { name: 'spaces around the cells', csv: ` instanceId , name \n ${CACHE} ,\n  ${CACHE_2},  \n` },
    { name: 'quotes, with spaces in them', csv: `"instanceId"\n"${CACHE}"\n" ${CACHE_2} "\n` },
    {
      name: 'empty lines and rows of commas',
      csv: `\ninstanceId,name\n\n${CACHE},\n,\n${CACHE_2},\n,\n`,
    },
    { name: 'columns without name and cells', csv: `instanceId,,\n${CACHE},,\n${CACHE_2},,\n` },
  ])('$name -> two targets', ({ csv }) => {
    expect(targetsOf(csv)).toEqual([FIRST, SECOND]);
  });

  test('known columns are fields, what the cloud said then is left out, all others are labels', () => {
    const csv = `upgrade,instanceId,name,az,version,newestVersion,status,tier,cost center
cache,${CACHE},"cart, EU",z1,5.0.12.1,5.0.16.3,RUNNING,canary,007
cache,${CACHE_2},,,5.0.12.1,,,,\n`;

    expect(targetsOf(csv)).toEqual([
      { ...FIRST, name: 'cart, EU', az: 'z1', labels: { tier: 'canary', 'cost center': '007' } },
      SECOND,
    ]);
  });

  test("a row's own upgrade and labels win over those of its entry", () => {
    const csv = `instanceId,upgrade,tier\n${CACHE},other,gold\n${CACHE_2},,\n`;
    const targets = [
      { upgrade: 'cache', file: 'caches.csv', labels: { tier: 'silver', team: 'a' } },
    ];
    const cache = { family: 'dcs-instance', engineMinorVersion: 'latest' };

    const plan = readPlan({ upgrades: { cache, other: cache }, targets }, { 'caches.csv': csv });

    expect(plan.targets).toEqual([
      { ...FIRST, upgrade: 'other', labels: { tier: 'gold', team: 'a' } },
      { ...SECOND, labels: { tier: 'silver', team: 'a' } },
    ]);
  });

  test.each([
    {
      name: 'a wrong id -> file and line',
      csv: `instanceId\n${CACHE}\nx\n`,
      path: 'caches.csv:3.instanceId',
      message: 'is not a DCS instance id',
    },
    {
      name: 'a wrong id below a cell of two lines',
      csv: `instanceId,name\r\n${CACHE},"a\r\nb"\r\nx,\r\n`,
      path: 'caches.csv:4.instanceId',
      message: 'is not',
    },
    {
      name: 'no id in a row',
      csv: `instanceId,name\n${CACHE},a\n,b\n`,
      path: 'caches.csv:3.instanceId',
      message: 'is missing',
    },
    {
      name: 'an unknown upgrade',
      csv: `instanceId,upgrade\n${CACHE},cach\n`,
      path: 'caches.csv:2.upgrade',
      message: 'no upgrade is called "cach"',
    },
    {
      name: 'the same target twice',
      csv: `instanceId\n${CACHE}\n${CACHE}\n`,
      path: 'caches.csv:3',
      message: 'is the same target as caches.csv:2',
    },
    {
      name: 'a row that is short',
      csv: `instanceId,name,az\n${CACHE},a\n`,
      path: 'caches.csv:2',
      message: 'has 2 cells, the header has 3',
    },
    {
      name: 'a row that is long',
      csv: `instanceId\n${CACHE},a\n`,
      path: 'caches.csv:2',
      message: 'has 2 cells, the header has 1',
    },
    {
      name: 'a quote that is not closed',
      csv: `instanceId\n"${CACHE}\n`,
      path: 'caches.csv',
      message: 'is not CSV: Quote Not Closed',
    },
    {
      name: 'a column twice',
      csv: `instanceId,az,az\n${CACHE},a,b\n`,
      path: 'caches.csv:1',
      message: 'names the column az twice',
    },
    {
      name: 'no column instanceId',
      csv: `id\n${CACHE}\n`,
      path: 'caches.csv:1',
      message: 'has no column instanceId',
    },
    { name: 'nothing in it', csv: '\n', path: 'caches.csv', message: 'is empty' },
    {
      name: 'a header and no more',
      csv: 'instanceId\n',
      path: 'caches.csv:1',
      message: 'has a header but no rows',
    },
  ])('$name -> $path', ({ csv, path, message }) => {
    expect(problemsOf(FROM_FILE, { 'caches.csv': csv })).toEqual([
      expect.objectContaining({ path, message: expect.stringContaining(message) as string }),
    ]);
  });

  test.each([
    { header: 'instance_id,name', suggestion: 'call "instance_id" instanceId in the header row' },
    { header: 'InstanceID', suggestion: 'call "InstanceID" instanceId in the header row' },
    { header: 'instanceId;name', suggestion: 'separate the columns by commas' },
    { header: 'name', suggestion: 'name a column instanceId in the header row' },
  ])('header $header -> $suggestion', ({ header, suggestion }) => {
    const { problems } = readTargetsFile('x.csv', `${header}\n${CACHE}\n`);

    expect(problems).toMatchObject([{ path: 'x.csv:1', suggestion }]);
  });
});

describe('JSON', () => {
  const read = (rows: unknown, file = 'caches.json') =>
    parse({ targets: [{ upgrade: 'cache', file }] }, { [file]: JSON.stringify(rows) });

  test('labels may be columns, or together as in the plan; null is absent', () => {
    const { plan } = read([
      { instanceId: CACHE, proxyId: null, version: '5.0.12.1', tier: 'canary', shard: 7 },
      { instanceId: CACHE_2, labels: { tier: 'gold' }, az: 'z1' },
    ]);

    expect(plan?.targets).toEqual([
      { ...FIRST, labels: { tier: 'canary', shard: '7' } },
      { ...SECOND, labels: { tier: 'gold' }, az: 'z1' },
    ]);
  });

  test('a list is JSON, whatever the file is called', () => {
    expect(read([{ instanceId: CACHE }], 'caches.txt').plan?.targets).toEqual([FIRST]);
  });

  test.each([
    {
      name: 'a wrong id -> file and row',
      rows: [{ instanceId: 'x' }],
      path: 'caches.json[0].instanceId',
    },
    { name: 'a number for an id', rows: [{ instanceId: [] }], path: 'caches.json[0].instanceId' },
    {
      name: 'a mapping for a label',
      rows: [{ instanceId: CACHE, tags: { a: 1 } }],
      path: 'caches.json[0].labels.tags',
    },
    {
      name: 'labels that are a word',
      rows: [{ instanceId: CACHE, labels: 'x' }],
      path: 'caches.json[0].labels',
    },
    { name: 'a row that is a word', rows: [{ instanceId: CACHE }, 'x'], path: 'caches.json[1]' },
    { name: 'no list', rows: { instanceId: CACHE }, path: 'caches.json' },
    { name: 'no rows', rows: [], path: 'caches.json' },
  ])('$name', ({ rows, path }) => {
    expect(read(rows).problems.map((problem) => problem.path)).toEqual([path]);
  });

  test('what is not JSON -> says why', () => {
    const { problems } = readTargetsFile('caches.json', '[{]');

    expect(problems).toMatchObject([
      { path: 'caches.json', message: expect.stringMatching(/^is not JSON: /) as string },
    ]);
  });
});

describe('the entry of a file', () => {
  test('that cannot be read -> where it is named, and why', () => {
    expect(problemsOf(FROM_FILE)).toEqual([
      {
        path: 'targets[0].file',
        message: "caches.csv cannot be read: ENOENT: no such file, open 'caches.csv'",
        suggestion: 'a path relative to the plan',
      },
    ]);
  });

  test('with a key that belongs to a target alone -> unknown, and the other files are read', () => {
    const paths = problemsOf(
      {
        targets: [
          { file: 'a.csv', instanceId: CACHE },
          { upgrade: 'cache', file: 'b.csv' },
        ],
      },
      { 'b.csv': 'instanceId\nx\n' },
    ).map(({ path }) => path);

    expect(paths).toEqual(['targets[0].instanceId', 'b.csv:2.instanceId']);
  });

  test('without upgrade, and none in its rows -> each row says so', () => {
    const problems = problemsOf(
      { targets: [{ file: 'a.csv' }] },
      { 'a.csv': `instanceId\n${CACHE}\n` },
    );

    expect(problems).toMatchObject([{ path: 'a.csv:2.upgrade', message: 'is missing' }]);
  });

  test('whose row is a target of the plan too -> twice', () => {
    const targets = [{ upgrade: 'cache', instanceId: CACHE }, ...FROM_FILE.targets];

    const problems = problemsOf({ targets }, { 'caches.csv': `instanceId\n${CACHE}\n` });

    expect(problems).toMatchObject([
      { path: 'caches.csv:2', message: 'is the same target as targets[0]' },
    ]);
  });
});

describe('10,000 rows', () => {
  const rows = Array.from(
    { length: 10_000 },
    (_, i) => `${CACHE.slice(0, -6)}${String(i).padStart(6, '0')},cache-${i},z${i % 3},gold`,
  );
  const csv = (lines: readonly string[]) => ['instanceId,name,az,tier', ...lines].join('\n');

  test('are read within two seconds', () => {
    const { value: targets, seconds } = timed(() => targetsOf(csv(rows)));

    expect(seconds).toBeLessThan(2);
    expect(targets).toHaveLength(10_000);
  });

  test('all wrong -> all told, within two seconds', () => {
    const files = { 'caches.csv': csv(rows.map((row) => `x${row}`)) };

    const { value: problems, seconds } = timed(() => problemsOf(FROM_FILE, files));

    expect(seconds).toBeLessThan(2);
    expect(problems).toHaveLength(10_000);
  });
});
