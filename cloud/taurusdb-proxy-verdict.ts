import type { RefusalKind, Submission, Ticket } from '../rollout/upgrade';
import type { UpgradeProxyAnswer, UpgradeRow } from './taurusdb-proxy-answers';

type Verdict = 'accept' | 'reject' | 'unclear';

/**
 * What `update_result` says about one proxy. The page's example answers a request for one proxy with
 * two rows that name nobody, one accepted and one rejected: a row counts only if it can be told to
 * be ours, and where rows disagree nothing is claimed.
 */
export function readUpdateResult(
  { update_result: rows }: UpgradeProxyAnswer,
  target: { readonly proxyId: string; readonly instanceId: string },
  ticket: Ticket,
): Submission {
  const ours = rowsOf(rows, target);
  if (ours === null)
    return unknown(`none of ${rows.length} rows of the answer is ours for certain`);

  const verdicts = new Set(ours.map(verdictOf));
  if (verdicts.size > 1) return unknown(`the answer's ${ours.length} rows for it disagree`);
  if (verdicts.has('accept')) {
    const ids = [...new Set(ours.map((row) => row.workflow_id))];
    const id = ids.length === 1 ? ids[0] : null;
    return { state: 'accepted', ticket: { ...ticket, id: id || null } };
  }
  if (verdicts.has('reject')) {
    const words = ours.find((row) => row.error_message)?.error_message ?? 'REJECT without words';
    return { state: 'rejected', kind: kindOf(words), code: null, words };
  }
  const { state, error_message: words } = ours[0] ?? {};
  return unknown(`an answer in state ${state || 'none'}${words ? `: ${words}` : ''}`);
}

/** The rows about our proxy; null if that cannot be told. */
function rowsOf(
  rows: readonly UpgradeRow[],
  { proxyId, instanceId }: { readonly proxyId: string; readonly instanceId: string },
): readonly UpgradeRow[] | null {
  // One edition of the page calls the field the proxy's id, another the instance's.
  for (const id of [proxyId, instanceId]) {
    const named = rows.filter((row) => row.instance_id === id);
    if (named.length > 0) return named;
  }
  const [only] = rows;
  if (rows.length === 1 && only && !only.instance_id) return [only];
  // All refused: then ours is, whichever it is.
  const isNobodys = rows.length > 0 && rows.every((row) => !row.instance_id);
  return isNobodys && rows.every((row) => verdictOf(row) === 'reject') ? rows : null;
}

function verdictOf({ state, error_message: words }: UpgradeRow): Verdict {
  if (state === 'REJECT') return 'reject';
  return state === 'ACCEPT' && !words ? 'accept' : 'unclear';
}

/** A rejected row has words only. What they do not tell may pass: the page's own example may. */
function kindOf(words: string): RefusalKind {
  // Seen by the vendor's Terraform provider where there was no version to go to.
  if (/parameter error/i.test(words)) return 'forGood';
  return /another operation|in progress|being upgraded/i.test(words) ? 'busy' : 'forNow';
}

function unknown(words: string): Submission {
  return { state: 'unknown', words };
}
