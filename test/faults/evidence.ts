import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import type { Client } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import type { FrozenPlan } from '../../rollout/frozen-plan';
import type { AttemptResult } from '../../rollout/outcome';
import type { Report } from '../../rollout/report';
import { submittedIn } from '../support/judge';
import type { FleetRow, JournalLine } from '../support/world';
import type { HookCall } from './hook-server';
import type { CutSpan, Lowered, Quiet } from './play';

/** All that can be seen of a story from outside. */
export interface Evidence {
  readonly seed: number;
  /** What the rollout did. */
  readonly frozen: FrozenPlan;
  /** The same plan and fleet, frozen twice. */
  readonly frozenTwice: readonly [FrozenPlan, FrozenPlan];
  readonly fleetBefore: readonly FleetRow[];
  readonly fleet: readonly FleetRow[];
  readonly journal: readonly JournalLine[];
  readonly report: Report;
  readonly histories: readonly HistoryText[];
  /** The workers' logs. */
  readonly logs: readonly string[];
  readonly quiet: readonly Quiet[];
  readonly lowered: readonly Lowered[];
  readonly cuts: readonly CutSpan[];
  /** Every try of a hook, by its receiver's log. */
  readonly hookCalls: readonly HookCall[];
  /** What today's workflows do otherwise when they are given the histories again. */
  readonly notReplayed: readonly string[];
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
export function readable({ json }: Pick<HistoryText, 'json'>): string {
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

/** Every target that a line asks to upgrade, with the line. */
export function submitsIn(journal: readonly JournalLine[]) {
  return journal.flatMap((line) => submittedIn(line).map((target) => ({ ...line, target })));
}

/** What an attempt returned, by the id of its run. */
export function attemptEnds({
  histories,
}: Pick<Evidence, 'histories'>): ReadonlyMap<string, AttemptResult> {
  const ends = histories.flatMap((history): [string, AttemptResult][] => {
    if (!history.workflowId.startsWith('upgrade/')) return [];
    const data =
      eventsOf(history).at(-1)?.workflowExecutionCompletedEventAttributes?.result.payloads[0]?.data;
    if (data === undefined) return [];
    return [[history.runId, JSON.parse(plain(Buffer.from(data, 'base64'))) as AttemptResult]];
  });
  return new Map(ends);
}

/** The first workflow task of a workflow, of any of its runs, that was completed not before `at`. */
export function committedAt(
  { histories }: Pick<Evidence, 'histories'>,
  isOf: (workflowId: string) => boolean,
  at: string,
): string {
  const times = histories
    .filter(({ workflowId }) => isOf(workflowId))
    .flatMap(eventsOf)
    .filter(({ eventType }) => eventType === 'EVENT_TYPE_WORKFLOW_TASK_COMPLETED')
    .map(({ eventTime }) => eventTime);
  return times.filter((time) => time >= at).sort()[0] ?? at;
}

/** When submits of an instance were handed to a worker, by the attempts' histories. */
export function scheduledSubmits({
  histories,
}: Pick<Evidence, 'histories'>): readonly { readonly instanceId: string; readonly at: string }[] {
  return histories.flatMap((history) => {
    const instanceId = /^upgrade\/[^/]+\/(.+)$/.exec(history.workflowId)?.[1];
    if (instanceId === undefined) return [];
    return eventsOf(history)
      .filter((event) => event.activityTaskScheduledEventAttributes?.activityType.name === 'submit')
      .map(({ eventTime }) => ({ instanceId, at: eventTime }));
  });
}

function eventsOf({ json }: HistoryText): readonly HistoryEvent[] {
  const { events = [] } = JSON.parse(json) as { events?: HistoryEvent[] };
  // Nanoseconds do not compare, letter by letter, with the milliseconds of everybody else.
  const iso = (time: string) => new Date(time).toISOString();
  return events.map((event) => ({ ...event, eventTime: iso(event.eventTime) }));
}

interface HistoryEvent {
  readonly eventTime: string;
  readonly eventType?: string;
  readonly workflowExecutionCompletedEventAttributes?: {
    readonly result: { readonly payloads: readonly { readonly data: string }[] };
  };
  readonly activityTaskScheduledEventAttributes?: { readonly activityType: { name: string } };
}

/** Writes what a person needs to understand a story. */
export async function keepEvidence(folder: string, evidence: Evidence): Promise<void> {
  const { journal, fleet, frozen, report, quiet, lowered, cuts, hookCalls } = evidence;
  const files: Readonly<Record<string, unknown>> = {
    journal,
    fleet,
    frozen,
    report,
    acts: { quiet, lowered, cuts },
    hooks: hookCalls,
  };
  for (const [name, value] of Object.entries(files)) {
    await writeFile(join(folder, `${name}.json`), `${JSON.stringify(value, null, 1)}\n`);
  }
}

/** Writes the histories: when something is wrong, they show why. */
export async function keepHistories(
  folder: string,
  histories: readonly HistoryText[],
): Promise<void> {
  for (const { workflowId, runId, json } of histories) {
    const name = `${workflowId.replaceAll('/', '.')}.${runId.slice(-8)}.json`;
    await writeFile(join(folder, name), json);
  }
}
