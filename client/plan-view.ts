import type { FrozenPlan, FrozenTarget, FrozenWave, Standing } from '../rollout/frozen-plan';
import { paint } from './colors';
import { table, wrap, type Column } from './layout';
import type { Look } from './summary';
import { budgetWords, counted, targetWords, versionWords } from './words';

const STANDING_WORDS: Readonly<Record<Standing, string>> = {
  upgradable: 'upgradable',
  upToDate: 'up to date',
  notUpgradable: 'not upgradable',
  busy: 'busy',
  unknown: 'unknown',
};

/** What a frozen plan would do, for people: waves with their targets, budgets, what is left out. */
export function planLines(frozen: FrozenPlan, look: Look): string[] {
  const ink = paint(look.colors);
  const { name, scope, waves, unmatched, budget } = frozen;
  const all = waves.flatMap(({ targets }) => targets);
  const planned = `${counted(all.length, 'target')} in ${counted(waves.length, 'wave')}`;
  return [
    ink.bold(name),
    ...wrap(`${planned}, project ${scope.projectId} in ${scope.region}`, look.width, 2),
    ...wrap(`budget of the whole rollout: ${budgetWords(budget)}`, look.width, 2),
    ...waves.flatMap((wave) => ['', ...waveLines(wave, look)]),
    '',
    ...wrap(`Altogether: ${standingWords(all)}`, look.width, 2),
    ...unmatchedLines(unmatched, look),
  ];
}

/** `9 upgradable, 2 up to date`. */
export function standingWords(targets: readonly FrozenTarget[]): string {
  const words = Object.entries(STANDING_WORDS)
    .map(([standing, word]) => {
      const count = targets.filter((target) => target.standing === standing).length;
      return { count, word };
    })
    .filter(({ count }) => count > 0)
    .map(({ count, word }) => `${count} ${word}`);
  return words.join(', ') || 'no targets';
}

function waveLines(wave: FrozenWave, look: Look): string[] {
  const ink = paint(look.colors);
  const { name, targets, concurrency, budget } = wave;
  const head = `wave ${name}: ${counted(targets.length, 'target')}, ${concurrency} at once; budget: ${budgetWords(budget)}`;
  const columns: Column[] = [
    { title: 'target', shrinkTo: 20 },
    { title: 'version', shrinkTo: 12 },
    { title: 'standing' },
    { title: '', shrinkTo: 12, optional: true },
  ];
  const rows = targets.map((target) => [
    targetWords(target),
    stepWords(target),
    STANDING_WORDS[target.standing],
    target.words ?? '',
  ]);
  const [, ...lines] = table(columns, rows, look.width - 2);
  const [first = '', ...more] = wrap(head, look.width, 2);
  return [ink.bold(first), ...more, ...lines.map((line) => `  ${line}`)];
}

/** `version now → version then`. */
function stepWords({ versionAtPlan, wanted }: FrozenTarget): string {
  if (versionAtPlan !== null && versionAtPlan === wanted) return versionWords(versionAtPlan);
  return `${versionWords(versionAtPlan)} → ${wanted === null ? 'newest' : versionWords(wanted)}`;
}

function unmatchedLines(unmatched: FrozenPlan['unmatched'], look: Look): string[] {
  if (unmatched.length === 0) return [];
  const head = `No wave matches ${counted(unmatched.length, 'target')}: never upgraded by this plan.`;
  return [
    '',
    ...wrap(head, look.width, 2).map(paint(look.colors).warn),
    ...unmatched.map((target) => `  ${targetWords(target)}`),
  ];
}
