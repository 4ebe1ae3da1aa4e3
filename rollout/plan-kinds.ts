import { NOTIFIED } from './receivers';

/**
 * The words for what a field must be, and an example. An error in these schemas is such a name (or,
 * for an unknown key, the list of known ones); `check` (plan-fields.ts) makes a problem of it.
 */
export const KINDS = {
  version: { is: 'the number 1', example: '1' },
  name: { is: 'letters, digits and dashes, at most 60', example: 'caches-november' },
  projectId: { is: '32 letters and digits', example: '0483b6b16e954cb88930a360d2c4e663' },
  region: { is: 'the name of a region', example: 'cn-north-4' },
  section: { is: 'a mapping of keys to values', example: null },
  list: { is: 'a list', example: null },
  someUpgrades: { is: 'a mapping with at least one upgrade', example: null },
  someTargets: { is: 'a list of at least one target', example: null },
  someWaves: { is: 'a list of at least one wave, or be left out', example: null },
  text: { is: 'text', example: null },
  flag: { is: 'true or false', example: null },
  duration: { is: 'a duration with its unit', example: '500ms, 30s, 10m, 6h or 1d' },
  someTime: { is: 'a duration above zero with its unit', example: '500ms, 30s, 10m, 6h or 1d' },
  retries: { is: 'a whole number from 0 to 100', example: '2' },
  togetherKernels: { is: 'a whole number from 1 to 100', example: '20' },
  togetherPatches: { is: 'a whole number from 1 to 30', example: '20' },
  concurrency: { is: 'a whole number of at least 1', example: '4' },
  limit: { is: 'a whole number, or a percentage of at most 100%', example: '3 or 5%' },
  take: {
    is: 'a whole number of at least 1, a percentage above 0% and of at most 100%, rest, or so many per stratum',
    example: '10, 30%, rest or { perStratum: 1, by: [az] }',
  },
  strata: { is: 'a list of labels', example: '[family, version, az]' },
  order: { is: 'plan or random', example: null },
  instant: { is: 'an instant with its offset', example: '2026-12-01T01:00:00+08:00' },
  gate: { is: 'one of delay, at and approval', example: 'approval: { expires: 24h }' },
  onExpiry: { is: 'abort, skipWave or begin', example: null },
  then: { is: 'pause or abort', example: null },
  number: { is: 'a number', example: '0.5' },
  status: { is: 'an HTTP status', example: '200' },
  value: { is: 'text, a number, true or false', example: null },
  // Addresses often hold what only their owner should know: a wrong one is not repeated.
  url: {
    is: 'an address of http or https',
    example: 'https://example.com/health or ${secret:HEALTH_URL}',
    isPrivate: true,
  },
  urlWithPassword: {
    is: 'an address without user and password',
    example:
      '${secret:HEALTH_URL} with the whole address in UPWAVE_SECRET_HEALTH_URL of the worker',
    isPrivate: true,
  },
  prometheusUrl: {
    is: "the server's address, without /api/v1/query",
    example: 'https://prometheus.example.com',
    isPrivate: true,
  },
  query: { is: 'a query of Prometheus', example: 'max(redis_lag_seconds)' },
  queryPlaceholder: {
    is: 'a query whose placeholders are complete',
    example: '${secret:NAME} with capital letters, digits and _',
  },
  webhook: {
    is: 'an address of http or https',
    example: 'https://example.com/drain or ${secret:DRAIN_URL}',
    isPrivate: true,
  },
  webhookWithPassword: {
    is: 'an address without user and password',
    example: '${secret:DRAIN_URL} with the whole address in UPWAVE_SECRET_DRAIN_URL of the worker',
    isPrivate: true,
  },
  afterUndo: {
    is: 'left out of an after hook: when it is called the upgrade is done',
    example: null,
    isPrivate: true,
  },
  hooks: { is: 'a list of at most 5 hooks', example: '[{ webhook: https://example.com/drain }]' },
  hookTimeout: { is: 'a duration above zero, of at most 10m, with its unit', example: '30s' },
  receivers: {
    is: 'a list of at most 5 receivers',
    example: '[{ webhook: "${secret:SLACK_URL}", on: [gateWaiting, finished] }]',
  },
  notified: { is: `one of ${NOTIFIED.join(', ')}`, example: null },
  notifiedList: {
    is: 'a list of at least one event, or be left out for all of them',
    example: '[gateWaiting, finished]',
  },
  notifyTimeout: { is: 'a duration above zero, of at most 1m, with its unit', example: '10s' },
  notifyRetries: { is: 'a whole number from 0 to 10', example: '5' },
  headerName: {
    is: 'the name of a header that neither HTTP nor upwave sets itself',
    example: 'authorization or x-team',
  },
  header: {
    is: 'text on one line, its placeholders complete',
    example: 'Bearer ${secret:DRAIN_TOKEN}',
    isPrivate: true,
  },
  jsonPath: { is: 'a path into a JSON answer', example: 'data.lag, items[0].lag or $[0]' },
  checks: { is: 'a list of at most 20 checks', example: null },
  checkKind: {
    is: 'a check of either http or prometheus',
    example: 'http: https://example.com/health',
  },
  comparison: {
    is: 'a check with one of equal, notEqual, below, atMost, above and atLeast',
    example: 'below: 5',
  },
  httpComparison: {
    is: 'a check with json and one comparison, or with neither',
    example: 'json: data.lag, below: 5',
  },
  bakeEvery: { is: 'no longer than the bake', example: 'for: 10m, every: 30s' },
  zone: { is: 'the name of a time zone', example: 'Asia/Shanghai' },
  date: { is: 'a date', example: '2026-12-24' },
  outside: { is: 'wait or skip', example: null },
  match: { is: 'a text or a list of texts', example: 'canary or [canary, pilot]' },
  dotted: { is: 'a dotted version', example: '2.26.03.000' },
  dottedList: { is: 'a list of dotted versions', example: '[3.208.0.6, 3.208.0.7]' },
  pollingMin: { is: 'no longer than polling.max', example: 'min: 10s, max: 60s' },
  settleFor: { is: 'no longer than reconcileFor', example: 'settleFor: 60s, reconcileFor: 30m' },
  recoveryThen: { is: 'giveUp, rollForward, compensate or pause', example: null },
  // An upgrade that may still be running is never sent again, at whatever version.
  unknownThen: { is: 'giveUp, compensate or pause', example: null },
  rollForwardTo: {
    is: 'a list of versions, each newer than the one before it and than targetVersion',
    example: '[2.26.04.000]',
  },
  rollForwardPatches: {
    is: 'a list of what may be installed instead, each a patch or a list of patches',
    example: '[3.208.0.8, [3.208.0.6, 3.208.0.8]]',
  },
  rollForwardCaches: {
    is: 'a list with, in each entry, a version or latest for each component that is upgraded',
    example: '[5.0.14.2, latest], or [5.0.14.2/5.0.3] for engine and proxy',
  },
  namePattern: {
    is: 'a whole name, or * and a part of one',
    example: 'orders-db or "*prod"',
  },
  cacheVersion: { is: 'a dotted version or latest', example: '5.0.14.1 or latest' },
} as const satisfies Record<string, Words>;

/** What a field must be, in words. */
export interface Words {
  readonly is: string;
  readonly example: string | null;
  /** The value that was given is not shown. */
  readonly isPrivate?: boolean;
}

/** The name of one of these. */
export type Kind = keyof typeof KINDS;
