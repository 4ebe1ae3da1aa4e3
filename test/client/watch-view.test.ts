import fc from 'fast-check';
import { plainWidthOf } from '../../client/text-width';
import { flightLines, inOrder, type Flight } from '../../client/watch/flights';
import { shareRows } from '../../client/watch/rows';
import { frameLines, type FrameInput, type ToldEvent } from '../../client/watch/view';
import type { AttemptRecord } from '../../rollout/wave-state';
import { inFlight } from '../rollout/wave-builder';
import { counts, status, wave } from './status-builder';

const now = new Date('2026-11-20T18:10:00Z');
const plain = (width: number) => ({ width, colors: false });

function flight(some: Partial<Flight>): Flight {
  const words = { name: 'shop-cache', wave: 'rest', words: 'upgrading: EXECUTING' };
  return {
    ...{ ...words, since: '2026-11-20T18:07:55Z', attempt: 1 },
    ...{ percent: null, expectMs: null },
    ...some,
  };
}

function event(line: string, tone: ToldEvent['tone'] = 'plain'): ToldEvent {
  return { at: now.toISOString(), line, tone };
}

function frame(some: Partial<FrameInput> = {}): FrameInput {
  const waves = [
    wave({ state: 'finished', counts: counts({ succeeded: 3 }) }),
    wave({
      name: 'rest',
      counts: counts({ succeeded: 40, failed: 2, inFlight: 99, pending: 859 }),
    }),
  ];
  return {
    status: status({ waves }),
    forecast: 'Ends in about 12 min, at 2026-11-20 18:22:00 UTC, if all goes well',
    flights: [flight({}), flight({ name: 'user-cache', percent: 42, attempt: 2 })],
    inFlight: 99,
    events: [event('18:09:00  first'), event('18:09:30  second', 'bad')],
    ...{ away: null, now, rows: 24 },
    ...some,
  };
}

describe('rows are shared out', () => {
  const section = (wants: number, least = 2, share = 1 / 3) => ({ wants, least, share });

  test.each([
    {
      name: 'enough for all',
      room: 20,
      given: [section(3), section(4), section(5)],
      expected: [3, 4, 5],
    },
    { name: 'nobody wants', room: 20, given: [section(0), section(0)], expected: [0, 0] },
    {
      name: 'all want more',
      room: 12,
      given: [section(9), section(9), section(9)],
      expected: [4, 4, 4],
    },
    {
      name: 'what one does not want goes to the first that does',
      room: 12,
      given: [section(2), section(9), section(9)],
      expected: [2, 6, 4],
    },
    {
      name: 'too few for the last',
      room: 5,
      given: [section(9), section(9), section(9)],
      expected: [3, 2, 0],
    },
    { name: 'none at all', room: -3, given: [section(9)], expected: [0] },
  ])('$name', ({ room, given, expected }) => {
    expect(shareRows(room, given)).toEqual(expected);
  });
});

describe('a frame', () => {
  test('says how it stands, when it ends, what is in flight, and what happened last', () => {
    expect(frameLines(frame(), plain(80))).toEqual([
      'rollout/caches-november/20261120T180405Z-9f3c',
      'running for 5 min 55 s: 43 succeeded, 2 failed, 99 in flight, 859 pending',
      'Ends in about 12 min, at 2026-11-20 18:22:00 UTC, if all goes well',
      '',
      'canary  ██████████        3/3  3 succeeded',
      'rest    █▓▒·······    42/1000  40 succeeded, 2 failed, 99 in flight, 859 pending',
      '',
      'in flight: 99  step                  done        for  wave  attempt',
      'shop-cache     upgrading: EXECUTING        2 min 5 s  rest',
      'user-cache     upgrading: EXECUTING  42 %  2 min 5 s  rest        2',
      'and 97 more',
      '',
      'last events, the newest first',
      '18:09:30  second',
      '18:09:00  first',
    ]);
  });

  test('on the smallest terminal: what matters most, each line cut', () => {
    const waitingFor = {
      reason: 'gate',
      until: '2026-11-20T18:15:00Z',
      words: "wave rest waits for a person's approval",
    } as const;

    const lines = frameLines(
      frame({ rows: 10, status: { ...frame().status, waitingFor } }),
      plain(40),
    );

    expect(lines).toEqual([
      'rollout/caches-november/20261120T180405…',
      'running for 5 min 55 s: 43 succeeded, 2…',
      'Ends in about 12 min, at 2026-11-20 18:…',
      "Waiting: wave rest waits for a person's",
      '  approval, until 2026-11-20 18:15:00 U…',
      'rest    █▓▒▒·················    42/1000',
      '  40 succeeded, 2 failed, 99 in flight,…',
      'and 1 more wave',
      'in flight: 99  step                  for',
      'shop-cache     upgrading: EX…  2 min 5 s',
    ]);
  });

  test('a server that is away: said in the middle of what was known last', () => {
    const away = 'The Temporal server does not answer since 18:09:50 UTC, trying again.';

    const lines = frameLines(frame({ away }), plain(80));

    expect(lines).toContain(away);
    expect(lines.join('\n')).toContain('in flight: 99');
  });

  test('while targets are read there are no bars yet', () => {
    const reading = status({ frozen: false, waves: [] });

    const lines = frameLines(
      frame({ status: reading, forecast: null, flights: [], events: [] }),
      plain(80),
    );

    expect(lines[1]).toBe('running for 5 min 55 s: reading the targets and cutting the waves');
    expect(lines).toHaveLength(2);
  });

  test('colours tell outcomes apart', () => {
    const waves = [wave({ counts: counts({ succeeded: 1, failed: 1, unknown: 1, inFlight: 1 }) })];

    const lines = frameLines(frame({ status: status({ waves }) }), { width: 80, colors: true });

    const drawn = lines.find((line) => line.includes('canary'));
    for (const part of ['\x1b[32m█+', '\x1b[31m▓+', '\x1b[33m▚+', '\x1b[36m▒+']) {
      expect(drawn).toMatch(new RegExp(part.replace('[', '\\[')));
    }
  });

  const name = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.constant('缓存'.repeat(30)),
  );
  const count = fc.nat(5_000);

  test('is never higher or wider than the terminal, whatever it shows', () => {
    fc.assert(
      fc.property(
        fc.record({
          width: fc.integer({ min: 40, max: 200 }),
          rows: fc.integer({ min: 10, max: 60 }),
          waves: fc.array(fc.record({ name, succeeded: count, failed: count, pending: count }), {
            maxLength: 40,
          }),
          flights: fc.array(fc.record({ name, words: name, percent: fc.option(fc.nat(100)) }), {
            maxLength: 70,
          }),
          events: fc.array(name, { maxLength: 70 }),
          away: fc.option(name),
          colors: fc.boolean(),
        }),
        ({ width, rows, waves, flights, events, away, colors }) => {
          const input = frame({
            ...{ rows, away },
            status: status({
              waves: waves.map(({ name, ...rest }) => wave({ name, counts: counts(rest) })),
              waitingFor: { reason: 'busy', until: null, words: events.join(' ') },
            }),
            flights: flights.map((each) => flight({ ...each, expectMs: 60_000 })),
            inFlight: flights.length,
            events: events.map((line) => event(line)),
          });

          const lines = frameLines(input, { width, colors });

          expect(lines.length).toBeLessThanOrEqual(rows);
          expect(lines.filter((line) => plainWidthOf(line) > width)).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('targets in flight', () => {
  const lines = (flights: readonly Flight[], total: number, rows: number, width = 120) =>
    flightLines({ flights, total, now }, rows, plain(width));
  const many = Array.from({ length: 50 }, (_, at) => flight({ name: `cache-${at}` }));

  test('5,000 of them: as many as fit, and how many more there are', () => {
    const told = lines(many, 5_000, 12);

    expect(told).toHaveLength(12);
    expect(told[0]).toContain('in flight: 5000');
    expect(told[1]).toContain('cache-0');
    expect(told.at(-1)).toBe('and 4990 more');
  });

  test('a bar for what the cloud tells in percent, and how long such an upgrade takes', () => {
    const [, line] = lines([flight({ percent: 42, expectMs: 720_000 })], 1, 9);

    expect(line).toBe(
      'shop-cache    upgrading: EXECUTING  ████······  42 %  2 min 5 s   12 min  rest',
    );
  });

  test('no room -> nothing, not a title alone', () => {
    expect(lines(many, 50, 1)).toEqual([]);
    expect(lines([], 0, 9)).toEqual([]);
  });

  test('the one that has been in flight longest comes first; a retry counts from its own start', () => {
    const attempt: AttemptRecord = {
      ...({
        result: 'failed',
        reason: 'jobFailed',
        reasonText: '',
        ticket: null,
        times: 1,
      } as const),
      ...{ versionBefore: null, versionAfter: null, compensation: null, submittedAt: null },
      ...{ startedAt: '2026-11-21T11:00:00Z', endedAt: '2026-11-21T12:30:00Z' },
    };
    const old = { ...inFlight('retried'), startedAt: '2026-11-21T11:00:00Z', attempts: [attempt] };

    const order = inOrder([
      { wave: 'w', state: old },
      { wave: 'w', state: inFlight('first') },
    ]);

    expect(order.map(({ state }) => state.target.instanceId)).toEqual(['first', 'retried']);
  });
});
