import { join } from 'node:path';
import { runProgram } from '../../local/run-program';
import { routesOf, startEmulator } from '../../emulator/start';
import type { JournalLine } from '../../emulator/types';
import { PYTHON_ENV, pythonEnvironment } from '../support/python-environment';
import { NO_CLIENT_CALL, FLEET } from './python-clients-cloud';
import type { OutsideTest } from './outside-test';
import { notCalled } from './routes-called';

const FOLDER = join(__dirname, 'python-clients');
const REQUIREMENTS = join(FOLDER, 'requirements.txt');
// A run takes about ten seconds, most of them waiting for upgrades.
const RUN_LIMIT_MS = 3 * 60_000;

/** How a call shows who it is: both ways must be able to make every call. */
const WAYS = ['signature', 'token'] as const;

/**
 * The vendor's own Python clients make every call that the emulator offers: requests that they build
 * must be taken, answers must fit their models, refusals must arrive as their exceptions.
 */
export const pythonClients: OutsideTest = {
  name: 'python-clients',
  run: async (say) => {
    const environment = await pythonEnvironment(REQUIREMENTS, say);
    if ('missing' in environment) return { state: 'notRun', why: environment.missing };
    const ran = [];
    for (const way of WAYS) ran.push(await runOnce(environment.python, way));
    const problems = ran.flatMap((each) => each.problems);
    if (problems.length > 0) return { state: 'failed', problems };
    return { state: 'passed', words: ran.map(({ words }) => words).join('; ') };
  },
};

async function runOnce(
  python: string,
  way: string,
): Promise<{ readonly problems: readonly string[]; readonly words: string }> {
  const emulator = await startEmulator({ fleet: FLEET, set: ['duration=1s', 'spread=0'] });
  try {
    const { iam } = emulator.access.endpoints;
    const { code, lines, timedOut } = await runProgram({
      file: python,
      args: [join(FOLDER, 'main.py'), way, iam],
      // The vendor's clients read their own variables, and a proxy's; the emulator is right here.
      env: { ...PYTHON_ENV, ...withoutVendors(process.env), NO_PROXY: '*', no_proxy: '*' },
      name: `the clients by ${way}`,
      timeoutMs: RUN_LIMIT_MS,
    });
    const journal = (await (await fetch(`${iam}/_emulator/journal`)).json()) as JournalLine[];
    const missing = notCalled(routesOf, journal, NO_CLIENT_CALL);
    const failed = code === 0 ? [] : lines;
    return {
      problems: [...(timedOut ? ['took too long'] : []), ...failed, ...missing].map(
        (line) => `${way}: ${line}`,
      ),
      words: lines.at(-1) ?? '',
    };
  } finally {
    await emulator.close();
  }
}

function withoutVendors(env: NodeJS.ProcessEnv): Record<string, undefined> {
  const names = Object.keys(env).filter((name) => /^HUAWEICLOUD_/i.test(name));
  return Object.fromEntries(names.map((name) => [name, undefined]));
}
