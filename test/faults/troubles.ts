import { drawn } from '../../rollout/seeded';
import type { Cut } from './proxy';
import { NOTHING_SPECIAL, type Special } from './special';

/** Something that befalls a rollout, this long after its start. */
export type Trouble =
  | {
      readonly do: 'killWorker';
      readonly atMs: number;
      readonly downMs: number;
      readonly which: 0 | 1;
    }
  | { readonly do: 'killServer' | 'killCloud'; readonly atMs: number; readonly downMs: number }
  | {
      readonly do: 'cut';
      readonly atMs: number;
      readonly forMs: number;
      readonly of: CutOff;
      readonly how: Cut;
    }
  | { readonly do: 'pause'; readonly atMs: number; readonly forMs: number }
  | { readonly do: 'lower'; readonly atMs: number; readonly limit: number }
  /** Not before so many upgrades that begin later are under way, if that comes later. */
  | { readonly do: 'abort'; readonly atMs: number; readonly whenUnderWay: number };

/** Whom the workers cannot reach while the network is cut. */
export type CutOff = 'cloud' | 'server' | 'both';

// A rollout of forty targets takes longer than this, so that nothing comes too late.
const FIRST_MS = 1_500;
const LAST_MS = 25_000;
const CUT_MS = 10_000;
const ABORT_MS = [10_000, LAST_MS] as const;

// As many wait to begin in the first wave at best, and always in the second.
const ABORT_WHEN_UNDER_WAY = [2, 5] as const;
const ABORT_SCHEDULED_MS = [3_000, 8_000] as const;

/** What is killed while a rollout freezes its plan: both workers, for one of them does the reading. */
export function freezingTroublesOf(seed: number): readonly Trouble[] {
  const between = (what: string, least: number, most: number) =>
    Math.round(least + drawn(`${seed}/freezing/${what}`) * (most - least));
  const kill = (what: string) => ({
    atMs: between(`${what} at`, 300, 4_000),
    downMs: between(`${what} down`, 200, 3_000),
  });
  const programs = (['killServer', 'killCloud'] as const).flatMap((each) =>
    drawn(`${seed}/freezing/${each}`) < 0.5 ? [{ do: each, ...kill(each) } as const] : [],
  );
  const workers = ([0, 1] as const).map(
    (which) => ({ do: 'killWorker', which, ...kill(`worker ${which}`) }) as const,
  );
  return [...workers, ...programs].sort((a, b) => a.atMs - b.atMs);
}

/** Makes reading a plan's targets last some seconds, so that there is something to be killed in. */
export const SLOW_READS: object = { rates: { '*': { read: { slow: 0.3 } } } };

/**
 * What befalls the story of a seed: each worker killed at least once, the Temporal server and the
 * cloud once or twice, one cut of the network; in many stories a person pauses, lowers how many may be in flight, or aborts.
 * Upgrades that begin later are there to be called off: their rollout is always aborted.
 */
export function troublesOf(
  seed: number,
  { scheduled }: Pick<Special, 'scheduled'> = NOTHING_SPECIAL,
): readonly Trouble[] {
  const draw = (what: string) => drawn(`${seed}/${what}`);
  const between = (what: string, least: number, most: number) =>
    Math.round(least + draw(what) * (most - least));
  const at = (what: string) => between(`${what} at`, FIRST_MS, LAST_MS);
  const down = (what: string) => between(`${what} down`, 200, 5_000);
  const times = (what: string, most: number) =>
    Array.from({ length: between(`${what} times`, 1, most) }, (_, i) => `${what} ${i}`);

  const some = (what: string, share: number, trouble: Trouble) =>
    draw(what) < share ? [trouble] : [];

  const workers = ([0, 1] as const).flatMap((which) =>
    times(`worker ${which}`, 2).map(
      (what) => ({ do: 'killWorker', which, atMs: at(what), downMs: down(what) }) as const,
    ),
  );
  const programs = (['killServer', 'killCloud'] as const).flatMap((kill) =>
    times(kill, 2).map((what) => ({ do: kill, atMs: at(what), downMs: down(what) }) as const),
  );
  const cut = {
    do: 'cut',
    atMs: at('cut'),
    forMs: CUT_MS,
    of: oneOf(['cloud', 'cloud', 'server', 'both'] as const, draw('cut of')),
    how: oneOf(['refused', 'frozen'] as const, draw('cut how')),
  } as const;
  const abortMs: readonly [number, number] = scheduled ? ABORT_SCHEDULED_MS : ABORT_MS;
  const whenUnderWay = scheduled ? between('abort when', ...ABORT_WHEN_UNDER_WAY) : 0;
  const acts: readonly Trouble[] =
    scheduled || draw('abort') < 0.1
      ? [{ do: 'abort', atMs: between('abort at', ...abortMs), whenUnderWay }]
      : [
          ...some('pause', 0.6, {
            do: 'pause',
            atMs: at('pause'),
            forMs: between('for', 2e3, 8e3),
          }),
          ...some('lower', 0.4, { do: 'lower', atMs: at('lower'), limit: between('to', 3, 6) }),
        ];
  return [...workers, ...programs, cut, ...acts].sort((a, b) => a.atMs - b.atMs);
}

/**
 * The faults that the cloud of this seed plays: of every kind it knows, some more, some less. At most
 * the share `stuck` of all upgrades never ends; each costs its wave the whole of `followFor`. At most
 * the share `cancel` of all cancels meets each kind: there are few of them.
 */
export function faultsOf(seed: number, { stuck = 0.02, cancel = 0.06 } = {}): object {
  const upTo = (most: number, place: string, faults: readonly string[]) =>
    Object.fromEntries(faults.map((fault) => [fault, most * drawn(`${seed}/${place}/${fault}`)]));
  const rates = {
    submit: { ...upTo(0.04, 'submit', CALL_FAULTS), reject: 0.1 * drawn(`${seed}/reject`) },
    read: upTo(0.01, 'read', CALL_FAULTS),
    cancel: upTo(cancel, 'cancel', CALL_FAULTS),
    auth: upTo(0.02, 'auth', CALL_FAULTS),
    job: {
      ...upTo(0.08, 'job', ['fail', 'slow', 'liar']),
      ...upTo(stuck, 'job', ['stuck']),
    },
  };
  return { rates: { '*': rates } };
}

/**
 * What the documents leave open, as the cloud of this seed does it: `key=value` words of the
 * emulator. Only readings in which a lost request can be told from one that had its effect.
 */
export function settingsOf(seed: number): readonly string[] {
  const choices = {
    jobVisibleAfter: ['300ms', '2s'],
    retryAfter: ['none', '2'],
    secondSubmit: ['reject', 'error'],
    gaussdbSecondSubmit: ['refuse', 'accept'],
    gaussdbConflict: ['409', '400', 'errCode'],
    workflowIdInJobs: ['true', 'false'],
    taskIdInJobs: ['true', 'false'],
    batchJobs: ['perInstance', 'none'],
    dcsServiceUpgradeFlag: ['true', 'false'],
    dcsBusyStatus: ['RUNNING', 'UPGRADING'],
    proxyRows: ['1', '2'],
  };
  return Object.entries(choices).map(
    ([key, values]) => `${key}=${oneOf(values, drawn(`${seed}/set/${key}`))}`,
  );
}

const CALL_FAULTS = [
  ...['400', '401', '403', '404', '409', '429', '500', '503'],
  ...['lostAfter', 'lostBefore', 'slow', 'html'],
];

function oneOf<T>(choices: readonly T[], draw: number): T {
  const chosen = choices[Math.floor(draw * choices.length)];
  if (chosen === undefined) throw new Error('nothing to choose from');
  return chosen;
}
