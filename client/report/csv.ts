import { attemptCount } from '../../rollout/counts';
import type { Report, ReportedTarget } from '../../rollout/report';
import { asText, csvText } from '../csv';

type Cell = (target: ReportedTarget) => string | number | null | undefined;

const COLUMNS: readonly (readonly [string, Cell])[] = [
  ['wave', ({ wave }) => wave],
  ['upgrade', ({ upgrade }) => upgrade],
  ['family', ({ family }) => family],
  ['cloud', ({ cloud }) => cloud],
  ['projectId', ({ projectId }) => projectId],
  ['instanceId', ({ instanceId }) => instanceId],
  ['proxyId', ({ proxyId }) => proxyId],
  ['name', ({ name }) => name],
  ['outcome', ({ outcome }) => outcome],
  ['reason', ({ reason }) => reason],
  ['reasonText', ({ reasonText }) => reasonText],
  ['versionBefore', ({ versionBefore }) => versionBefore],
  ['versionAfter', ({ versionAfter }) => versionAfter],
  ['attempts', ({ attempts }) => attemptCount(attempts)],
  ['submissions', ({ attempts }) => attempts.filter((each) => each.submittedAt !== null).length],
  ['tickets', ({ attempts }) => attempts.flatMap(({ ticket }) => ticket ?? []).join(' ')],
  ['compensation', ({ compensation }) => compensation],
  ['startedAt', ({ startedAt }) => startedAt],
  ['endedAt', ({ endedAt }) => endedAt],
];

/**
 * One row for each target, in plan order; a column `label:<key>` for each label. Null is an empty
 * cell: a target that has not ended has no outcome. Nothing in it is a formula to a spreadsheet.
 */
export function reportCsv({ targets }: Report): string {
  const keys = [...new Set(targets.flatMap(({ labels }) => Object.keys(labels)))].sort();
  const head = [...COLUMNS.map(([title]) => title), ...keys.map((key) => `label:${key}`)];
  const rows = targets.map((target) => [
    ...COLUMNS.map(([, cell]) => String(cell(target) ?? '')),
    ...keys.map((key) => (Object.hasOwn(target.labels, key) ? (target.labels[key] ?? '') : '')),
  ]);
  return csvText([head, ...rows].map((cells) => cells.map(asText)));
}
