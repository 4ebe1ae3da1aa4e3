import { setTimeout as sleep } from 'node:timers/promises';
import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { Followed } from '../../activities/follow';
import { createFollow } from '../../activities/follow';
import { createInspect } from '../../activities/inspect';
import { createFamilies } from '../../cloud/families';
import { createCloudApi } from '../../cloud/api';
import { DEFAULT_FORMATS } from '../../cloud/settings';
import { startEmulator } from '../../emulator/start';
import type { JournalLine, Target } from '../../emulator/types';
import { freePorts } from '../../local/ports';
import { firstStep } from '../../rollout/attempt';
import type { PollingBounds } from '../../rollout/frozen-plan';
import type { FamilyName, UpgradeRequest } from '../../rollout/upgrade';
import { requestFor, SCOPE, ticketOf } from '../cloud/cloud';

/**
 * What attempts ask of the cloud, by the activities that they are made of and the emulator's journal:
 * real calls, real time, and no workflow between, so that the machine's load is not what is measured.
 * The printed lines are the figures of docs/decisions/0013.
 */
const TARGETS = 200;
const SECONDS = 1_000;
const BEGIN_WITHIN_MS = 8 * SECONDS;
const POLLING: PollingBounds = { minMs: 500, maxMs: 10 * SECONDS };

type Emulator = Awaited<ReturnType<typeof startEmulator>>;
let emulator: Emulator;
afterEach(() => emulator?.close());

// The bench has the bound of four; beside other tests the attempts fall less well together.
test(
  'all in flight, each upgrade sixty polls long: a handful of calls per target',
  async () => {
    const { calls, states } = await play();

    expect(states).toEqual(new Set(['succeeded']));
    expect(calls / TARGETS).toBeLessThanOrEqual(5);
  },
  150 * SECONDS,
);

/** All attempts of the fleet, begun within eight seconds, to their ends. */
async function play() {
  const [port = 0] = await freePorts(4, true);
  const set = ['duration=30s', 'spread=0.1'];
  emulator = await startEmulator({ port, size: TARGETS, seed: '6', set });
  const { access } = emulator;
  const credentials = { kind: 'aksk', ...access } as const;
  const api = createCloudApi({ ...DEFAULT_FORMATS, credentials, endpoints: access.endpoints });
  const families = createFamilies(api, { ...DEFAULT_FORMATS, log: { warn: () => undefined } });

  async function attempt(row: Target, i: number): Promise<string> {
    await sleep((BEGIN_WITHIN_MS * i) / TARGETS);
    const request = requestOf(row);
    const seen = await run(() => createInspect(families)(request));
    const step = firstStep(request.upgrade, seen, null);
    if (step.do !== 'submit') return step.do;
    const ticket = ticketOf(await families[row.family].submit(request, step));
    const input = { request, ticket, polling: POLLING, expectedMs: null };
    const { state } = await run<Followed>(() => createFollow(families)(input));
    return state;
  }

  const fleet = await page<Target[]>('fleet');
  const states = new Set(await Promise.all(fleet.map(attempt)));
  const journal = await page<JournalLine[]>('journal');
  const calls = journal.filter(({ method }) => method !== null);
  print(calls);
  return { calls: calls.length, states };
}

/** As Temporal does: tries again when the failure says, until there is a result. */
async function run<T>(activity: () => Promise<T>): Promise<T> {
  let details: unknown;
  for (;;) {
    const context = {
      cancellationSignal: new AbortController().signal,
      info: { heartbeatDetails: details, scheduledTimestampMs: Date.now() },
      heartbeat: (given: unknown) => (details = given),
    };
    try {
      return await asyncLocalStorage.run(context as unknown as Context, activity);
    } catch (error) {
      if (!(error instanceof ApplicationFailure) || error.nonRetryable) throw error;
      await sleep(Number(error.nextRetryDelay ?? 1_000));
    }
  }
}

function requestOf({ family, instanceId, proxyId, latest }: Target): UpgradeRequest {
  const request = requestFor(family, { instanceId });
  const wanted: Partial<Record<FamilyName, object>> = {
    'taurusdb-proxy': { targetVersion: latest },
    'gaussdb-hotfix': { targetVersions: latest.split(',') },
  };
  const upgrade = { ...request.upgrade, ...wanted[family] };
  const scope = { ...SCOPE, projectId: emulator.access.projectId };
  return { scope, upgrade, target: { ...request.target, proxyId } };
}

async function page<T>(name: string): Promise<T> {
  const answer = await fetch(`${emulator.access.endpoints.iam}/_emulator/${name}`);
  return (await answer.json()) as T;
}

function print(calls: readonly JournalLine[]): void {
  const kinds = new Map<string, number>();
  for (const { method, path } of calls) {
    const kind = `${method} ${(path ?? '').replace(/[0-9a-f-]{32,}(in07|in14|po01)?/g, '…')}`;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const rows = [...kinds].sort(([, a], [, b]) => b - a).map(([kind, n]) => `  ${n} ${kind}`);
  const perTarget = (calls.length / TARGETS).toFixed(2);
  process.stdout.write(`${TARGETS} targets, ${perTarget} calls each\n${rows.join('\n')}\n`);
}
