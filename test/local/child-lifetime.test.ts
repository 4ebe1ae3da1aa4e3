import { transformFileSync } from '@swc/core';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startProgram, type StartedProgram } from '../../local/processes';
import { isAlive, scratchFolder, until } from './scratch';

const { folder, remove } = scratchFolder();
afterAll(remove);

// A parent that can be killed must be a process of its own, so it runs the compiled room.
beforeAll(() => {
  for (const name of ['processes', 'child-lifetime', 'ports']) {
    const { code } = transformFileSync(resolve(__dirname, '../../local', `${name}.ts`), {
      jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
      module: { type: 'commonjs' },
    });
    writeFileSync(join(folder, `${name}.js`), code);
  }
  writeFileSync(
    join(folder, 'child.js'),
    `const own = require('child_process').spawn('sleep', ['100']);
     console.log('ready ' + process.pid + ' ' + own.pid);
     setInterval(() => {}, 1000);`,
  );
});

async function parentWithChild(
  afterwards = '',
): Promise<{ parent: StartedProgram; pids: number[] }> {
  const file = join(folder, `parent-${Math.random()}.js`);
  writeFileSync(
    file,
    `const { startProgram, onStopSignal } = require('./processes.js');
     const options = { file: __dirname + '/child.js', args: [], env: {}, name: 'child', readyLine: 'ready' };
     startProgram(options).then((child) => {
       console.log(child.lines[0]);
       ${afterwards}
     });`,
  );
  const parent = await startProgram({
    file,
    args: [],
    env: {},
    name: 'parent',
    readyLine: 'ready',
  });
  const pids = (parent.lines[0] ?? '').split(' ').slice(1).map(Number);
  expect(pids.filter(isAlive)).toHaveLength(2);
  return { parent, pids };
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
  'parent gets %s -> it ends by it, and its children with it',
  async (signal) => {
    const { parent, pids } = await parentWithChild();

    process.kill(parent.pid, signal);

    expect(await parent.exited).toEqual({ code: null, signal });
    await until(() => !pids.some(isAlive));
  },
);

test('SIGKILL for the whole process group of the parent -> the children go too', async () => {
  const { parent, pids } = await parentWithChild();

  process.kill(-parent.pid, 'SIGKILL');

  await until(() => !pids.some(isAlive));
});

test.each([
  { name: 'process.exit', afterwards: `setTimeout(() => process.exit(7), 300)`, code: 7 },
  { name: 'an error', afterwards: `setTimeout(() => { throw new Error('x'); }, 300)`, code: 1 },
])('parent ends by $name -> the children go too', async ({ afterwards, code }) => {
  const { parent, pids } = await parentWithChild(afterwards);

  expect(await parent.exited).toEqual({ code, signal: null });
  await until(() => !pids.some(isAlive));
});

test('an own handler runs first, once, though the signal comes twice', async () => {
  const { parent, pids } = await parentWithChild(
    `onStopSignal(async (signal) => {
       console.log('handler ' + signal);
       console.log('ended by ' + (await child.stop(2000)).signal);
       process.exit(130);
     });`,
  );

  process.kill(parent.pid, 'SIGINT');
  process.kill(parent.pid, 'SIGINT');

  expect(await parent.exited).toEqual({ code: 130, signal: null });
  expect(parent.lines.slice(1)).toEqual(['handler SIGINT', 'ended by SIGTERM']);
  await until(() => !pids.some(isAlive));
});

test('a second signal after a while -> no more waiting', async () => {
  const { parent, pids } = await parentWithChild(
    `onStopSignal(() => new Promise(() => console.log('handler')));`,
  );
  process.kill(parent.pid, 'SIGINT');
  await until(() => parent.lines.includes('handler'));
  await new Promise((resolve) => setTimeout(resolve, 1_200));

  process.kill(parent.pid, 'SIGTERM');

  expect(await parent.exited).toEqual({ code: null, signal: 'SIGTERM' });
  await until(() => !pids.some(isAlive));
});

test('the end of all children leaves no handler and no watchdog behind', async () => {
  const { parent } = await parentWithChild(
    `setTimeout(async () => {
       await child.kill();
       console.log('listeners ' + process.listenerCount('SIGINT') + process.listenerCount('exit'));
     }, 300);`,
  );

  expect(await parent.exited).toEqual({ code: 0, signal: null });
  expect(parent.lines[1]).toBe('listeners 00');
});
