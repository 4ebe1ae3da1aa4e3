import { readBody } from './body';
import { isReached, startUpgrade } from './engine';
import type { Answer } from './errors';
import { Refusal } from './errors';
import type { Call, Outcome, Route } from './route';
import { ok } from './route';
import { aboutProxy, badVersion, findProxy, invalid, obstacle } from './taurusdb-common';
import { compareVersions, isVersion } from './versions';

/**
 * Upgrading the Kernel Version of a Proxy Instance (UpgradeProxyVersion, cloud-apis.md 1.1). Oddities:
 * REJECT comes inside HTTP 200 and with a workflow id of its own; the page's example has two rows for
 * one proxy and no instance_id in either.
 */
export const taurusdbProxyUpgradeRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v3/:project_id/instances/:instance_id/proxy/:proxy_id/upgrade-version',
    on: 'submit',
    concern: aboutProxy,
    handle: upgradeProxy,
    reject: (call) => rejection(call, 'Upgrade failed due to insufficient subnet ip'),
  },
];

function upgradeProxy(call: Call): Outcome {
  const { world, nowMs } = call;
  const { settings } = world;
  const proxy = findProxy(call);
  const fields = { source_version: 'string', target_version: 'string' } as const;
  const { source_version: source, target_version: to } = readBody(call.body, fields, invalid);
  if (!isVersion(source) || !isVersion(to)) throw badVersion('Not a version.');
  if (compareVersions(to, source) < 0) {
    throw new Refusal(invalid('target_version must be later than or equal to source_version.'));
  }
  if (isReached(proxy, to)) {
    if (settings.proxyUpToDate === 'reject') return rejection(call, 'Parameter error');
    throw new Refusal(invalid('There is no version to upgrade to.'));
  }
  if (settings.checkCurrentVersion === 'true' && source !== proxy.version) {
    throw new Refusal(invalid('source_version is not the current version.'));
  }
  if (compareVersions(to, proxy.latest) > 0) throw badVersion('target_version is not available.');
  const blocked = obstacle(world, proxy, nowMs);
  if (blocked !== undefined && settings.secondSubmit === 'reject') {
    return rejection(call, 'Upgrade failed due to another operation in progress');
  }
  if (blocked !== undefined) throw new Refusal(blocked);
  const started = startUpgrade(world, { target: proxy, toVersion: to }, nowMs);
  const accepted = row(call, started.job.publicId, 'ACCEPT', null);
  const example = row(
    call,
    call.requestId,
    'REJECT',
    'Upgrade failed due to insufficient subnet ip',
  );
  const rows = settings.proxyRows === '2' ? [accepted, example] : [accepted];
  return { ...ok({ update_result: rows }), changes: started.changes, effects: [started.effect] };
}

function rejection(call: Call, words: string): Answer {
  const rows = Array.from({ length: Number(call.world.settings.proxyRows) }, () =>
    row(call, call.requestId, 'REJECT', words),
  );
  return ok({ update_result: rows });
}

function row({ world, params }: Call, workflowId: string, state: string, words: string | null) {
  const ids = { proxy: params.proxy_id, instance: params.instance_id, none: undefined };
  const instanceId = ids[world.settings.proxyRowId as keyof typeof ids];
  return {
    ...(instanceId === undefined ? {} : { instance_id: instanceId }),
    workflow_id: workflowId,
    state,
    error_message: words,
  };
}
