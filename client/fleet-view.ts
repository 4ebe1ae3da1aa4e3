import {
  filterWords,
  labelsOf,
  type FleetProgress,
  type FleetRow,
  type FleetSearch,
} from '../rollout/fleet';
import { targetId } from '../rollout/ids';
import { csvText } from './csv';
import { table, wrap, type Column } from './layout';
import { counted, versionWords } from './words';

/** The rows as a table; below it what the terminal has no room for. */
export function fleetLines(
  rows: readonly FleetRow[],
  search: FleetSearch,
  width: number,
): string[] {
  const columns = columnsOf(search).filter(({ isAlways, cell }) => isAlways || rows.some(cell));
  const cells = rows.map((row) => columns.map(({ cell }) => cell(row)));
  const [head = '', ...lines] = table(columns, cells, width);
  const titles = columns.map(({ title }) => title);
  // In their order and two blanks apart: a title that is no prefix of what follows was left out.
  const left = titles.filter((title) => !` ${head} `.includes(` ${title} `));
  const note = `Not shown for want of room: ${left.join(', ')}. --csv and --json have all.`;
  return [head, ...lines, ...(left.length === 0 ? [] : ['', ...wrap(note, width)])];
}

interface FleetColumn extends Column {
  readonly isAlways?: boolean;
  readonly cell: (row: FleetRow) => string;
}

function columnsOf({ family, versions }: FleetSearch): readonly FleetColumn[] {
  const isProxy = family === 'taurusdb-proxy';
  const instance: FleetColumn = {
    title: 'instance',
    isAlways: true,
    optional: isProxy,
    cell: ({ instanceId }) => instanceId,
  };
  return [
    // An id that was cut could not be copied.
    ...(isProxy
      ? [{ title: 'proxy', isAlways: true, cell: ({ proxyId }: FleetRow) => proxyId ?? '' }]
      : [instance]),
    { title: 'name', shrinkTo: 20, optional: true, cell: ({ name }) => name },
    { title: 'version', optional: true, isAlways: versions, cell: versionCell },
    { title: 'status', optional: true, cell: ({ status }) => status ?? '' },
    { title: 'az', optional: true, cell: ({ az }) => az ?? '' },
    ...(isProxy ? [instance] : []),
    { title: 'tags', shrinkTo: 12, optional: true, cell: tagsCell },
    { title: 'window (UTC)', optional: true, cell: (row) => row.maintenanceWindow ?? '' },
  ];
}

/** `version → newest`; the version alone where nothing is newer, or nothing is known of it. */
function versionCell({ version, newestVersion }: FleetRow): string {
  if (version === null && newestVersion === null) return '';
  if (newestVersion === null || newestVersion === version) return versionWords(version);
  return `${versionWords(version)} → ${versionWords(newestVersion)}`;
}

function tagsCell({ tags }: FleetRow): string {
  return Object.entries(tags)
    .map(([key, value]) => (value === '' ? key : `${key}=${value}`))
    .join(' ');
}

/** How many there are; of nothing, where it was looked for. */
export function summaryWords(found: number, search: FleetSearch): string {
  const { scope, family, name } = search;
  const filter = filterWords(search);
  const withFilter = filter === '' ? '' : ` with ${filter}`;
  if (found > 0) {
    const isProxy = family === 'taurusdb-proxy';
    const what = isProxy ? counted(found, 'proxy', 'proxies') : counted(found, 'instance');
    return `${what} of the family ${family}${withFilter}.`;
  }
  const isWhole = name !== null && !name.startsWith('*');
  const hint = isWhole ? ` A name is meant whole: "*${name}" finds a part of it.` : '';
  return `There is nothing of the family ${family}${withFilter} in project ${scope.projectId}, region ${scope.region}.${hint}`;
}

/** What a person has to know besides the rows; empty when all is well. */
export function warningLines(
  rows: readonly FleetRow[],
  { isSteady }: FleetProgress,
): readonly string[] {
  const unread = rows.filter(({ problem }) => problem !== null);
  const shown = unread.slice(0, MOST_PROBLEMS);
  return [
    ...(isSteady
      ? []
      : ['The fleet changed while it was listed: an instance may be missing. List it again.']),
    ...(unread.length > 0
      ? [`The versions of ${counted(unread.length, 'row')} could not be read:`]
      : []),
    ...shown.map((row) => `  ${targetId(row)}: ${row.problem}`),
    ...(unread.length > shown.length ? [`  and ${unread.length - shown.length} more`] : []),
  ];
}

const MOST_PROBLEMS = 10;

/** Which upgrade a target is to get is not the cloud's to say: the plan's entry does. */
const COLUMNS = [
  'instanceId',
  'proxyId',
  'name',
  'version',
  'newestVersion',
  'status',
  'az',
] as const;

/** Rows that a plan can take as `file:`, as CSV: a label in each column without a meaning of its own. */
export function fleetCsv(rows: readonly FleetRow[], { family }: FleetSearch): string {
  const own = COLUMNS.filter((each) => each !== 'proxyId' || family === 'taurusdb-proxy');
  const labels = rows.map(labelsOf);
  const keys = [...new Set(labels.flatMap((each) => Object.keys(each)))].sort();
  const lines = rows.map((row, i) => {
    const known = own.map((column) => row[column] ?? '');
    return [
      ...known,
      ...keys.map((key) => (Object.hasOwn(labels[i] ?? {}, key) ? (labels[i]?.[key] ?? '') : '')),
    ];
  });
  return csvText([[...own, ...keys], ...lines]);
}

/** The same as JSON: what is not known is null. */
export function fleetJson(rows: readonly FleetRow[]) {
  return rows.map((row) => {
    const { instanceId, proxyId, name, version, newestVersion, status, az } = row;
    const known = { instanceId, proxyId, name, version, newestVersion, status, az };
    const { maintenanceWindow } = row;
    // Beside the labels it is one, too, where a plan reads this.
    return { ...known, maintenanceWindow, labels: labelsOf({ ...row, maintenanceWindow: null }) };
  });
}
