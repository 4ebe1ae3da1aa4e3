import { freezePlan } from '../../rollout/freeze';
import { NOTIFIED } from '../../rollout/receivers';
import { problemsOf, readPlan } from './plan.builder';

const SLACK = '${secret:SLACK_URL}';
const notifyOf = (notify: unknown) => readPlan({ notify }).notify;

describe('a mistake in notify', () => {
  test.each([
    ['a mapping', { webhook: SLACK }, 'notify', 'a list, not a mapping'],
    ['six receivers', Array(6).fill({ webhook: SLACK }), 'notify', 'at most 5 receivers'],
    ['an address alone', [SLACK], 'notify[0]', 'a mapping of keys to values'],
    ['nobody to tell', [{ on: ['finished'] }], 'notify[0].webhook', 'is missing'],
    ['another scheme', [{ webhook: 'mailto:a@b' }], 'notify[0].webhook', 'http or https'],
    ['a password', [{ webhook: 'https://a:b@c/' }], 'notify[0].webhook', 'without user'],
    ['no event', [{ webhook: SLACK, on: [] }], 'notify[0].on', 'at least one event'],
    ['one event', [{ webhook: SLACK, on: 'finished' }], 'notify[0].on', 'at least one event'],
    [
      'a strange event',
      [{ webhook: SLACK, on: ['done'] }],
      'notify[0].on[0]',
      'waveDone, finished',
    ],
    ['a long time', [{ webhook: SLACK, timeout: '61s' }], 'notify[0].timeout', 'at most 1m'],
    ['many retries', [{ webhook: SLACK, retries: 11 }], 'notify[0].retries', 'from 0 to 10'],
    ['an undo', [{ webhook: SLACK, undo: SLACK }], 'notify[0].undo', 'unknown key'],
    [
      'a header of ours',
      [{ webhook: SLACK, headers: { 'X-Upwave-Signature': 'a' } }],
      'notify[0].headers.X-Upwave-Signature',
      'neither HTTP nor upwave',
    ],
  ])('%s -> told', (_name, notify, path, message) => {
    const problems = problemsOf({ notify });

    expect(problems).toMatchObject([{ path }]);
    expect(problems[0]?.message).toContain(message);
  });

  test('all at once, with a mistake elsewhere; what may be secret is not repeated', () => {
    const notify = [
      { webhook: 'https://hooks.example.com/with space/s3cret', on: ['done', 'finished', 'ended'] },
      { webhook: SLACK, tries: 3 },
    ];

    const problems = problemsOf({ notify, busy: { waitFor: 'x' } });

    expect(problems.map(({ path }) => path).sort()).toEqual([
      'busy.waitFor',
      'notify[0].on[0]',
      'notify[0].on[2]',
      'notify[0].webhook',
      'notify[1].tries',
    ]);
    expect(JSON.stringify(problems)).not.toContain('s3cret');
  });
});

describe('notify without a mistake', () => {
  test('none -> absent, from the frozen plan as well', () => {
    const plan = readPlan({});
    const seen = { problem: 'not read' };

    expect(plan).not.toHaveProperty('notify');
    expect(freezePlan(plan, [seen], '2026-11-21T12:00:00.000Z')).not.toHaveProperty('notify');
  });

  test('defaults: every event, 10 s, five retries, no headers', () => {
    expect(notifyOf([{ webhook: SLACK }])).toEqual([
      { url: SLACK, on: NOTIFIED, timeoutMs: 10_000, retries: 5, headers: {} },
    ]);
  });

  test('all that can be said, kept in the frozen plan', () => {
    const plan = readPlan({
      notify: [
        {
          webhook: 'https://hooks.example.com/${secret:PATH}',
          on: ['gateWaiting', 'finished'],
          timeout: '1m',
          retries: 0,
          headers: { authorization: 'Bearer ${secret:TOKEN}' },
        },
      ],
    });

    const { notify } = freezePlan(plan, [{ problem: 'x' }], '2026-11-21T12:00:00.000Z');

    expect(notify).toEqual([
      {
        url: 'https://hooks.example.com/${secret:PATH}',
        on: ['gateWaiting', 'finished'],
        timeoutMs: 60_000,
        retries: 0,
        headers: { authorization: 'Bearer ${secret:TOKEN}' },
      },
    ]);
  });
});
