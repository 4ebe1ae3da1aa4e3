import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanEnvironment, startProgram, type ProgramOptions } from '../../local/processes';
import { runProgram } from '../../local/run-program';
import { isAlive, scratchFolder, until } from './scratch';

const { folder, remove } = scratchFolder();
afterAll(remove);

function program(code: string, more: Partial<ProgramOptions> = {}): ProgramOptions {
  const file = join(folder, `program-${Math.random()}.js`);
  writeFileSync(file, code);
  return { file, args: [], env: {}, name: 'a program', ...more };
}

const forever = `console.log('ready'); setInterval(() => {}, 1000);`;

test.each([
  { name: 'Temporal', given: { TEMPORAL_ADDRESS: 'prod:7233' }, expected: {} },
  { name: 'cloud', given: { CLOUD_SDK_AK: 'x', CLOUD_ENDPOINT_DCS: 'y' }, expected: {} },
  { name: 'upwave', given: { UPWAVE_TASK_QUEUE: 'x' }, expected: {} },
  { name: 'lower case, as Windows allows', given: { temporal_address: 'x' }, expected: {} },
  {
    name: 'others stay',
    given: { PATH: '/bin', MY_CLOUD_X: 'y' },
    expected: { PATH: '/bin', MY_CLOUD_X: 'y' },
  },
  { name: 'unset ones go', given: { HOME: undefined }, expected: {} },
])('the environment is cleaned: $name', ({ given, expected }) => {
  expect(cleanEnvironment(given)).toEqual(expected);
});

test('a child sees what it was given and nothing else of ours', async () => {
  process.env.TEMPORAL_ADDRESS = 'production:7233';
  process.env.CLOUD_SDK_SK = 'secret';

  const run = await runProgram({
    ...program(`for (const key of Object.keys(process.env)) console.log(key);`),
    env: { UPWAVE_TASK_QUEUE: 'x', HOME: undefined },
    timeoutMs: 10_000,
  });

  delete process.env.TEMPORAL_ADDRESS;
  delete process.env.CLOUD_SDK_SK;
  expect(run.lines).toContain('UPWAVE_TASK_QUEUE');
  expect(run.lines).toContain('PATH');
  expect(run.lines.filter((key) => /^(TEMPORAL|CLOUD)_|^HOME$/.test(key))).toEqual([]);
});

test('started -> its ready line was seen', async () => {
  const seen: string[] = [];
  const started = await startProgram(
    program(
      `console.error('one'); setTimeout(() => console.log('ready on 1'), 100); setInterval(() => {}, 1000);`,
      {
        readyLine: 'ready',
        onLine: (line) => seen.push(line),
      },
    ),
  );

  const exit = await started.stop(5_000);

  expect(started.lines).toEqual(['one', 'ready on 1']);
  expect(seen).toEqual(['one', 'ready on 1']);
  expect(exit).toEqual({ code: null, signal: 'SIGTERM' });
});

test('ended before it was ready -> error with its last words', async () => {
  const starting = startProgram(
    program(`console.error('bad port'); process.exit(3)`, { readyLine: 'ready' }),
  );

  await expect(starting).rejects.toThrow(
    'a program ended before it was ready (exit code 3): bad port',
  );
});

test('silent for too long -> error, and killed', async () => {
  let pid = 0;
  const starting = startProgram(
    program(`console.log(process.pid); setInterval(() => {}, 1000);`, {
      readyLine: 'ready',
      readyTimeoutMs: 500,
      onLine: (line) => (pid = Number(line)),
    }),
  );

  await expect(starting).rejects.toThrow('did not print "ready" within 0.5 s');
  expect(pid).toBeGreaterThan(0);
  expect(isAlive(pid)).toBe(false);
});

test('no such file -> error that names the program', async () => {
  const starting = startProgram({
    file: join(folder, 'none'),
    args: [],
    env: {},
    name: 'the thing',
  });

  await expect(starting).rejects.toThrow(/^starting the thing: .*ENOENT/);
});

test('does not heed SIGTERM -> SIGKILL after the grace', async () => {
  const started = await startProgram(
    program(`process.on('SIGTERM', () => {}); ${forever}`, { readyLine: 'ready' }),
  );

  const exit = await started.stop(200);

  expect(exit.signal).toBe('SIGKILL');
});

test('killed or ended -> what it has started itself goes too', async () => {
  const started = await startProgram(
    program(
      `const child = require('child_process').spawn('sleep', ['100'], { stdio: 'inherit' });
       process.on('SIGTERM', () => process.exit(0)); console.log('ready ' + child.pid);`,
      { readyLine: 'ready' },
    ),
  );
  const grandchild = Number(started.lines[0]?.split(' ')[1]);

  const exit = await started.stop(5_000);

  expect(exit.code).toBe(0);
  await until(() => !isAlive(grandchild));
});

test('stop after the end -> the same end', async () => {
  const started = await startProgram(program(`process.exit(4)`));
  await started.exited;

  expect(await started.stop(100)).toEqual({ code: 4, signal: null });
  expect(await started.kill()).toEqual({ code: 4, signal: null });
});

test('a run that takes too long is killed with all that it has started', async () => {
  const run = await runProgram({
    file: '/bin/sh',
    args: ['-c', 'sleep 100; echo no'],
    env: {},
    name: 'sh',
    timeoutMs: 200,
  });

  expect(run).toMatchObject({ timedOut: true, signal: 'SIGKILL', lines: [] });
});
