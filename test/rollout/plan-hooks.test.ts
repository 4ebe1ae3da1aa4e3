import { problemsOf, readPlan } from './plan.builder';

const DRAIN = 'https://lb.example.com/drain';
const hooksOf = (hooks: unknown) => readPlan({ hooks }).hooks;
const before = (hook: unknown) => ({ hooks: { before: [hook] } });

describe('a mistake in hooks', () => {
  test.each([
    ['a list', [], 'hooks', 'a mapping of keys to values, not a list', null],
    ['an unknown key', { befor: [] }, 'hooks.befor', 'unknown key', 'did you mean before?'],
    ['before as a mapping', { before: {} }, 'hooks.before', 'a list, not a mapping', null],
    [
      'six hooks',
      { before: Array(6).fill({ webhook: DRAIN }) },
      'hooks.before',
      'a list of at most 5 hooks',
      'such as',
    ],
    [
      'an undo after the upgrade',
      { after: [{ webhook: DRAIN, undo: DRAIN }] },
      'hooks.after[0].undo',
      'left out of an after hook',
      null,
    ],
    [
      'an unknown key in the second hook',
      { after: [{ webhook: DRAIN }, { webhook: DRAIN, timout: '1s' }] },
      'hooks.after[1].timout',
      'unknown key',
      'did you mean timeout?',
    ],
  ])('%s -> told', (_name, hooks, path, message, suggestion) => {
    const problems = problemsOf({ hooks });

    expect(problems).toMatchObject([{ path }]);
    expect(problems[0]?.message).toContain(message);
    if (suggestion === null) expect(problems[0]?.suggestion).toBeNull();
    else expect(problems[0]?.suggestion).toContain(suggestion);
  });

  test.each([
    ['an address alone', DRAIN, '', 'a mapping of keys to values'],
    ['nothing to call', {}, '.webhook', 'is missing'],
    ['another scheme', { webhook: 'ftp://lb/drain' }, '.webhook', 'an address of http or https'],
    ['a password', { webhook: 'https://a:b@lb/drain' }, '.webhook', 'without user and password'],
    ['a bad undo', { webhook: DRAIN, undo: 'undrain' }, '.undo', 'an address of http or https'],
    ['no time', { webhook: DRAIN, timeout: '0s' }, '.timeout', 'a duration above zero, of at most'],
    ['11 minutes', { webhook: DRAIN, timeout: '601s' }, '.timeout', 'at most 10m'],
    ['half a retry', { webhook: DRAIN, retries: 0.5 }, '.retries', 'from 0 to 100, not 0.5'],
    [
      'a header of ours',
      { webhook: DRAIN, headers: { 'Idempotency-Key': 'a' } },
      '.headers.Idempotency-Key',
      'neither HTTP nor upwave',
    ],
    [
      'a header name with a space',
      { webhook: DRAIN, headers: { 'x team': 'a' } },
      '.headers.x team',
      'the name of a header',
    ],
    [
      'a header of two lines',
      { webhook: DRAIN, headers: { 'x-team': 'a\nb' } },
      '.headers.x-team',
      'text on one line',
    ],
    [
      'a placeholder in small letters',
      { webhook: DRAIN, headers: { 'x-team': '${secret:a}' } },
      '.headers.x-team',
      'placeholders complete',
    ],
  ])('%s -> told', (_name, hook, at, message) => {
    const problems = problemsOf(before(hook));

    expect(problems).toMatchObject([{ path: `hooks.before[0]${at}` }]);
    expect(problems[0]?.message).toContain(message);
  });

  test('what may be secret is not repeated', () => {
    const hook = {
      webhook: 'https://lb.example.com/with space/s3cret',
      undo: 'https://user:s3cret@lb.example.com/',
      headers: { authorization: 's3cret\n' + 's3cret' },
    };

    const problems = problemsOf({ hooks: { before: [hook], after: [hook] } });

    expect(problems.length).toBeGreaterThanOrEqual(6);
    expect(JSON.stringify(problems)).not.toContain('s3cret');
  });

  test('all at once, with a mistake elsewhere', () => {
    const hooks = { before: [{ webhook: 1 }, { webhook: DRAIN, retries: -1 }], after: 'x' };

    const paths = problemsOf({ hooks, busy: { waitFor: 'x' } }).map(({ path }) => path);

    expect(paths.sort()).toEqual([
      'busy.waitFor',
      'hooks.after',
      'hooks.before[0].webhook',
      'hooks.before[1].retries',
    ]);
  });
});

describe('hooks without a mistake', () => {
  test('none -> null', () => {
    expect(readPlan({}).hooks).toBeNull();
  });

  test('defaults: no undo, 10 s, three retries, no headers', () => {
    expect(hooksOf({ after: [{ webhook: DRAIN }] })).toEqual({
      before: [],
      after: [{ url: DRAIN, undo: null, timeoutMs: 10_000, retries: 3, headers: {} }],
    });
  });

  test('all that can be said; the longest time', () => {
    const hook = {
      webhook: '${secret:DRAIN_URL}',
      undo: 'https://lb.example.com/${secret:PATH}/undrain',
      timeout: '10m',
      retries: 0,
      headers: { authorization: 'Bearer ${secret:TOKEN}' },
    };

    expect(hooksOf({ before: [hook] })?.before).toEqual([
      {
        url: hook.webhook,
        undo: hook.undo,
        timeoutMs: 600_000,
        retries: 0,
        headers: hook.headers,
      },
    ]);
  });
});
