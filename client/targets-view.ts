import type { FrozenTarget, Standing } from '../rollout/frozen-plan';
import type { Target } from '../rollout/upgrade';
import { table, wrap, type Column } from './layout';
import { targetWords, versionWords } from './words';

const STANDING_WORDS: Readonly<Record<Standing, string>> = {
  upgradable: 'upgradable',
  upToDate: 'up to date',
  notUpgradable: 'not upgradable',
  busy: 'busy',
  unknown: 'unknown',
};

/** How much of a plan is shown. */
export interface Extent {
  readonly width: number;
  /** Every target, however many; else the first ones of each wave, and the others as numbers. */
  readonly all: boolean;
}

const MOST_ROWS = 20;
const MOST_STEPS = 8;
const MOST_NAMES = 10;

/** The targets of a wave, in order, with version now → version then. */
export function targetLines(targets: readonly FrozenTarget[], extent: Extent): string[] {
  const shown = extent.all ? targets : targets.slice(0, MOST_ROWS);
  if (shown.length === 0) return [];
  const columns: Column[] = [
    { title: 'target', shrinkTo: 12 },
    { title: 'version', shrinkTo: 8 },
    { title: 'standing' },
    { title: '', shrinkTo: 12, optional: true },
  ];
  const rows = shown.map((target) => [
    targetWords(target),
    stepWords(target),
    STANDING_WORDS[target.standing],
    target.words ?? '',
  ]);
  const [, ...lines] = table(columns, rows, extent.width);
  return [...lines, ...moreLines(targets, shown.length, extent.width)];
}

function moreLines(targets: readonly FrozenTarget[], shown: number, width: number): string[] {
  const more = targets.length - shown;
  if (more === 0) return [];
  const counts = new Map<string, number>();
  for (const target of targets) {
    const step = `${stepWords(target)}, ${STANDING_WORDS[target.standing]}`;
    counts.set(step, (counts.get(step) ?? 0) + 1);
  }
  const steps = [...counts].sort(([, a], [, b]) => b - a);
  const others = steps.slice(MOST_STEPS).reduce((sum, [, count]) => sum + count, 0);
  const told = [
    ...steps.slice(0, MOST_STEPS).map(([step, count]) => `${count} × ${step}`),
    ...(others > 0 ? [`${others} others`] : []),
  ];
  return [
    `… and ${more} more (all of them: --all). Together:`,
    ...told.flatMap((each) => wrap(each, width - 2, 2).map((line) => `  ${line}`)),
  ];
}

/** `9 upgradable, 2 up to date`. */
export function standingWords(targets: readonly FrozenTarget[]): string {
  const words = standings().flatMap((standing) => {
    const count = targets.filter((target) => target.standing === standing).length;
    return count > 0 ? [`${count} ${STANDING_WORDS[standing]}`] : [];
  });
  return words.join(', ') || 'no targets';
}

/** Who will not simply be upgraded, by name and why. */
export function exceptionLines(targets: readonly FrozenTarget[], extent: Extent): string[] {
  return standings().flatMap((standing) => {
    const those = targets.filter((target) => target.standing === standing);
    // Where nothing could be read, names would say no more than the number did.
    if (standing === 'upgradable' || those.length === 0) return [];
    if (standing === 'unknown' && those.length === targets.length) return [];
    return wrap(`${STANDING_WORDS[standing]}: ${namesOf(those, extent.all)}`, extent.width, 2);
  });
}

/** Names of targets, the first ones of many. */
export function namesOf(targets: readonly Target[], all: boolean): string {
  const shown = all ? targets : targets.slice(0, MOST_NAMES);
  const more = targets.length - shown.length;
  return shown.map(targetWords).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function standings(): readonly Standing[] {
  return Object.keys(STANDING_WORDS) as Standing[];
}

/** `version now → version then`. */
function stepWords({ versionAtPlan, wanted }: FrozenTarget): string {
  if (versionAtPlan !== null && versionAtPlan === wanted) return versionWords(versionAtPlan);
  return `${versionWords(versionAtPlan)} → ${wanted === null ? 'newest' : versionWords(wanted)}`;
}
