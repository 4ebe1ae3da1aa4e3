import { createHash } from 'node:crypto';
import type { Outcome } from '../../rollout/outcome';
import type { Report } from '../../rollout/report';
import { OUTCOME_WORDS } from '../words';
import type { PageData } from './browser/page-data';
import { dataText, html, NOTHING, type Html } from './html-text';
import { pageData } from './page-data';
import { REPORT_STYLE } from './page-style';
import {
  actionsSection,
  budgetsSection,
  callsSection,
  durationsSection,
  unmatchedSection,
  waitsSection,
  wavesSection,
} from './sections';
import { headline, partialWords, timesWords } from './words';

/**
 * The report as one file that a browser opens without a network, now or in ten years: its policy lets
 * it load nothing, and run nothing but `script`, which is given as `npm run build` made it. Whatever
 * names and messages hold is shown as text.
 */
export function reportHtml(report: Report, script: string): string {
  const page = pageData(report);
  const policy = `default-src 'none'; script-src '${digest(script)}'; style-src '${digest(REPORT_STYLE)}'; base-uri 'none'; form-action 'none'`;
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${raw(policy)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="generator" content="upwave" />
        <title>${report.plan}: upgrade report</title>
        ${raw(`<style>${REPORT_STYLE}</style>`)}
      </head>
      <body>
        ${header(report)}
        <main>
          ${targetsSection(report, page)} ${wavesSection(report)} ${actionsSection(report)}
          <div class="pair">${budgetsSection(report)}${waitsSection(report)}</div>
          <div class="pair">${durationsSection(report)}${callsSection(report)}</div>
          ${unmatchedSection(report)}
        </main>
        <footer>
          <p>
            Written by upwave. All instants are UTC. This file loads nothing, and needs no network.
          </p>
        </footer>
        ${raw(`<script type="application/json" id="report-data">${dataText(page)}</script>`)}
        ${raw(`<script>${script}</script>`)}
      </body>
    </html> `;
  return document.markup;
}

/** Of what stands between the tags, exactly. */
function digest(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** For what was made here and is no text: the policy, style, script and data of the page. */
function raw(markup: string): Html {
  return { markup };
}

const OUTCOMES = Object.entries(OUTCOME_WORDS) as readonly [Outcome, string][];
const STANDINGS = [
  ...OUTCOMES,
  ['inFlight', 'in flight'],
  ['pending', 'pending'],
] as const satisfies readonly (readonly [string, string])[];

function header(report: Report): Html {
  const { plan, rolloutId, state } = report;
  const partial = partialWords(report);
  return html`<header>
    <p class="brand">upwave <span>upgrade report</span></p>
    <div class="title">
      <h1><bdi>${plan}</bdi></h1>
      <span class="state s-${state}">${state}</span>
    </div>
    <p class="headline">${headline(report)}</p>
    <p class="times">${timesWords(report)}</p>
    <p class="rollout"><bdi>${rolloutId}</bdi></p>
    ${partial === null ? NOTHING : html`<p class="partial" role="status">${partial}</p>`}
    ${outcomeBar(report)}
  </header>`;
}

/** How many ended how: a bar, and the same in words. */
function outcomeBar({ counts }: Report): Html {
  const parts = STANDINGS.filter(([key]) => counts[key] > 0);
  if (parts.length === 0) return NOTHING;
  let x = 0;
  const rects = parts.map(([key]) => {
    const width = (counts[key] / counts.total) * 1000;
    x += width;
    return html`<rect class="f-${key}" x="${x - width}" width="${width}" height="14" />`;
  });
  const words = parts.map(
    ([key, title]) =>
      html`<li class="k-${key}">
        <span class="swatch f-${key}"></span><strong>${counts[key]}</strong> ${title}
      </li>`,
  );
  return html`<svg
      class="outcome-bar"
      viewBox="0 0 1000 14"
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      ${rects}
    </svg>
    <ul class="outcome-words">
      ${words}
    </ul>`;
}

function targetsSection(report: Report, page: PageData): Html {
  if (report.targets.length === 0) return NOTHING;
  return html`<section id="targets">
    <h2>Targets</h2>
    <noscript
      ><p class="note">
        The targets are drawn by a script that this file holds. Without one:
        <code>upwave report --markdown</code> or <code>--csv</code>.
      </p></noscript
    >
    ${filterForm(report)}
    <h3 id="timeline-title">Timeline</h3>
    <div class="timeline-frame">
      <div id="timeline-scroll" role="region" aria-labelledby="timeline-title" tabindex="0">
        <div id="timeline"></div>
      </div>
    </div>
    ${legend(page)}
    <h3>Outcomes</h3>
    <div class="scroll">
      <table id="target-table">
        <thead>
          <tr>
            <th scope="col">target</th>
            <th scope="col" class="wide">wave</th>
            <th scope="col" class="wide">upgrade</th>
            <th scope="col">outcome</th>
            <th scope="col">version</th>
            <th scope="col" class="number wide">attempts</th>
            <th scope="col" class="number wide">took</th>
            <th scope="col">why</th>
          </tr>
        </thead>
        <tbody id="target-rows"></tbody>
      </table>
    </div>
    <button type="button" class="more" id="target-more" hidden></button>
  </section>`;
}

function filterForm({ waves, targets, counts }: Report): Html {
  const upgrades = [...new Set(targets.map(({ upgrade }) => upgrade))];
  const standings = STANDINGS.filter(([key]) => counts[key] > 0);
  return html`<form id="filter" class="filter">
    <label class="filter-search"
      ><span>Search</span
      ><input
        id="filter-text"
        type="search"
        placeholder="name, id, label, ticket, reason"
        autocomplete="off"
        spellcheck="false"
    /></label>
    <label
      ><span>Wave</span
      ><select id="filter-wave">
        <option value="">all</option>
        ${waves.map(({ name }, at) => html`<option value="${at}">${name}</option>`)}
      </select></label
    >
    <label
      ><span>Upgrade</span
      ><select id="filter-upgrade">
        <option value="">all</option>
        ${upgrades.map((name) => html`<option value="${name}">${name}</option>`)}
      </select></label
    >
    <fieldset id="filter-outcomes">
      <legend>Outcome</legend>
      <div class="chips">
        ${standings.map(
          ([key, title]) =>
            html`<label class="chip"
              ><input type="checkbox" value="${key}" /><span
                ><i class="swatch f-${key}"></i>${title} <b>${counts[key]}</b></span
              ></label
            >`,
        )}
      </div>
    </fieldset>
    <button type="reset">Clear</button>
    <output id="filter-count" aria-live="polite"></output>
  </form>`;
}

/** What is drawn without its name beside it. */
function legend({ targets, closed, folds, waits }: PageData): Html {
  const drawn = new Set(targets.flatMap(({ bars }) => bars.map(([kind]) => kind)));
  const items = [
    ...(drawn.has('look') ? [['look', 'looking, before and after']] : []),
    ...(drawn.has('hook') ? [['hook', 'hook']] : []),
    ...(drawn.has('wait') ? [['wait', 'waiting for its next attempt']] : []),
    ...(closed.length > 0 ? [['closed', 'no window open']] : []),
    ...(waits.length > 0 ? [['waits', 'the whole rollout waited']] : []),
    ...(folds.length > 0 ? [['fold', 'nothing in flight (folded)']] : []),
  ] as const;
  return html`<div class="legend">
    <ul>
      ${items.map(([key, words]) => html`<li><span class="mark m-${key ?? ''}"></span>${words ?? ''}</li>`)}
    </ul>
    <label class="zoom"
      >Zoom
      <input
        id="zoom"
        type="range"
        min="1"
        max="12"
        step="0.5"
        value="1"
        aria-label="Zoom of the timeline"
    /></label>
  </div>`;
}
