import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { runProgram } from '../../local/run-program';
import { upwave } from '../client/run-upwave';
import type { OutsideTest } from './outside-test';

/** A line that is typed up to TAB, and some of what is offered then. */
const CASES = [
  { line: ['upwave', 'sta'], offered: ['start', 'status'], not: ['watch'] },
  { line: ['upwave', 'schedule', ''], offered: ['create', 'trigger'], not: ['start'] },
  { line: ['upwave', 'schedule', 'create', '--'], offered: ['--cron', '--zone'], not: ['--watch'] },
  { line: ['upwave', 'start', 'pl'], offered: ['plan.yaml'], not: ['start'] },
  { line: ['upwave', 'start', '--watch', 'pl'], offered: ['plan.yaml'], not: [] },
  { line: ['upwave', 'watch', 'ca'], offered: ['caches-november'], not: ['plan.yaml'] },
  { line: ['upwave', 'completion', ''], offered: ['bash', 'zsh', 'fish'], not: [] },
  { line: ['upwave', 'pause', 'x', '--reason', ''], offered: [], not: ['plan.yaml', '--by'] },
] as const;

/** How a shell is asked what it would offer, with the script at `$1` and the words after it. */
const ASKED = {
  bash: `source "$1"; shift
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _upwave
    printf '%s\\n' "\${COMPREPLY[@]}"`,
  // The functions of zsh's own that the script calls, told to print instead of drawing a menu.
  zsh: `compdef() { :; }
    compadd() { local -a given; case "$1" in -a) given=("\${(@P)2}");; *) given=("\${@:2}");; esac
      print -l -- "\${(@M)given:#$PREFIX*}"; }
    _describe() { local -a given=("\${(@P)@[-1]}"); compadd -- "\${(@)given%%:*}"; }
    _files() { print -l -- $PREFIX*(N); }
    source "$1"; shift; words=("$@"); CURRENT=$#; PREFIX=$words[-1]; _upwave`,
  fish: `source $argv[1]; complete -C (string join ' ' -- $argv[2..-1])`,
} as const;
type Shell = keyof typeof ASKED;

/** The shells themselves say what they would offer where `upwave completion` was sourced. */
export const completions: readonly OutsideTest[] = (Object.keys(ASKED) as Shell[]).map((shell) => ({
  name: `completion-${shell}`,
  run: () => completionIn(shell),
}));

async function completionIn(shell: Shell): ReturnType<OutsideTest['run']> {
  if (!isOnPath(shell)) return { state: 'notRun', why: `there is no ${shell} on the PATH` };
  const folder = mkdtempSync(join(tmpdir(), 'upwave-completion-'));
  try {
    const { stdout } = await upwave(['completion', shell]);
    writeFileSync(join(folder, 'script'), stdout);
    writeFileSync(join(folder, 'plan.yaml'), '');
    // Stands for the server's answer: what is tested is that the shell asks, and shows it.
    const fake = '#!/bin/sh\\n[ "$1" = complete-rollouts ] && echo caches-november\\n';
    writeFileSync(join(folder, 'upwave'), fake.replaceAll('\\n', '\n'), { mode: 0o755 });
    const problems = [];
    for (const each of CASES) problems.push(...(await problemsOf(shell, each, folder)));
    if (problems.length > 0) return { state: 'failed', problems };
    return { state: 'passed', words: `${CASES.length} lines completed` };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function problemsOf(
  shell: Shell,
  { line, offered, not }: (typeof CASES)[number],
  folder: string,
) {
  const flags = shell === 'fish' ? ['--no-config'] : shell === 'zsh' ? ['-f'] : ['--norc'];
  // fish has no name for the command that is run with -c.
  const args = [
    ...flags,
    '-c',
    ASKED[shell],
    ...(shell === 'fish' ? [] : ['x']),
    'script',
    ...line,
  ];
  const { lines } = await runProgram({
    file: shell,
    args,
    env: { PATH: `${folder}${delimiter}${process.env.PATH}` },
    name: shell,
    cwd: folder,
    timeoutMs: 20_000,
  });
  // fish puts the description behind it.
  const got = lines.map((each) => each.split('\t')[0] ?? '');
  const typed = `"${line.join(' ')}"`;
  return [
    ...offered.filter((each) => !got.includes(each)).map((each) => `${typed}: ${each} is missing`),
    ...not.filter((each) => got.includes(each)).map((each) => `${typed}: ${each} does not belong`),
    ...(offered.length === 0 && got.some(Boolean) ? [`${typed}: ${got.join(', ')}`] : []),
  ];
}

function isOnPath(program: string): boolean {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.some((folder) => existsSync(join(folder, program)));
}
