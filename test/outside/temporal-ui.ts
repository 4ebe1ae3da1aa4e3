import type { Page } from 'playwright-core';
import { startDevServer } from '../../local/dev-server';
import { findTemporalProgram } from '../../local/temporal-program';
import { attemptId } from '../../rollout/ids';
import { findChromium, openBrowser } from '../support/browser';
import { planFor } from '../support/plans';
import { untilStatus } from '../support/rollouts';
import { startWorld, type FleetRow, type World } from '../support/world';
import type { OutsideTest } from './outside-test';

// "Within ten seconds of looking": a page that shows it later does not show it.
const SHOWS_WITHIN_MS = 10_000;
const REFUSAL = 'Upgrade failed due to insufficient subnet ip';

/**
 * A person opens a rollout's page in Temporal's own UI: it says what runs, what waits and why, what
 * failed, and the links lead there.
 */
export const temporalUi: OutsideTest = {
  name: 'temporal-ui',
  run: async (say) => {
    const chromium = await findChromium(say);
    if ('missing' in chromium) return { state: 'notRun', why: chromium.missing };
    const program = await findTemporalProgram({ say, env: process.env });
    const server = await startDevServer({ program, ui: true });
    const world = await startWorld({ address: server.address, fleet: FLEET, set: QUICK });
    const browser = await openBrowser(chromium.file);
    try {
      const { rollout, refused } = await rolloutThatWaits(world);
      const page = await browser.context.newPage();
      const ui = `${server.uiAddress}/namespaces/default/workflows`;
      const problems = await look(page, { ui, rollout, refused });
      if (problems.length > 0) return { state: 'failed', problems };
      return { state: 'passed', words: 'counts, waits, the reason of a reject, links, summaries' };
    } finally {
      await browser.close();
      await world.stop();
      await server.stop();
    }
  },
};

const FLEET = [
  { family: 'taurusdb-proxy' },
  { family: 'dcs-instance' },
  { family: 'dcs-instance' },
];
const QUICK = { duration: '500ms' };

/** One target is refused, one succeeds, and one waits behind a gate. */
async function rolloutThatWaits(world: World) {
  const fleet = await world.fleet();
  const [proxy] = fleet;
  if (!proxy?.proxyId) throw new Error('no proxy in the fleet');
  const list = [{ target: proxy.proxyId, on: 'submit', fault: 'reject', times: 1 }];
  await world.setFaults({ list });
  await world.startWorker();
  const waves = [
    { name: 'canary', take: 2, concurrency: 2 },
    { name: 'rest', take: 'rest', gate: { approval: {} } },
  ];
  const handle = await world.start(
    planFor(fleet, { waves, recovery: { rejected: { retries: 0 } } }),
  );
  await untilStatus(handle, ({ waitingFor }) => waitingFor?.reason === 'gate');
  const { projectId } = world.access;
  return {
    rollout: handle.workflowId,
    refused: attemptId({ projectId }, proxy satisfies FleetRow),
  };
}

async function look(
  page: Page,
  {
    ui,
    rollout,
    refused,
  }: { readonly ui: string; readonly rollout: string; readonly refused: string },
): Promise<readonly string[]> {
  const problems: string[] = [];
  const see = async (where: string, what: string, shown: () => Promise<unknown>) => {
    await shown().catch(() => problems.push(`${where} does not show ${what}`));
  };
  const timeout = SHOWS_WITHIN_MS;
  const ofRollout = 'the page of the rollout';
  await page.goto(`${ui}/${encodeURIComponent(rollout)}`);
  await page.getByText('User Metadata').first().click();
  const details = page.frameLocator('iframe[title="output"]');
  for (const words of [
    '2 of 3 ended, 0 in flight, 1 pending',
    'succeeded: 1',
    'rejected: 1',
    REFUSAL,
    'Waiting: wave rest',
    'canary: finished, 2 of 2 ended',
  ]) {
    await see(ofRollout, words, () => details.getByText(words).first().waitFor({ timeout }));
  }
  const wave = 'canary: 2 targets, 2 at once';
  await see(ofRollout, wave, () => page.getByText(wave).first().waitFor({ timeout }));

  const [found] = await Promise.all([
    page.waitForEvent('popup', { timeout }).catch(() => page),
    details.getByText('attempts that did not go well').click({ timeout }),
  ]);
  const attempt = found.getByText(refused).first();
  await see('its list of attempts that did not go well', refused, () => attempt.click({ timeout }));
  await found.getByText('User Metadata').first().click({ timeout });
  for (const words of ['read its version and status', 'submit: ']) {
    const summary = found.getByText(words).first();
    await see('the page of the attempt', words, () => summary.waitFor({ timeout }));
  }
  return problems;
}
