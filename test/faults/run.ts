import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { findTemporalProgram } from '../../local/temporal-program';
import { flightsIn } from '../support/judge';
import type { JournalEffect, JournalLine } from '../support/world';
import type { Evidence } from './evidence';
import { specialWords } from './special';
import { playStory, type Told } from './story';
import { linesAbout } from './verdict';
import { undoneIn } from './verdict-hooks';
import { exhaustedSpans } from './verdict-quiet';
import { keyOf } from './violation';
import { runProgram, say } from '../support/program';

/**
 * `npm run faults -- --stories N --seed S`: plays the stories of the seeds S, S + 1, … and judges
 * each. A story is played again with `--stories 1` and its own seed.
 */

const REPORTS = join(__dirname, '..', '..', 'reports', 'faults');

/** The numbers of the last line, in its order. */
interface Sum {
  readonly stories: number;
  readonly faults: number;
  readonly kills: number;
  readonly submissions: number;
  readonly violations: number;
}

async function run(): Promise<number> {
  const { values } = parseArgs({
    options: {
      stories: { type: 'string', default: '3' },
      seed: { type: 'string', default: '1' },
    },
  });
  const stories = whole('--stories', values.stories, 1);
  const first = whole('--seed', values.seed, 0);
  // Of the replays at the end of each story; what they find is in its verdict.
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const temporal = await findTemporalProgram({ say, env: process.env });
  let sum: Sum = { stories: 0, faults: 0, kills: 0, submissions: 0, violations: 0 };
  for (let seed = first; seed < first + stories; seed += 1) {
    sum = added(sum, await storyOf(seed, temporal));
  }
  say(
    Object.entries(sum)
      .map(([name, count]) => `${name}: ${count}`)
      .join(', '),
  );
  return sum.violations > 0 ? 1 : 0;
}

/** One story with its words. One that breaks down counts as one violation. */
async function storyOf(seed: number, temporal: string): Promise<Sum> {
  const folder = join(REPORTS, `${seed}`);
  try {
    const told = await playStory({ seed, temporal, folder });
    for (const line of linesOf(told, folder)) say(line);
    const { faults, submissions, violations } = told;
    return { stories: 1, faults, kills: killsOf(told), submissions, violations: violations.length };
  } catch (error) {
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
    say(`story ${seed} BROKE DOWN: ${words}; what is left of it: ${folder}`);
    return { stories: 1, faults: 0, kills: 0, submissions: 0, violations: 1 };
  }
}

function killsOf({ kills }: Told): number {
  return kills.worker + kills.server + kills.cloud;
}

function stuckIn({ evidence }: Told): number {
  const open = flightsIn(evidence.journal).filter(({ to }) => to === null);
  const unknown = evidence.report.targets.filter(({ outcome }) => outcome === 'unknown');
  return unknown.filter((each) => open.some(({ target }) => target === keyOf(each))).length;
}

function linesOf(told: Told, folder: string): string[] {
  const { seed, seconds, special, kills, cuts, quiet, lowered } = told;
  const { counts, faults, submissions, ownEnds, evidence } = told;
  const ends = Object.entries(counts).filter(
    ([name, count]) => count > 0 && !['total', 'pending', 'inFlight'].includes(name),
  );
  const head = [
    `story ${seed} (${seconds} s)`,
    specialWords(special),
    `killed: ${kills.worker} workers, ${kills.server} servers, ${kills.cloud} clouds, ${cuts.length} cut`,
    [...quiet.map(({ why }) => why), ...lowered.map(() => 'lower')].join(', ') || 'no act',
    `${faults} faults, ${submissions} submissions`,
    ends.map(([name, count]) => `${count} ${name}`).join(', '),
    ...(counts.unknown > 0 ? [`of the unknown ${stuckIn(told)} never ended in the cloud`] : []),
    ...numbersOf(evidence),
    ...(ownEnds > 0 ? [`${ownEnds} workers ended by themselves`] : []),
  ].join('; ');
  const wrong = told.violations.flatMap(({ rule, target, words }) => [
    `  VIOLATION of rule ${rule}, seed ${seed}, target ${target ?? '(all)'}: ${words}`,
    ...(target === null
      ? []
      : linesAbout(told.evidence.journal, target).map((line) => `    ${line}`)),
  ]);
  return [head, ...wrong, ...(wrong.length > 0 ? [`  kept in ${folder}`] : [])];
}

/** What came of the special things, so that a story which proved nothing shows. */
function numbersOf(evidence: Evidence): string[] {
  const { journal, hookCalls } = evidence;
  const cancelled = journal.flatMap(({ effects }) => effects).filter(isCancel).length;
  const cancelFaults = journal.filter((line) => line.fault !== null && isCancelCall(line));
  const spent = exhaustedSpans(evidence).length;
  return [
    ...(spent > 0 ? [`budgets exhausted ${spent} times`] : []),
    ...(hookCalls.length > 0
      ? [`${hookCalls.length} calls of hooks, ${undoneIn(hookCalls)} undone`]
      : []),
    ...(cancelled + cancelFaults.length > 0
      ? [`${cancelled} cancelled, ${cancelFaults.length} faults of cancels`]
      : []),
  ];
}

function isCancel({ kind }: JournalEffect): boolean {
  return kind === 'cancelled';
}

function isCancelCall({ method, path }: JournalLine): boolean {
  return method === 'DELETE' || (method === 'PUT' && /\/cancel$/.test(path ?? ''));
}

function added(one: Sum, other: Sum): Sum {
  return {
    stories: one.stories + other.stories,
    faults: one.faults + other.faults,
    kills: one.kills + other.kills,
    submissions: one.submissions + other.submissions,
    violations: one.violations + other.violations,
  };
}

function whole(flag: string, text: string, least: number): number {
  if (/^\d{1,15}$/.test(text) && Number(text) >= least) return Number(text);
  throw new Error(`${flag} ${text}: must be a whole number from ${least} on, of 15 digits at most`);
}

runProgram(run);
