import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { createProgram } from '../../client/program';
import { newSession } from '../../client/session';
import { testServerAddress } from '../support/temporal-server';
import { aPlan, planFolder, upwave } from './run-upwave';

const folder = planFolder();
folder.write('plan.yaml', aPlan());
afterAll(() => folder.remove());

function aProgram(): Command {
  return createProgram(newSession({ taskQueue: 'q', user: 'ann', noColor: true, ci: false }));
}

/** The visible commands below one, each with its full name. */
function commandsIn(command: Command, path = ''): { name: string; command: Command }[] {
  const visible = command.createHelp().visibleCommands(command);
  return command.commands
    .filter((each) => visible.includes(each))
    .flatMap((each) => {
      const name = `${path} ${each.name()}`.trim();
      return [{ name, command: each }, ...commandsIn(each, name)];
    });
}

/** What stands behind the dollars in a command's help, as it is printed. */
function examplesOf(command: Command): string[] {
  let text = '';
  command.configureOutput({ writeOut: (words) => (text += words) });
  command.outputHelp();
  return [...text.matchAll(/^ +\$ (.*)$/gm)].map(([, example = '']) => example);
}

/**
 * The arguments of each `upwave` in a line for a shell: variables before it, redirections and other
 * programs are left out.
 */
function callsIn(example: string): string[][] {
  return example
    .replace(/^source <\((.*)\)$/, '$1')
    .split(' && ')
    .map((part) =>
      [...part.matchAll(/"([^"]*)"|(\S+)/g)].map(([, said, word]) => said ?? word ?? ''),
    )
    .map((words) => words.slice(words.indexOf('upwave') + 1))
    .map((words) => (words.includes('>') ? words.slice(0, words.indexOf('>')) : words));
}

/** Lets commander read the arguments, and does nothing else. */
async function parse(args: readonly string[]): Promise<void> {
  const program = aProgram();
  const quiet = { writeOut: () => undefined, writeErr: () => undefined };
  for (const { command } of [{ command: program }, ...commandsIn(program)]) {
    command.configureOutput(quiet);
    if (command.commands.length === 0) command.action(() => undefined);
  }
  await program.parseAsync(args, { from: 'user' });
}

const all = commandsIn(aProgram());
const examples = [{ name: '', command: aProgram() }, ...all].flatMap(({ name, command }) =>
  examplesOf(command).map((example) => ({ name, example })),
);

test('the tree of commands is found', () => {
  const names = all.map(({ name }) => name);

  expect(names).toEqual(expect.arrayContaining(['watch', 'schedule create', 'completion', 'demo']));
  expect(names).not.toContain('complete-rollouts');
});

test.each(all)('$name has an example of itself', ({ name, command }) => {
  expect(examplesOf(command).join('\n')).toContain(`upwave ${name}`);
});

test.each(examples)('$example -> commander takes it', async ({ example }) => {
  for (const args of callsIn(example)) await expect(parse(args)).resolves.toBeUndefined();
});

test('an example with a mistake would be found', async () => {
  await expect(parse(['watch'])).rejects.toThrow("missing required argument 'rollout'");
  await expect(parse(['start', 'plan.yaml', '--wacth'])).rejects.toThrow('unknown option');
});

/** What needs neither server nor plan is carried out; what steers a rollout gets as far as its name. */
describe('examples that are run', () => {
  const env = { TEMPORAL_ADDRESS: testServerAddress(), UPWAVE_TASK_QUEUE: `help-${randomUUID()}` };
  const runnable = examples
    .flatMap(({ example }) => callsIn(example))
    .map((args) => ({ command: args.join(' '), args }));
  const ofKind = (...names: readonly string[]) =>
    runnable.filter(({ args: [name = ''] }) => names.includes(name));

  test.each(ofKind('validate', 'completion'))('$command', async ({ args }) => {
    const inFolder = args.map((each) => (each === 'plan.yaml' ? folder.path(each) : each));

    expect(await upwave(inFolder)).toMatchObject({ code: 0, stderr: '' });
  });

  test('upwave list', async () => {
    expect(await upwave(['list'], { env })).toMatchObject({ code: 0 });
  });

  const steering = ['watch', 'status', 'pause', 'resume', 'abort', 'approve', 'skip', 'report'];
  const named = ofKind(...steering, 'concurrency', 'budget');
  const isKept = ({ args: [, name = ''] }: { readonly args: readonly string[] }) =>
    name.endsWith('.json');

  test.each(named.filter(isKept))('$command -> there is no such file', async ({ args }) => {
    const { code, stderr } = await upwave(args, { env });

    expect({ code, stderr }).toMatchObject({ code: 2 });
    expect(stderr).toContain(args[1]);
  });

  test.each(named.filter((each) => !isKept(each)))(
    '$command -> there is no such rollout',
    async ({ args }) => {
      const { code, stderr } = await upwave(args, { env });

      expect({ code, stderr }).toMatchObject({ code: 1 });
      expect(stderr).toMatch(/There is no rollout of a plan named caches-november.*upwave list/);
    },
  );
});
