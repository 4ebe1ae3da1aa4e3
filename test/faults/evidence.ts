import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { FrozenPlan } from '../../rollout/frozen-plan';
import type { Report } from '../../rollout/report';
import type { FleetRow, JournalLine } from '../support/world';
import type { Lowered, Quiet } from './play';

/** All that can be seen of a story from outside. */
export interface Evidence {
  readonly seed: number;
  readonly frozen: FrozenPlan;
  readonly fleetBefore: readonly FleetRow[];
  readonly fleet: readonly FleetRow[];
  readonly journal: readonly JournalLine[];
  readonly report: Report;
  readonly histories: readonly HistoryText[];
  /** The workers' logs. */
  readonly logs: readonly string[];
  readonly quiet: readonly Quiet[];
  readonly lowered: readonly Lowered[];
}

/** One workflow's history, as it is kept. */
export interface HistoryText {
  readonly workflowId: string;
  readonly runId: string;
  readonly json: string;
}

/** Every history of the server. */
export async function readHistories(client: Client): Promise<HistoryText[]> {
  const histories: HistoryText[] = [];
  for await (const { workflowId, runId } of client.workflow.list()) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    histories.push({ workflowId, runId, json: historyToJSON(history) });
  }
  return histories;
}

/** A history with its payloads readable beside it. */
export function readable({ json }: HistoryText): string {
  const payloads = [...json.matchAll(/"data":\s*"([A-Za-z0-9+/=]+)"/g)].map(([, data = '']) =>
    plain(Buffer.from(data, 'base64')),
  );
  return [json, ...payloads].join('\n');
}

/** Large payloads are compressed (temporal/payload-codec.ts). */
function plain(data: Buffer): string {
  const isDeflated = data[0] === 0x78;
  return (isDeflated ? inflateSync(data) : data).toString('utf8');
}

/** When submits of an instance were handed to a worker, by the attempts' histories. */
export function scheduledSubmits({
  histories,
}: Pick<Evidence, 'histories'>): readonly { readonly instanceId: string; readonly at: string }[] {
  return histories.flatMap(({ workflowId, json }) => {
    const instanceId = /^upgrade\/[^/]+\/(.+)$/.exec(workflowId)?.[1];
    if (instanceId === undefined) return [];
    const { events = [] } = JSON.parse(json) as { events?: HistoryEvent[] };
    return events
      .filter((event) => event.activityTaskScheduledEventAttributes?.activityType.name === 'submit')
      .map(({ eventTime }) => ({ instanceId, at: eventTime }));
  });
}

interface HistoryEvent {
  readonly eventTime: string;
  readonly activityTaskScheduledEventAttributes?: { readonly activityType: { name: string } };
}

/** Writes what a person needs to understand a story; `histories` are kept when something is wrong. */
export async function keepEvidence(
  folder: string,
  evidence: Evidence,
  withHistories: boolean,
): Promise<void> {
  const { journal, fleet, report, histories, quiet, lowered } = evidence;
  const files: Readonly<Record<string, unknown>> = {
    journal,
    fleet,
    report,
    acts: { quiet, lowered },
  };
  for (const [name, value] of Object.entries(files)) {
    await writeFile(join(folder, `${name}.json`), `${JSON.stringify(value, null, 1)}\n`);
  }
  if (!withHistories) return;
  for (const { workflowId, runId, json } of histories) {
    const name = `${workflowId.replaceAll('/', '.')}.${runId.slice(-8)}.json`;
    await writeFile(join(folder, name), json);
  }
}
