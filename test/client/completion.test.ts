import { Argument, Command } from 'commander';
import { bashScript } from '../../client/completion/bash';
import { fishScript } from '../../client/completion/fish';
import { placesOf } from '../../client/completion/tree';
import { zshScript } from '../../client/completion/zsh';

function aProgram(): Command {
  const program = new Command('upwave');
  program
    .command('start')
    .description("start a plan: it's quick")
    .argument('<plan>')
    .option('--watch', 'follow it')
    .option('--out <file>', 'write it')
    .option('--id <unique>', 'its id');
  program.command('watch').description('follow').argument('<rollout>');
  program.command('ask', { hidden: true }).argument('<rollout>');
  const schedule = program.command('schedule').description('by the clock');
  schedule.command('list').description('all of them');
  program.command('completion').addArgument(new Argument('<shell>').choices(['bash', 'zsh']));
  return program;
}

const places = placesOf(aProgram());
const at = (path: string) => places.find((place) => place.path === path);

test('each visible command is a place, and so are commands of commands', () => {
  expect(places.map(({ path }) => path)).toEqual([
    '',
    ' start',
    ' watch',
    ' schedule',
    ' schedule list',
    ' completion',
  ]);
  expect(at('')?.commands.map(({ name }) => name)).toEqual([
    ...['start', 'watch', 'schedule', 'completion', 'help'],
  ]);
});

test.each([
  { path: ' start', expected: 'files' },
  { path: ' watch', expected: 'rollouts' },
  { path: ' schedule', expected: null },
  { path: ' schedule list', expected: null },
  { path: ' completion', expected: ['bash', 'zsh'] },
])('the argument of$path -> $expected', ({ path, expected }) => {
  expect(at(path)?.argument).toEqual(expected);
});

test('an option knows whether it takes a value, and which', () => {
  const options = at(' start')?.options.map(({ name, value }) => [name, value]);

  expect(options).toEqual([
    ['--watch', null],
    ['--out', 'files'],
    ['--id', 'anything'],
    ['--help', null],
  ]);
});

test.each([
  { shell: 'bash', script: bashScript, line: '" start --out") _upwave_files; return ;;' },
  { shell: 'zsh', script: zshScript, line: `'start:start a plan\\: it'\\''s quick'` },
  {
    shell: 'fish',
    script: fishScript,
    line: `complete -c upwave -n '__upwave_at \\' start\\'' -l out -d 'write it' -r -F`,
  },
])('$shell: quotes, colons and files are written as it wants them', ({ script, line }) => {
  expect(script(places)).toContain(line);
});
