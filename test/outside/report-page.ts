import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import type { Page } from 'playwright-core';
import { runProgram } from '../../local/run-program';
import type { Report } from '../../rollout/report';
import { hostileReport, HOSTILE } from '../client/report/hostile';
import { findChromium, openBrowser, versionOf } from '../support/browser';
import { aLongReport } from '../support/made-up-report';
import type { OutsideTest } from './outside-test';

const ROOT = join(__dirname, '..', '..');
const MAIN = join(ROOT, 'dist', 'client', 'main.js');
/** Where people look at what the browser showed. */
const SHOTS = join(ROOT, 'reports', 'screens');
const COMMAND_LIMIT_MS = 60_000;

/** The report's page in a real browser, as `upwave report --html` writes it. */
export const reportPage: OutsideTest = {
  name: 'report-page',
  run: async (say) => {
    const chromium = await findChromium(say);
    if ('missing' in chromium) return { state: 'notRun', why: chromium.missing };
    const folder = mkdtempSync(join(tmpdir(), 'upwave-page-'));
    mkdirSync(SHOTS, { recursive: true });
    const problems: string[] = [];
    const browser = await openBrowser(chromium.file, { viewport: { width: 1280, height: 900 } });
    try {
      for (const [name, look] of Object.entries(LOOKS)) {
        say(name);
        const sight = newSight(await browser.context.newPage(), (words) =>
          problems.push(`${name}: ${words}`),
        );
        await look({ ...sight, show: (report) => show(sight.page, folder, report) });
        await sight.page.screenshot({ path: join(SHOTS, `report-${name}.png`) });
        await sight.page.close();
      }
    } finally {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    }
    if (problems.length > 0) return { state: 'failed', problems };
    const count = Object.keys(LOOKS).length;
    return {
      state: 'passed',
      words: `${count} looks at the page with ${versionOf(chromium.file)}`,
    };
  },
};

/** A page, and what is found wrong with it. */
interface Sight {
  readonly page: Page;
  readonly check: (what: string, seen: unknown, expected: unknown) => void;
  /** Opens the page of a report. */
  readonly show: (report: Report) => Promise<void>;
}

function newSight(page: Page, fail: (words: string) => void): Omit<Sight, 'show'> {
  page.on('console', (message) => fail(`the console says ${message.text()}`));
  page.on('pageerror', (error) => fail(`its script failed: ${error.message}`));
  page.on('dialog', (dialog) => {
    fail(`it opened a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (!request.url().startsWith('file:')) fail(`it asked for ${request.url()}`);
  });
  const check: Sight['check'] = (what, seen, expected) => {
    if (isDeepStrictEqual(seen, expected)) return;
    fail(`${what}: ${JSON.stringify(seen)}, not ${JSON.stringify(expected)}`);
  };
  return { page, check };
}

/** Written by the command line from a kept report, and opened as a file. */
async function show(page: Page, folder: string, report: Report): Promise<void> {
  const [kept, html] = [join(folder, 'kept.json'), join(folder, 'page.html')];
  writeFileSync(kept, JSON.stringify(report));
  const { code, lines } = await runProgram({
    file: MAIN,
    args: ['report', kept, '--out', html],
    env: {},
    name: 'upwave report',
    timeoutMs: COMMAND_LIMIT_MS,
  });
  if (code !== 0) throw new Error(`upwave report: ${lines.slice(-3).join(' ')}`);
  await page.goto(pathToFileURL(html).href);
  await page.waitForSelector('html.is-drawn');
}

const LOOKS: Readonly<Record<string, (sight: Sight) => Promise<void>>> = {
  async 'thousand-targets'({ page, check, show }) {
    const report = aLongReport(1_000);
    await show(report);

    const { succeeded, upToDate, failed } = report.counts;
    check('title', await page.locator('h1').innerText(), report.plan);
    check(
      'headline',
      await page.locator('.headline').innerText(),
      `${succeeded + upToDate} of 1000 targets have their version.`,
    );
    check('rows of the timeline', await page.locator('.tl-row').count(), 1_000);
    const bars = await page.locator('.tl-row .b-failed').count();
    check('bars of failed attempts', bars, failed);
    check('waits of the rollout', await page.locator('.tl-lane .wait').count(), 4);
    check('closed windows', await page.locator('.closed').count(), 1);
    check('waves', await page.locator('.tl-wave-name').allInnerTexts(), [
      'canary',
      'tenth',
      'rest',
    ]);
    check('first rows of the table', await page.locator('tr.target').count(), 200);
    check('acts', await page.locator('#actions tbody tr').count(), 4);
    check('families', await page.locator('#durations tbody tr').count(), 4);

    await page.locator('.chip', { hasText: 'failed' }).click();
    const counted = `${failed} of 1000 targets`;
    check('failed alone', await page.locator('#filter-count').innerText(), counted);
    check('rows of failed', await page.locator('.tl-row').count(), failed);
    check('lines of failed', await page.locator('tr.target').count(), failed);
    await page.locator('#filter-wave').selectOption({ label: 'canary' });
    const own = ({ wave, outcome }: Report['targets'][number]) =>
      wave === 'canary' && outcome === 'failed';
    const inCanary = report.targets.filter(own).length;
    check('failed in the canary', await page.locator('.tl-row').count(), inCanary);

    await page.locator('button[type=reset]').click();
    const ticket = report.targets[700]?.attempts.at(-1)?.ticket ?? '';
    await page.locator('#filter-text').fill(ticket);
    await page.locator('.tl-row').nth(4).waitFor({ state: 'detached' });
    await page.locator('.tl-name').first().click();
    const story = page.locator('.story-body');
    check('the story of a ticket', (await story.innerText()).includes(ticket), true);
  },

  async hostile({ page, check, show }) {
    await show(hostileReport());

    for (const opener of await page.locator('.opener').all()) await opener.click();
    check('code that ran', await page.evaluate('globalThis.hacked ?? null'), null);
    check('elements that names brought', await page.locator('img, iframe, a, object').count(), 0);
    check('scripts', await page.locator('script').count(), 2);
    const names = await page.locator('tr.target .name').allTextContents();
    check('names as they are', names.slice(0, 4), HOSTILE.slice(0, 4));
    check('directions spelled out', names[4]?.startsWith('\\u202egnp.exe'), true);
    check('stories', await page.locator('.story-body').count(), HOSTILE.length);
    const overflow = 'document.documentElement.scrollWidth - innerWidth';
    check('columns beyond the page', await page.evaluate(overflow), 0);
  },

  async partial({ page, check, show }) {
    const report = aLongReport(40);
    const inFlight = { status: 'inFlight', outcome: null, endedAt: null } as const;
    const targets = report.targets.map((target, at) =>
      at < 30
        ? target
        : { ...target, ...inFlight, startedAt: target.startedAt ?? report.startedAt },
    );
    const counts = { ...report.counts, inFlight: 10 };
    const reportedAt = report.endedAt ?? '';
    const running = { state: 'running', partial: true, endedAt: null, reportedAt } as const;
    await show({ ...report, ...running, counts, targets });

    const words = await page.locator('.partial').innerText();
    check('says that it is partial', words.startsWith('This report is partial:'), true);
    check('attempts in flight', await page.locator('.b-running').count(), 10);
  },

  async 'on-a-phone-in-the-dark'({ page, check, show }) {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await show(aLongReport(60));

    const overflow = 'document.documentElement.scrollWidth - innerWidth';
    check('columns beyond the page', await page.evaluate(overflow), 0);
    const paper = 'getComputedStyle(document.body).backgroundColor';
    check('dark paper', await page.evaluate(paper), 'rgb(18, 22, 28)');
  },

  async 'twenty-thousand-targets'({ page, check, show }) {
    await show(aLongReport(20_000));

    check('waves', await page.locator('.tl-group').count(), 3);
    check('rows at first', (await page.locator('.tl-row').count()) <= 2_200, true);
    check('rows of a wave that is closed', await page.locator('.tl-group:not([open])').count(), 2);
    await page.locator('.tl-wave').last().click();
    await page.locator('.tl-group').last().locator('.more').waitFor();
    check('wave', await page.locator('.tl-group').last().locator('.tl-row').count(), 1_000);
  },

  async 'no-network'({ page, check, show }) {
    // Apart from the others: the browser tells on its console what it forbids.
    page.removeAllListeners('console').removeAllListeners('request');
    await show(aLongReport(20));
    let calls = 0;
    const server = createServer((_request, response) => {
      calls += 1;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const tries = `Promise.allSettled([
      fetch('${url}'),
      new Promise((done, fail) => Object.assign(new Image(), { src: '${url}', onload: done, onerror: fail })),
      new Promise((done, fail) => {
        const script = document.createElement('script');
        document.head.append(Object.assign(script, { src: '${url}', onload: done, onerror: fail }));
      }),
    ]).then((all) => all.map(({ status }) => status))`;
    check('ways out', await page.evaluate(tries), ['rejected', 'rejected', 'rejected']);
    await new Promise((resolve) => server.close(resolve));
    check('calls that left the page', calls, 0);
  },
};
