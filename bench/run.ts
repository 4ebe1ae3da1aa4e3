import { parseArgs } from 'node:util';
import { BENCHES } from './all';
import type { Bench } from './bench';
import { jsonOf, linesOf, missedIn, sumLine, type Ended, type Told } from './lines';
import { runProgram } from '../test/support/program';

/**
 * `npm run bench [-- --json] [-- --only NAME]`: measures, prints each number with its bound, and
 * exits with 1 when one is missed. With `--json` one document goes to stdout and words to stderr (npm
 * adds a line of its own to stdout unless it is told to be `--silent`).
 */
async function run(): Promise<number> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
    },
  });
  const say = (line: string) => {
    (values.json ? process.stderr : process.stdout).write(`${line}\n`);
  };
  const told: Told[] = [];
  for (const bench of chosen(values.only)) {
    say(`${bench.name}: ${bench.about}`);
    const each = await measure(bench, (line) => say(`  … ${line}`));
    told.push(each);
    for (const line of linesOf(each)) say(line);
  }
  say(sumLine(told));
  if (values.json) process.stdout.write(`${JSON.stringify(jsonOf(told), null, 2)}\n`);
  return told.some(({ ended }) => missedIn(ended) > 0) ? 1 : 0;
}

async function measure(bench: Bench, say: (line: string) => void): Promise<Told> {
  const { name, about } = bench;
  const from = Date.now();
  const ended = await bench.run(say).catch((error: unknown): Ended => ({
    state: 'brokeDown',
    why: error instanceof Error ? (error.stack ?? error.message) : String(error),
  }));
  return { name, about, seconds: Math.round((Date.now() - from) / 1000), ended };
}

function chosen(only: readonly string[]): readonly Bench[] {
  const unknown = only.filter((name) => BENCHES.every((bench) => bench.name !== name));
  if (unknown.length > 0) {
    const names = BENCHES.map(({ name }) => name).join(', ');
    throw new Error(`--only ${unknown.join(', ')}: there is no such bench; there are ${names}`);
  }
  return only.length === 0 ? BENCHES : BENCHES.filter(({ name }) => only.includes(name));
}

runProgram(run);
