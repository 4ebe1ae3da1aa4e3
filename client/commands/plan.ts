import type { Command } from 'commander';
import { forecast } from '../../rollout/forecast';
import type { FrozenPlan } from '../../rollout/frozen-plan';
import type { Plan } from '../../rollout/plan';
import { problem } from '../../rollout/problem';
import type { ClientConfig } from '../config';
import { connected } from '../connected';
import { PersonError } from '../errors';
import { EXIT, type ExitCode } from '../exit-codes';
import { outProblems, writeOut } from '../files';
import { flagLines } from '../flag-problems';
import { freezeOnWorker, type TellReading } from '../freeze';
import { wrap } from '../layout';
import { createOutput, type Output } from '../output';
import { offlineWords, targetsWords } from '../discover-words';
import { freezeOffline, readPlan } from '../plan-file';
import { hashOf, type HashedPlan } from '../frozen-file';
import { planLines } from '../plan-view';
import { mayRedraw, newProgressLine } from '../progress-line';
import { JSON_FLAG, withExamples, type Session } from '../session';
import { stoppable } from '../stopping';
import { durationWords } from '../words';

interface Options {
  readonly offline?: boolean;
  readonly json?: boolean;
  readonly out?: string;
  readonly all?: boolean;
}

export function addPlan(program: Command, session: Session): void {
  const command = program
    .command('plan')
    .description('say what a plan would do now: waves, targets, versions; nothing is changed')
    .argument('<plan>', 'the plan file')
    .option('--offline', 'use no server and no worker; versions stay unknown')
    .option('--out <file>', 'write the frozen plan, to be started as it is')
    .option('--all', 'show every target of large waves too')
    .option(...JSON_FLAG)
    .action(async (path: string, options: Options) => {
      session.exitCode = await plan(session.config, path, options);
    });
  withExamples(
    command,
    'upwave plan plan.yaml',
    'upwave plan plan.yaml --out frozen.json && upwave start frozen.json',
  );
}

async function plan(config: ClientConfig, path: string, options: Options): Promise<ExitCode> {
  checkOut(options);
  const output = createOutput(config, options);
  const written = readPlan(path);
  const frozen = options.offline
    ? freezeOffline(written, new Date())
    : await freeze(config, output, written);

  // Offline nothing is known of versions and windows: such a plan is to be looked at, not started.
  const hash = options.offline ? null : hashOf(frozen);
  const hashed: HashedPlan = { ...frozen, hash };
  const expected = forecast(frozen, frozen.frozenAt);
  const view = { frozen, hash, forecast: expected, all: options.all ?? false };
  output.result(planLines(view, output).join('\n'));
  output.document({ ...hashed, forecast: expected });
  if (options.offline && takesByVersion(written)) {
    output.say('\nA wave takes strata by version: who is in it is told only with a worker.');
  }
  const unresolved = options.offline ? offlineWords(written) : null;
  if (unresolved !== null) output.say(`\n${wrap(unresolved, output.width).join('\n')}`);
  if (options.out) {
    writeOut(options.out, `${JSON.stringify(hashed, null, 2)}\n`);
    output.say(`\nWritten to ${options.out}. Start it: upwave start ${options.out}`);
  }
  return EXIT.done;
}

function checkOut({ offline, out }: Options): void {
  if (out === undefined) return;
  const right = 'a frozen plan holds the versions that a worker has read';
  const problems = [
    ...(offline ? [problem('--offline', 'does not go together with --out', right)] : []),
    ...outProblems([out]),
  ];
  if (problems.length === 0) return;
  throw new PersonError(`${flagLines(problems)}\nNothing was read or written.`, EXIT.usage);
}

async function freeze(config: ClientConfig, output: Output, written: Plan): Promise<FrozenPlan> {
  const line = newProgressLine(mayRedraw(config));
  const targets = targetsWords(written);
  const begunAtMs = Date.now();
  const tell: TellReading = (silence) => {
    if (silence === null) {
      const took = durationWords(Date.now() - begunAtMs);
      line.say(`Reading ${targets}, up to two calls for each: ${took} so far, 24 h at most.`);
      return;
    }
    line.end();
    output.problem(silence);
  };
  line.say(`Reading ${targets} on a worker.`);
  try {
    return await connected((server) =>
      stoppable((stop) =>
        freezeOnWorker(server, { plan: written, queue: config.taskQueue, stop }, tell),
      ),
    );
  } finally {
    line.end();
  }
}

function takesByVersion({ waves }: Plan): boolean {
  return waves.some(({ take }) => {
    const isStrata = take !== null && take !== 'rest' && 'perStratum' in take;
    return isStrata && take.by.includes('version');
  });
}
