import { completions } from './completion';
import type { OutsideTest, Verdict } from './outside-test';
import { prometheus } from './prometheus';
import { pythonClients } from './python-clients';
import { reportPage } from './report-page';
import { temporalUi } from './temporal-ui';
import { runProgram, say } from '../support/program';

/** Every test that needs a tool which Node does not bring along. */
const TESTS: readonly OutsideTest[] = [
  pythonClients,
  prometheus,
  reportPage,
  temporalUi,
  ...completions,
];

/** `npm run test:outside`: runs them all; the last lines name what was not run. */
async function run(): Promise<number> {
  const told: { readonly name: string; readonly verdict: Verdict }[] = [];
  for (const each of TESTS) {
    const { name } = each;
    const from = Date.now();
    const verdict = await each.run((line) => say(`${name}: ${line}`)).catch(brokenDown);
    told.push({ name, verdict });
    say(`${name} (${Math.round((Date.now() - from) / 1000)} s): ${wordsOf(verdict)}`);
  }
  const count = (state: Verdict['state']) =>
    told.filter(({ verdict }) => verdict.state === state).length;
  say(`passed: ${count('passed')}, failed: ${count('failed')}, not run: ${count('notRun')}`);
  for (const { name, verdict } of told) {
    if (verdict.state === 'notRun') say(`NOT RUN: ${name}: ${verdict.why}`);
  }
  return count('failed') > 0 ? 1 : 0;
}

function brokenDown(error: unknown): Verdict {
  const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { state: 'failed', problems: [`broke down: ${words}`] };
}

function wordsOf(verdict: Verdict): string {
  switch (verdict.state) {
    case 'passed':
      return `passed: ${verdict.words}`;
    case 'failed':
      return ['FAILED', ...verdict.problems].join('\n  ');
    case 'notRun':
      return 'not run';
  }
}

runProgram(run);
