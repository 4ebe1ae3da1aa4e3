import { newProgressLine } from '../../client/progress-line';

function recorded(columns: number) {
  const written: string[] = [];
  const write = (text: string | Uint8Array) => written.push(String(text)) > 0;
  return { written, stream: { write, columns } as unknown as NodeJS.WriteStream };
}

test('on a terminal: one line, drawn again, no longer than it is wide, and gone at the end', () => {
  const { written, stream } = recorded(10);
  const line = newProgressLine(true, stream);

  line.say('1 of 20');
  line.say('123456789012345');
  line.end();
  line.end();

  expect(written).toEqual(['\r1 of 20\x1b[K', '\r123456789\x1b[K', '\r\x1b[K']);
});

test('in a log: a line every ten seconds, and nothing about what was quick', () => {
  jest.useFakeTimers({ now: 0 });
  const { written, stream } = recorded(10);
  const line = newProgressLine(false, stream);

  for (const atMs of [0, 9_999, 10_000, 15_000, 20_000]) {
    jest.setSystemTime(atMs);
    line.say(`at ${atMs}`);
  }
  line.end();
  jest.useRealTimers();

  expect(written).toEqual(['at 10000\n', 'at 20000\n']);
});
