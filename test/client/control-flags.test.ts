import { concurrencyOf, controlOf, limitsOfFlags } from '../../client/control-flags';
import { endingOf, type Ending } from '../../client/errors';
import { EXIT } from '../../client/exit-codes';

const config = { taskQueue: 'upwave', user: 'ann', noColor: true, ci: false };

/** How a command ends on what a call throws; null if it throws nothing. */
function endingBy(call: () => unknown): Ending | null {
  try {
    call();
    return null;
  } catch (error) {
    return endingOf(error);
  }
}

function expectUsage(ending: Ending | null, words: string) {
  expect(ending?.exitCode).toBe(EXIT.usage);
  expect(ending?.words).toContain(words);
  expect(ending?.words).toContain('Nothing has changed.');
}

test.each([
  { name: 'nothing said', given: {}, expected: { by: 'ann', reason: null } },
  {
    name: 'all said',
    given: { by: 'bo', reason: 'lag' },
    expected: { by: 'bo', reason: 'lag' },
  },
])('who and why, $name', ({ given, expected }) => {
  expect(controlOf(config, given)).toEqual(expected);
});

test.each([
  { name: '--reason', given: { reason: ' ' } },
  { name: '--by', given: { by: '' } },
])('an empty $name -> usage', ({ name, given }) => {
  expectUsage(
    endingBy(() => controlOf(config, given)),
    `${name} must say something`,
  );
});

test('at once: 1 -> 1, 500 -> 500', () => {
  expect([concurrencyOf('1'), concurrencyOf('500')]).toEqual([1, 500]);
});

test.each(['0', '-1', '1.5', '1e3', '', 'ten', '10%', '1234567890'])(
  '%p at once -> usage',
  (text) => {
    expectUsage(
      endingBy(() => concurrencyOf(text)),
      'a whole number, 1 or more',
    );
  },
);

test.each([
  { name: 'one kind', given: { failed: '5' }, expected: { failed: 5 } },
  { name: 'nought', given: { unknown: '0' }, expected: { unknown: 0 } },
  {
    name: 'all kinds, one without limit',
    given: { failed: '5', rejected: 'none', unknown: '2' },
    expected: { failed: 5, rejected: null, unknown: 2 },
  },
])('limits, $name -> kinds that were not said are absent', ({ given, expected }) => {
  expect(limitsOfFlags(given)).toEqual(expected);
});

test.each([
  { name: 'none said', given: {}, words: 'Say one or more of --failed' },
  { name: 'a percentage', given: { failed: '2%' }, words: '--failed 2%' },
  { name: 'less than nothing', given: { rejected: '-1' }, words: '--rejected -1' },
  { name: 'a word', given: { unknown: 'all' }, words: '--unknown all' },
])('limits, $name -> usage', ({ given, words }) => {
  expectUsage(
    endingBy(() => limitsOfFlags(given)),
    words,
  );
});
