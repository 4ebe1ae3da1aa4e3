import type { Action } from '../../rollout/outcome';
import type { Report } from '../../rollout/report';
import { bakeWords } from '../summary';
import { budgetWords, counted, durationWords, instantWords } from '../words';
import { html, NOTHING, type Html } from './html-text';
import { CALLS_WORDS, tellingBudgets } from './words';

/** The parts of a report's page that are small enough to be written out. */

export function wavesSection({ waves }: Report): Html {
  const rows = waves.map(
    ({ name, state, counts, concurrency, budget, bake }) =>
      html`<tr>
        <td><bdi>${name}</bdi></td>
        <td>${state}</td>
        <td class="number">${counts.total}</td>
        <td class="number">${counts.succeeded + counts.upToDate}</td>
        <td class="number">${counts.rejected + counts.failed + counts.unknown}</td>
        <td class="number">${counts.skipped}</td>
        <td class="number">${concurrency}</td>
        <td>${budgetWords(budget)}${budget.strict ? ', strict' : ''}</td>
        <td><bdi>${bake === null ? 'not watched' : bakeWords(bake)}</bdi></td>
      </tr>`,
  );
  const head = ['wave', 'state', '#targets', '#have it', '#did not succeed', '#skipped'];
  return section('waves', 'Waves', [...head, '#at once', 'budget', 'health after it'], rows);
}

export function actionsSection({ actions }: Report): Html {
  const rows = actions.map(
    (each) =>
      html`<tr>
        <td class="instant">${instantWords(each.at)}</td>
        <td><bdi>${each.by}</bdi>${each.by === 'upwave' ? ' (a rule of the plan)' : ''}</td>
        <td><bdi>${deedWords(each)}</bdi></td>
        <td><bdi>${each.reason ?? ''}</bdi></td>
      </tr>`,
  );
  if (rows.length === 0) return emptySection('actions', 'What people did', 'Nobody intervened.');
  return section('actions', 'What people did', ['when', 'who', 'what', 'why'], rows);
}

/** `budget wave rest: failed 2 to 5` */
function deedWords({ action, target, wave, change }: Action): string {
  const about = [target ?? '', wave === null ? '' : `wave ${wave}`].filter(Boolean).join(' of ');
  return `${action}${about && ` ${about}`}${change === null ? '' : `: ${change}`}`;
}

export function budgetsSection(report: Report): Html {
  const rows = tellingBudgets(report).map(
    ({ wave, kind, used, limit, exhausted }) =>
      html`<tr>
        <td><bdi>${wave ?? 'the whole rollout'}</bdi></td>
        <td>${kind}</td>
        <td class="number">${used}</td>
        <td class="number">${limit ?? 'no limit'}</td>
        <td>${limit === null ? NOTHING : meter(used, limit)} ${exhausted ? 'exhausted' : ''}</td>
      </tr>`,
  );
  if (rows.length === 0) {
    return emptySection(
      'budgets',
      'Budgets used',
      'No budget limits this rollout, and none was used.',
    );
  }
  return section('budgets', 'Budgets used', ['of', 'outcome', '#used', '#allowed', ''], rows);
}

/** Full when one more would exceed it. */
function meter(used: number, limit: number): Html {
  const part = limit === 0 ? (used > 0 ? 100 : 0) : Math.min(100, (used / limit) * 100);
  const state = used > limit ? 'over' : 'within';
  return html`<svg
    class="meter ${state}"
    viewBox="0 0 100 8"
    preserveAspectRatio="none"
    aria-hidden="true"
  >
    <rect class="meter-all" width="100" height="8" />
    <rect class="meter-used" width="${part}" height="8" />
  </svg>`;
}

export function waitsSection({ waits }: Report): Html {
  const rows = waits.map(
    ({ reason, words, from, to }) =>
      html`<tr>
        <td class="instant">${instantWords(from)}</td>
        <td class="number">
          ${to === null ? 'it lasts' : durationWords(Date.parse(to) - Date.parse(from))}
        </td>
        <td>${WAIT_WORDS[reason]}</td>
        <td><bdi>${words}</bdi></td>
      </tr>`,
  );
  if (rows.length === 0) {
    return emptySection('waits', 'What the rollout waited for', 'For nothing but its upgrades.');
  }
  return section('waits', 'What the rollout waited for', ['from', '#for', 'what', ''], rows);
}

const WAIT_WORDS: Readonly<Record<Report['waits'][number]['reason'], string>> = {
  paused: 'paused',
  aborting: 'being aborted',
  budgetExhausted: 'budget exhausted',
  gate: 'a gate',
  bake: 'health after a wave',
  window: 'a window',
  retry: 'a retry',
  busy: 'a busy target',
  cloudAccess: 'access to the cloud',
  inFlight: 'attempts in flight',
};

export function durationsSection({ durations }: Report): Html {
  const rows = durations.map(
    ({ family, upgrades, medianMs, p90Ms, longestMs }) =>
      html`<tr>
        <td>${family}</td>
        <td class="number">${upgrades}</td>
        <td class="number">${durationWords(medianMs)}</td>
        <td class="number">${durationWords(p90Ms)}</td>
        <td class="number">${durationWords(longestMs)}</td>
      </tr>`,
  );
  const title = 'How long upgrades took';
  if (rows.length === 0) return emptySection('durations', title, 'No upgrade went well.');
  const head = ['family', '#upgrades', '#half within', '#nine in ten within', '#longest'];
  return section('durations', title, head, rows);
}

export function callsSection({ calls }: Report): Html {
  const rows = calls.map(
    ({ family, attempts, submissions, hooks }) =>
      html`<tr>
        <td>${family}</td>
        <td class="number">${attempts}</td>
        <td class="number">${submissions}</td>
        <td class="number">${hooks}</td>
      </tr>`,
  );
  if (rows.length === 0) return NOTHING;
  const head = ['family', '#attempts', '#upgrade requests', '#hooks called'];
  return section('calls', 'Calls made', head, rows, CALLS_WORDS);
}

export function unmatchedSection({ unmatched }: Report): Html {
  if (unmatched.length === 0) return NOTHING;
  const rows = unmatched.slice(0, UNMATCHED_AT_MOST).map(
    ({ name, instanceId, proxyId, upgrade }) =>
      html`<tr>
        <td><bdi>${name ?? ''}</bdi></td>
        <td><bdi>${proxyId ?? instanceId}</bdi></td>
        <td><bdi>${upgrade}</bdi></td>
      </tr>`,
  );
  const left = unmatched.length - rows.length;
  const words = `No wave matched ${counted(unmatched.length, 'target')}: not part of this rollout, and not upgraded.${left > 0 ? ` The JSON report lists ${left} more.` : ''}`;
  return section('unmatched', 'Left out by the plan', ['name', 'id', 'upgrade'], rows, words);
}

const UNMATCHED_AT_MOST = 200;

/** Titles that begin with `#` are those of numbers. */
function section(
  id: string,
  title: string,
  head: readonly string[],
  rows: readonly Html[],
  note = '',
): Html {
  const cells = head.map((each) =>
    each.startsWith('#')
      ? html`<th scope="col" class="number">${each.slice(1)}</th>`
      : html`<th scope="col">${each}</th>`,
  );
  return html`<section id="${id}">
    <h2>${title}</h2>
    ${note === '' ? NOTHING : html`<p class="note">${note}</p>`}
    <div class="scroll">
      <table>
        <thead>
          <tr>
            ${cells}
          </tr>
        </thead>
        <tbody>
          ${rows}
        </tbody>
      </table>
    </div>
  </section>`;
}

function emptySection(id: string, title: string, words: string): Html {
  return html`<section id="${id}">
    <h2>${title}</h2>
    <p class="note">${words}</p>
  </section>`;
}
