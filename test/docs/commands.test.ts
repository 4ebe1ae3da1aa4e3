import type { Command } from 'commander';
import { createProgram } from '../../client/program';
import { newSession } from '../../client/session';
import { blocks, snippets } from './markdown';

const program = createProgram(
  newSession({ taskQueue: 'upwave', user: 'docs', noColor: true, ci: true }),
);

/** Every command that pages name, also those that no test runs to its end: played.test.ts does that. */
const COMMANDS = [
  ...snippets(),
  ...blocks()
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text, ...where }) => text.split('\n').map((line) => ({ ...where, text: line }))),
]
  .filter(({ text }) => /^upwave /.test(text))
  .map(({ at, text }) => ({ at, words: wordsOf(text) }));

/** As a shell would take it apart; what stands for something is some word. */
function wordsOf(line: string): readonly string[] {
  const words = line.replace(/ +#.*$/, '').match(/"[^"]*"|'[^']*'|\S+/g) ?? [];
  return words
    .slice(1)
    .filter((word) => !/^(…|&|;)$/.test(word))
    .map((word) => word.replace(/^["']|["']$/g, '').replace(/^<.*>$/, 'x'));
}

function commandOf(words: readonly string[]): { command: Command; rest: readonly string[] } {
  let command = program;
  let rest = words;
  for (;;) {
    const [name] = rest;
    const next = command.commands.find((each) => each.name() === name);
    if (next === undefined) return { command, rest };
    [command, rest] = [next, rest.slice(1)];
  }
}

test('there are such commands', () => {
  expect(COMMANDS.length).toBeGreaterThan(30);
});

test.each(COMMANDS)('$at: upwave $words', ({ words }) => {
  const { command, rest } = commandOf(words);

  expect(command).not.toBe(program);
  const { operands, unknown } = command.parseOptions([...rest]);
  expect(unknown).toEqual([]);
  expect(operands.length).toBeLessThanOrEqual(command.registeredArguments.length);
});

test.each(snippets().filter(({ text }) => /^--[a-z]/.test(text)))(
  '$at: some command has the flag $text',
  ({ page, text }) => {
    // Of npm scripts, and of Temporal.
    const others = ['--stories', '--seed', '--only', '--keep', '--versioning-override-behavior'];
    const all = (of: Command): readonly string[] => [
      ...of.options.map(({ long }) => long ?? ''),
      ...of.commands.flatMap(all),
    ];

    const [flag = ''] = text.split(/[ =]/);

    const isKnown = flag === '--help' || all(program).includes(flag) || others.includes(flag);
    expect(isKnown || page === 'docs/bench.md').toBe(true);
  },
);
