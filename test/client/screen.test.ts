import { createScreen } from '../../client/watch/screen';
import { FakeTerminal } from './terminal';

test('a frame is one write, over the one before, which is not blanked', () => {
  const terminal = new FakeTerminal(20, 5);
  const screen = createScreen(terminal);

  screen.draw(['one', 'two', 'three']);
  screen.draw(['1', 'two']);

  expect(terminal.writes).toBe(2);
  expect(terminal.lines()).toEqual(['1', 'two']);
  screen.close();
});

test('a frame as large as the terminal scrolls nothing and keeps its last letters', () => {
  const terminal = new FakeTerminal(4, 2);
  const screen = createScreen(terminal);

  screen.draw(['abcd', 'efgh']);

  expect(terminal.lines()).toEqual(['abcd', 'efgh']);
  screen.close();
});

test('what was on the terminal before is there again afterwards, with cursor and wrapping', () => {
  const terminal = new FakeTerminal(20, 5);
  terminal.write('$ upwave watch x\n');
  const screen = createScreen(terminal);

  screen.draw(['frame']);
  const open = { ...terminal };
  screen.close();
  screen.close();
  terminal.write('done\n');

  expect(open).toMatchObject({ isAlternate: true, hasCursor: false, wraps: false });
  expect(terminal).toMatchObject({ isAlternate: false, hasCursor: true, wraps: true });
  expect(terminal.lines()).toEqual(['$ upwave watch x', 'done']);
});

test('without a frame nothing was opened, and nothing is closed', () => {
  const terminal = new FakeTerminal(20, 5);

  createScreen(terminal).close();

  expect(terminal.writes).toBe(0);
});

test('the terminal is given back also when the process ends in the middle', () => {
  const before = process.listeners('exit');
  const terminal = new FakeTerminal(20, 5);
  createScreen(terminal).draw(['frame']);
  const added = process.listeners('exit').filter((each) => !before.includes(each));

  for (const each of added) each(1);

  expect(added).toHaveLength(1);
  expect(terminal).toMatchObject({ isAlternate: false, hasCursor: true, wraps: true });
});

test('a name cannot break out of its line', () => {
  const terminal = new FakeTerminal(20, 5);
  const screen = createScreen(terminal);

  screen.draw(['a\x1b[2Jb\rc']);

  expect(terminal.lines()).toEqual(['a�[2Jb�c']);
  screen.close();
});
