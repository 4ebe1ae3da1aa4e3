import type { Inspection, UpgradeRequest } from '../rollout/upgrade';
import type { CloudApi } from './api';
import { pathOf } from './api';
import { isRefused } from './errors';
import type { CallOptions } from './family';
import type { ReportWord } from './log';
import type { Standing, StatusWords } from './standing';
import { gone, standingOf } from './standing';
import type { ProxyRow } from './taurusdb-proxy-answers';
import { ProxyListAnswer, ProxyVersionAnswer, proxyVersionsIn } from './taurusdb-proxy-answers';

const PROXY_WORDS: StatusWords = {
  field: 'proxy status',
  ready: ['ACTIVE'],
  busy: [
    'ENABLING PROXY',
    'DISABLING PROXY',
    'ADDING PROXY NODE',
    'DELETING READ REPLICAS FROM PROXY',
    'ADDING READ REPLICAS TO PROXY',
    'CHANGING WEIGHTS',
    'CHANGING WEIGHT',
    'BUILD',
  ],
  bad: ['FAILED', 'ABNORMAL'],
  gone: ['DELETED'],
};

/** What one look at a proxy shows. */
export interface ProxyLook {
  readonly seen: Inspection;
  /** How long an upgrade of it takes, by the cloud's estimate; null where it makes none. */
  readonly expectMs: number | null;
}

/** Version and standing of a proxy, by ShowProxyVersion and ShowGaussMySqlProxyList. */
export async function readProxy(
  api: CloudApi,
  request: UpgradeRequest,
  report: ReportWord,
  options?: CallOptions,
): Promise<ProxyLook> {
  const { scope, target } = request;
  const proxyId = proxyIdOf(request);
  const base = ['instances', target.instanceId] as const;
  const call = { service: 'taurusdb', scope, method: 'GET' } as const;
  const versionPath = pathOf(
    'v3',
    scope,
    ...base,
    'proxy',
    proxyId,
    'taurusproxy',
    'proxy-version',
  );
  try {
    const [version, list] = await Promise.all([
      api.read(
        { ...call, doing: 'reading the proxy version', path: versionPath },
        ProxyVersionAnswer,
        options,
      ),
      api.read(
        {
          ...call,
          doing: 'listing proxies',
          path: pathOf('v3', scope, ...base, 'proxies'),
          query: { limit: '100' },
        },
        ProxyListAnswer,
        options,
      ),
    ]);
    const row = list.proxy_list.find(({ proxy }) => proxy.pool_id === proxyId);
    if (row === undefined) return missing('not in the proxy list');
    const { state, status } = stateOf(row.proxy, report);
    const seen: Inspection = {
      ...proxyVersionsIn(version),
      state,
      status,
      ticket: null,
    };
    return { seen, expectMs: estimateIn(version.risk?.upgrade_duration ?? '') };
  } catch (error) {
    if (isRefused(error, 'notFound')) return missing(error.code ?? 'not found');
    throw error;
  }
}

function missing(status: string): ProxyLook {
  return { seen: gone(status), expectMs: null };
}

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** `10min`, `30 s`, `1 hour`; null where no unit is said, since no page documents one. */
export function estimateIn(text: string): number | null {
  const [, count, unit] = /^\s*(\d{1,5})\s*(s|m|h)(ec|in|our|inute|econd)?s?\s*$/i.exec(text) ?? [];
  if (count === undefined || unit === undefined) return null;
  return Number(count) * UNIT_MS[unit.toLowerCase() as keyof typeof UNIT_MS];
}

/** The proxy's own word first: while it works its nodes may well be abnormal. */
function stateOf(
  { status, pool_status: pool, nodes }: ProxyRow,
  report: ReportWord,
): { readonly state: Standing; readonly status: string } {
  const own = standingOf(PROXY_WORDS, status, report);
  if (own !== 'ready') return { state: own, status };
  const parts = [pool, ...(nodes ?? []).map((node) => node.status)].filter((word): word is string =>
    Boolean(word),
  );
  const states = parts.map((word) => ({
    state: standingOf(PROXY_WORDS, word, report),
    status: word,
  }));
  const worst =
    states.find(({ state }) => state === 'bad') ?? states.find(({ state }) => state !== 'ready');
  if (worst === undefined) return { state: 'ready', status };
  // A node or a pool that is deleted does not say so of the proxy, which is still listed.
  return worst.state === 'gone' ? { state: 'busy', status: worst.status } : worst;
}

/** The proxy that the request is about. */
export function proxyIdOf({ target }: UpgradeRequest): string {
  if (target.proxyId === null) throw new Error('internal: a proxy upgrade without a proxy id');
  return target.proxyId;
}
