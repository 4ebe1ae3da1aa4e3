import { sharingNext } from '../../activities/sharing-next';

/** Reads that end when the test says so. */
function reads() {
  const begun: { key: string; end: (value: string) => void; fail: (error: Error) => void }[] = [];
  const read = (key: string) =>
    new Promise<string>((end, fail) => {
      begun.push({ key, end, fail });
    });
  return { begun, ask: sharingNext(read) };
}

const aMoment = () => new Promise((resolve) => setImmediate(resolve));

test('who ask at once share a read', async () => {
  const { begun, ask } = reads();

  const answers = Promise.all([ask('a'), ask('a')]);
  await aMoment();
  begun[0]?.end('one');

  expect(await answers).toEqual(['one', 'one']);
  expect(begun).toHaveLength(1);
});

test('who come while it is under way share the next, which begins when it has ended', async () => {
  const { begun, ask } = reads();
  const first = ask('a');
  await aMoment();

  const others = Promise.all([ask('a'), ask('a')]);
  await aMoment();
  expect(begun).toHaveLength(1);
  begun[0]?.end('old');
  await aMoment();
  begun[1]?.end('new');

  expect(await first).toBe('old');
  expect(await others).toEqual(['new', 'new']);
  expect(begun).toHaveLength(2);
});

test('another key waits for nobody', async () => {
  const { begun, ask } = reads();

  void ask('a');
  void ask('b');
  await aMoment();

  expect(begun.map(({ key }) => key)).toEqual(['a', 'b']);
});

test('a read that failed is told to those who shared it, and to nobody else', async () => {
  const { begun, ask } = reads();
  const first = ask('a');
  await aMoment();
  const second = ask('a');
  begun[0]?.fail(new Error('away'));
  await expect(first).rejects.toThrow('away');
  begun[1]?.end('back');
  expect(await second).toBe('back');

  const third = ask('a');
  await aMoment();
  begun[2]?.end('again');
  expect(await third).toBe('again');
});
