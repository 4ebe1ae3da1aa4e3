import { readDiscoverFlags } from '../../client/discover-flags';
import {
  fleetCsv,
  fleetJson,
  fleetLines,
  summaryWords,
  warningLines,
} from '../../client/fleet-view';
import { labelsOf, type FleetRow } from '../../rollout/fleet';
import { readTargetsFile } from '../../rollout/targets-file';
import { aRow, aSearch } from '../rollout/fleet.builder';
import { CACHE, CACHE_2, PROXY, readPlan, TAURUSDB } from '../rollout/plan.builder';

const seen = {
  version: '5.0.14.1',
  newestVersion: '5.0.16.3',
  status: 'RUNNING',
  az: 'cn-north-4a',
};
const shop = aRow({
  ...seen,
  ...{ upgradable: true, maintenanceWindow: '18:00-22:00', tags: { team: 'billing', tier: '' } },
});
const odd = aRow({
  instanceId: CACHE_2,
  name: 'a "quoted", name',
  tags: { name: 'x,y', note: ' two\nlines "here" ', 'a,b': '=1+1', team: 'orders' },
});
const proxy = aRow({ instanceId: TAURUSDB, proxyId: PROXY, name: 'shop-proxy', ...seen });
const ofProxies = aSearch({ family: 'taurusdb-proxy' });

describe('table', () => {
  test('all of it on a wide terminal', () => {
    expect(
      fleetLines([shop, aRow({ ...seen, newestVersion: '5.0.14.1' })], aSearch(), 200),
    ).toEqual([
      'instance                              name        version              status   az           tags               window (UTC)',
      `${CACHE}  shop-cache  5.0.14.1 → 5.0.16.3  RUNNING  cn-north-4a  team=billing tier  18:00-22:00`,
      `${CACHE}  shop-cache  5.0.14.1             RUNNING  cn-north-4a`,
    ]);
  });

  test.each([
    { search: aSearch(), row: shop, id: CACHE },
    { search: ofProxies, row: proxy, id: PROXY },
  ])('40 columns: whole ids ($id), and what has no room is named', ({ search, row, id }) => {
    const lines = fleetLines([row], search, 40);

    expect(lines[1]).toBe(id);
    expect(lines.every((line) => line.length <= 40)).toBe(true);
    expect(lines.slice(3).join(' ')).toContain(
      'Not shown for want of room: name, version, status, az',
    );
    expect(lines.slice(3).join(' ')).toContain('--csv and --json have all.');
  });

  test('columns in which nothing is are left out, and not missed', () => {
    expect(fleetLines([aRow()], aSearch({ versions: false }), 80)).toEqual([
      'instance                              name',
      `${CACHE}  shop-cache`,
    ]);
  });

  test('hot patches: none, and those that are offered', () => {
    const row = aRow({ version: '', newestVersion: '3.208.0.6' });

    expect(fleetLines([row], aSearch({ family: 'gaussdb-hotfix' }), 200)[1]).toContain(
      'none → 3.208.0.6',
    );
  });
});

test('CSV: a column for each label, quoted where it must be', () => {
  expect(fleetCsv([shop, odd], aSearch())).toBe(
    [
      'instanceId,name,version,newestVersion,status,az,"a,b",maintenanceWindow,note,tag.name,team',
      `${CACHE},shop-cache,5.0.14.1,5.0.16.3,RUNNING,cn-north-4a,,18:00-22:00,,,billing`,
      `${CACHE_2},"a ""quoted"", name",,,,,=1+1,,"two\nlines ""here""","x,y",orders`,
      '',
    ].join('\n'),
  );
});

test('CSV of nothing: the header alone', () => {
  expect(fleetCsv([], ofProxies)).toBe('instanceId,proxyId,name,version,newestVersion,status,az\n');
});

test('JSON: what is not known is null', () => {
  expect(fleetJson([shop, aRow()])).toEqual([
    {
      ...{ instanceId: CACHE, proxyId: null, name: 'shop-cache', ...seen },
      ...{ maintenanceWindow: '18:00-22:00', labels: { team: 'billing' } },
    },
    {
      ...{ instanceId: CACHE, proxyId: null, name: 'shop-cache', version: null },
      ...{ newestVersion: null, status: null, az: null, maintenanceWindow: null, labels: {} },
    },
  ]);
});

describe('round trip into a plan', () => {
  const upgrades = {
    cache: { family: 'dcs-instance', engineMinorVersion: 'latest' },
    proxy: { family: 'taurusdb-proxy', targetVersion: '2.26.03.000' },
  };
  const asTarget = (upgrade: string, row: FleetRow) => ({
    upgrade,
    ...{ instanceId: row.instanceId, proxyId: row.proxyId, name: row.name, az: row.az },
    labels: labelsOf(row),
  });

  test.each([
    { name: 'caches, CSV', upgrade: 'cache', rows: [shop, odd], search: aSearch(), form: 'csv' },
    { name: 'caches, JSON', upgrade: 'cache', rows: [shop, odd], search: aSearch(), form: 'json' },
    { name: 'proxies, CSV', upgrade: 'proxy', rows: [proxy], search: ofProxies, form: 'csv' },
    { name: 'proxies, JSON', upgrade: 'proxy', rows: [proxy], search: ofProxies, form: 'json' },
  ])(
    '$name -> the targets that `discover:` would have found',
    ({ upgrade, rows, search, form }) => {
      const text = form === 'csv' ? fleetCsv(rows, search) : JSON.stringify(fleetJson(rows));
      const file = `fleet.${form}`;

      const plan = readPlan({ upgrades, targets: [{ upgrade, file }] }, { [file]: text });

      expect(plan.targets).toEqual(rows.map((row) => asTarget(upgrade, row)));
    },
  );

  test('what the cloud said of versions and status is read afresh, and is no label', () => {
    const { rows } = readTargetsFile('fleet.csv', fleetCsv([shop], aSearch()));

    expect(rows[0]?.value.labels).toEqual({ team: 'billing', maintenanceWindow: '18:00-22:00' });
  });
});

describe('words', () => {
  test.each([
    [1, aSearch(), '1 instance of the family dcs-instance.'],
    [2, ofProxies, '2 proxies of the family taurusdb-proxy.'],
    [
      3,
      aSearch({ name: '*shop', tags: { a: 'b' } }),
      '3 instances of the family dcs-instance with name *shop, tag a=b.',
    ],
    [
      0,
      aSearch(),
      'There is nothing of the family dcs-instance in project 0483b6b16e954cb88930a360d2c4e663, region cn-north-4.',
    ],
    [
      0,
      aSearch({ name: 'shop' }),
      'There is nothing of the family dcs-instance with name shop in project 0483b6b16e954cb88930a360d2c4e663, region cn-north-4. A name is meant whole: "*shop" finds a part of it.',
    ],
  ])('%d found', (found, search, words) => {
    expect(summaryWords(found, search)).toBe(words);
  });

  const steady = { seen: 2, total: 2, isSteady: true };

  test('all is well -> none', () => {
    expect(warningLines([shop], steady)).toEqual([]);
  });

  test('a fleet that changed, and versions that could not be read: the first ten', () => {
    const rows = Array.from({ length: 12 }, () => aRow({ problem: 'not Redis' }));

    const lines = warningLines([...rows, shop], { ...steady, isSteady: false });

    expect(lines[0]).toContain('an instance may be missing');
    expect(lines[1]).toBe('The versions of 12 rows could not be read:');
    expect(lines.slice(2)).toEqual([
      ...Array.from({ length: 10 }, () => `  ${CACHE}: not Redis`),
      '  and 2 more',
    ]);
  });
});

describe('flags', () => {
  const scope = { projectId: '0483b6b16e954cb88930a360d2c4e663', region: 'cn-north-4' };
  const flags = { family: 'dcs-instance', ...scope };

  test.each([
    { given: {}, search: {}, file: null },
    {
      given: { tag: ['a=b', 'c=d=e', 'f='], name: '*x', upgradable: true },
      search: { tags: { a: 'b', c: 'd=e', f: '' }, name: '*x', upgradable: true },
      file: null,
    },
    { given: { quick: true }, search: { versions: false }, file: null },
    { given: { out: './b.CSV' }, search: {}, file: { path: './b.CSV', form: 'csv' } },
    { given: { out: 'b.json', csv: true }, search: {}, file: { path: 'b.json', form: 'json' } },
  ])('$given', ({ given, search, file }) => {
    expect(readDiscoverFlags({ ...flags, ...given })).toEqual({ search: aSearch(search), file });
  });

  test.each([
    [{ family: 'dcs' }, '--family: no family is called "dcs" (there is taurusdb-proxy'],
    [{ tag: ['a'] }, '--tag: "a" is no tag (key=value)'],
    [{ tag: ['=a'] }, '--tag: "=a" is no tag'],
    [{ tag: ['a=b', 'a=c'] }, '--tag: a is there twice'],
    [{ name: 'x*' }, '--name: "x*" can be no name'],
    [{ projectId: 'x' }, '--project-id: must be 32 letters and digits, not "x"'],
    [{ region: undefined }, '--region: is missing (or --plan <file>'],
    [{ out: 'x' }, '--out: "x" does not say its form'],
    [{ out: 'none/b.csv' }, '--out: "none/b.csv": there is no folder "none" (create it first'],
    [{ json: true, csv: true }, '--json: does not go together with --csv'],
    [{ quick: true, upgradable: true }, '--quick: reads no versions'],
    [{ plan: '/none.yaml' }, 'The plan cannot be read'],
  ])('%j -> %s', (given, words) => {
    const read = () => readDiscoverFlags({ ...flags, ...given });

    expect(read).toThrow(words);
    expect(read).toThrow('Nothing was listed.');
  });
});
