import { cut, pad, table } from '../../client/layout';
import { harmless, headOf, plainWidthOf, widthOf } from '../../client/text-width';

test.each([
  { name: 'ASCII', text: 'shop-cache', expected: 10 },
  { name: 'umlauts', text: 'München', expected: 7 },
  { name: 'an umlaut in two parts', text: 'Mu\u0308nchen', expected: 7 },
  { name: 'Chinese', text: '缓存-上海-0', expected: 11 },
  { name: 'full-width forms', text: 'ＡＢ', expected: 4 },
  { name: 'an emoji, also a joined one', text: '🚀👩‍💻', expected: 4 },
  { name: 'a sign that is shown as an emoji', text: '⚠️', expected: 2 },
  { name: 'what our bars are made of', text: '█▓▚▒·…→', expected: 7 },
])('$name -> $expected columns', ({ text, expected }) => {
  expect(widthOf(text)).toBe(expected);
});

test('a wide letter is not cut in two', () => {
  expect(headOf('缓存缓存', 5)).toBe('缓存');
  expect(cut('缓存缓存', 6)).toBe('缓存…');
  expect(pad(cut('缓存缓存', 7), 7)).toBe('缓存缓…');
});

test('columns stand below each other, whatever the names are written in', () => {
  const columns = [{ title: 'target' }, { title: 'state' }];

  const lines = table(
    columns,
    [
      ['缓存', 'ok'],
      ['cache-1', 'ok'],
    ],
    40,
  );

  expect(lines).toEqual(['target   state', '缓存     ok', 'cache-1  ok']);
});

test('a name with a line end in it stays in its line', () => {
  expect(cut('a\nb\tc', 10)).toBe('a b c');
});

test.each([
  { name: 'plain words', given: 'a b\nc', expected: 'a b\nc' },
  { name: 'our colours', given: '\x1b[32mok\x1b[39m', expected: '\x1b[32mok\x1b[39m' },
  { name: 'a title that is set', given: '\x1b]0;x\x07', expected: '�]0;x�' },
  { name: 'a screen that is cleared', given: 'a\x1b[2Jb', expected: 'a�[2Jb' },
  { name: 'words that are hidden', given: '\x1b[8mx', expected: '�[8mx' },
  { name: 'a line that is overwritten', given: 'failed\rfine', expected: 'failed�fine' },
  { name: 'a C1 control', given: '\x9b2J', expected: '�2J' },
  { name: 'writing that is turned round', given: 'a\u202eb', expected: 'a�b' },
])('$name -> nothing that a terminal would obey', ({ given, expected }) => {
  expect(harmless(given)).toBe(expected);
});

test('colours take no room', () => {
  expect(plainWidthOf('\x1b[1m缓\x1b[22m')).toBe(2);
});
