/** How a report's page looks: calm, and on paper or in the dark as well. */
export const REPORT_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #f6f7f9; --surface: #ffffff; --raised: #f0f2f5; --line: #dfe3e9; --faint: #eceff3;
  --ink: #1d2530; --muted: #5a6575; --accent: #2b6a8c;
  --closed: #e4e7ec; --hatch: #c9cfd8;
  --succeeded: #3f9672; --upToDate: #8fc1ae; --rejected: #d9a23a; --failed: #cb5646;
  --unknown: #8a6cbd; --skipped: #a9b0bb; --inFlight: #4f8ac9; --pending: #d3d8df;
  --look: #b9c6d3; --hook: #6b5a8f; --wait: #98a2b0;
  --succeeded-ink: #24704f; --upToDate-ink: #3d7464; --rejected-ink: #855a08; --failed-ink: #a63526;
  --unknown-ink: #64459a; --skipped-ink: #5a6575; --inFlight-ink: #285f99; --pending-ink: #5a6575;
  --label: 15rem; --row: 1.35rem;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12161c; --surface: #191e26; --raised: #222933; --line: #2d3541; --faint: #232a34;
    --ink: #e4e8ee; --muted: #9ca7b6; --accent: #7dbbdc;
    --closed: #242b35; --hatch: #3b4552;
    --succeeded: #48a37e; --upToDate: #39705f; --rejected: #cf9a38; --failed: #d0604f;
    --unknown: #9479c6; --skipped: #66707d; --inFlight: #5b95d3; --pending: #3a434f;
    --look: #4a5664; --hook: #b09ad8; --wait: #737f8e;
    --succeeded-ink: #74cba5; --upToDate-ink: #9bd0bd; --rejected-ink: #e6b65f; --failed-ink: #f09385;
    --unknown-ink: #bda6e6; --skipped-ink: #a9b2bf; --inFlight-ink: #8fbcec; --pending-ink: #a9b2bf;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", "DejaVu Sans", sans-serif;
  font-variant-numeric: tabular-nums;
}
header, main, footer { max-width: 80rem; margin: 0 auto; padding: 0 1.5rem; }
h1, h2, h3, p { margin: 0; }
h1 { font-size: 1.9rem; line-height: 1.2; font-weight: 650; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; font-weight: 650; margin-bottom: 0.75rem; }
h3 { font-size: 0.8rem; font-weight: 650; color: var(--muted); margin: 1.5rem 0 0.5rem; }
bdi { unicode-bidi: isolate; }
code { font-family: var(--mono); font-size: 0.9em; }

header { padding-top: 2rem; padding-bottom: 1.75rem; }
.brand { font-weight: 700; font-size: 0.85rem; color: var(--accent); letter-spacing: 0.02em; margin-bottom: 0.9rem; }
.brand span { font-weight: 400; color: var(--muted); margin-left: 0.4rem; letter-spacing: 0; }
.title { display: flex; flex-wrap: wrap; align-items: center; gap: 0.4rem 0.9rem; }
.state { font-size: 0.78rem; font-weight: 600; padding: 0.1rem 0.65rem; border-radius: 1rem; border: 1px solid var(--line); background: var(--surface); color: var(--muted); }
.state.s-finished { color: var(--succeeded-ink); border-color: currentColor; }
.state.s-aborted, .state.s-aborting { color: var(--failed-ink); border-color: currentColor; }
.state.s-paused, .state.s-waiting { color: var(--rejected-ink); border-color: currentColor; }
.state.s-running { color: var(--inFlight-ink); border-color: currentColor; }
.headline { font-size: 1.25rem; margin-top: 0.5rem; }
.times { color: var(--muted); margin-top: 0.15rem; }
.rollout { font-family: var(--mono); font-size: 0.78rem; color: var(--muted); overflow-wrap: anywhere; margin-top: 0.15rem; }
.partial { margin-top: 1rem; padding: 0.65rem 0.9rem; border-radius: 6px; border: 1px solid var(--rejected); background: color-mix(in srgb, var(--rejected) 12%, var(--surface)); }
.outcome-bar { display: block; width: 100%; height: 0.85rem; margin-top: 1.4rem; border-radius: 4px; background: var(--pending); }
.outcome-words { list-style: none; display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; margin: 0.6rem 0 0; padding: 0; color: var(--muted); }
.outcome-words strong { color: var(--ink); font-weight: 650; }
.swatch { display: inline-block; width: 0.7rem; height: 0.7rem; border-radius: 2px; margin-right: 0.45rem; vertical-align: -0.03rem; }

section { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: 1.25rem 1.4rem 1.4rem; margin-bottom: 1.25rem; min-width: 0; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr)); gap: 0 1.25rem; }
.note { color: var(--muted); max-width: 60rem; }
.note + .scroll { margin-top: 0.75rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.87rem; }
th { text-align: left; font-weight: 600; color: var(--muted); font-size: 0.78rem; padding: 0.3rem 1rem 0.4rem 0; border-bottom: 1px solid var(--line); white-space: nowrap; }
td { padding: 0.45rem 1rem 0.45rem 0; border-bottom: 1px solid var(--faint); vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; }
tbody tr:last-child > td { border-bottom: 0; }
.number { text-align: right; white-space: nowrap; }
.instant { white-space: nowrap; }
.meter { display: inline-block; width: 6rem; height: 0.5rem; border-radius: 3px; vertical-align: 0.05rem; }
.meter-all { fill: var(--pending); }
.meter.within .meter-used { fill: var(--accent); }
.meter.over .meter-used { fill: var(--failed); }

.filter { display: flex; flex-wrap: wrap; align-items: end; gap: 0.6rem 0.9rem; font-size: 0.87rem; }
.filter label > span, .filter legend { display: block; font-size: 0.75rem; color: var(--muted); margin-bottom: 0.2rem; padding: 0; }
.filter-search { flex: 1 1 14rem; }
input[type="search"], select, button { font: inherit; color: inherit; background: var(--surface); border: 1px solid var(--line); border-radius: 6px; padding: 0.35rem 0.6rem; min-height: 2.1rem; }
input[type="search"] { width: 100%; }
select { max-width: 12rem; }
button { cursor: pointer; }
button:hover { background: var(--raised); }
:is(input, select, button, summary, [tabindex]):focus-visible, .chip input:focus-visible + span { outline: 2px solid var(--accent); outline-offset: 2px; }
fieldset { border: 0; margin: 0; padding: 0; min-width: 0; display: flow-root; }
.chips { display: flex; flex-wrap: wrap; gap: 0.35rem; }
.filter .chip { display: block; cursor: pointer; position: relative; }
.filter .chip input { position: absolute; opacity: 0; width: 100%; height: 100%; margin: 0; cursor: pointer; }
.filter .chip span { display: inline-flex; align-items: center; color: var(--ink); font-size: 0.87rem; margin: 0; padding: 0.3rem 0.65rem; min-height: 2.1rem; border: 1px solid var(--line); border-radius: 6px; }
.filter .chip b { font-weight: 600; margin-left: 0.4rem; color: var(--muted); }
.filter .chip input:checked + span { border-color: var(--accent); background: color-mix(in srgb, var(--accent) 14%, var(--surface)); }
#filter-count { margin-left: auto; color: var(--muted); padding-bottom: 0.35rem; }

.timeline-frame { border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
#timeline-scroll { overflow: auto; max-height: min(75vh, 44rem); position: relative; }
#timeline { position: relative; min-width: 34rem; width: 100%; }
.tl-axis, .tl-lane, .tl-row { display: grid; grid-template-columns: var(--label) minmax(0, 1fr); }
.tl-axis { position: sticky; top: 0; z-index: 4; background: var(--surface); border-bottom: 1px solid var(--line); height: 2.5rem; }
.tl-unit, .tl-lane-name { position: sticky; left: 0; z-index: 3; background: var(--surface); font-size: 0.75rem; color: var(--muted); padding: 0 0.75rem; display: flex; align-items: center; border-right: 1px solid var(--line); }
.tl-unit { align-items: end; padding-bottom: 0.35rem; }
.tl-plot { position: relative; margin-right: 0.75rem; }
.tick { position: absolute; bottom: 0.3rem; transform: translateX(-50%); font-size: 0.75rem; color: var(--muted); text-align: center; white-space: nowrap; line-height: 1.15; }
.tick.is-first { transform: none; text-align: left; }
.tick-day { display: block; font-weight: 600; color: var(--ink); }
.tl-bands { position: absolute; inset: 2.5rem 0 0 var(--label); z-index: 0; pointer-events: none; }
.tl-bands-plot { position: relative; height: 100%; margin-right: 0.75rem; }
.line { position: absolute; top: 0; bottom: 0; border-left: 1px solid var(--faint); }
.closed { position: absolute; top: 0; bottom: 0; background: var(--closed); }
.fold { position: absolute; top: 0; bottom: 0; background: repeating-linear-gradient(135deg, transparent 0 4px, var(--hatch) 4px 5px); }
.tl-lane { position: relative; z-index: 1; border-bottom: 1px solid var(--line); }
.tl-lane .tl-plot { height: 1.9rem; }
.wait { position: absolute; top: 0.3rem; bottom: 0.3rem; min-width: 3px; border-radius: 3px; font-size: 0.72rem; line-height: 1.3rem; padding: 0 0.35rem; overflow: hidden; white-space: nowrap; text-overflow: ellipsis; color: var(--ink); background: color-mix(in srgb, var(--wait) 38%, var(--surface)); }
.wait:empty { padding: 0; }
.w-bake { background: color-mix(in srgb, var(--inFlight) 38%, var(--surface)); }
.w-gate { background: color-mix(in srgb, var(--unknown) 38%, var(--surface)); }
.w-paused, .w-cloudAccess { background: color-mix(in srgb, var(--rejected) 45%, var(--surface)); }
.w-budgetExhausted { background: color-mix(in srgb, var(--failed) 45%, var(--surface)); }
.tl-overview .tl-plot { height: auto; padding: 0.4rem 0; }
.tl-overview[hidden] { display: none; }
.overview { display: block; width: 100%; height: 160px; }
.tl-group { position: relative; z-index: 1; }
.tl-group + .tl-group { border-top: 1px solid var(--line); }
.tl-wave { cursor: pointer; padding: 0.4rem 0.75rem; background: var(--raised); font-size: 0.82rem; position: sticky; top: 2.5rem; z-index: 3; }
.tl-wave-words { position: sticky; left: 1.8rem; }
.tl-wave-name { font-weight: 650; overflow-wrap: anywhere; }
.tl-wave-counts { color: var(--muted); margin-left: 0.75rem; }
.tl-wave-plot { position: absolute; left: calc(var(--label)); right: 0.75rem; bottom: 0; height: 3px; }
.tl-wave-span { position: absolute; top: 0; bottom: 0; min-width: 3px; background: var(--accent); opacity: 0.55; }
.tl-rows { list-style: none; margin: 0; padding: 0.2rem 0; }
.tl-row { height: var(--row); }
.tl-row:hover { background: color-mix(in srgb, var(--accent) 9%, transparent); }
.tl-name { position: sticky; left: 0; z-index: 2; display: flex; align-items: center; gap: 0.45rem; min-height: 0; height: var(--row); width: 100%; border: 0; border-right: 1px solid var(--line); border-radius: 0; padding: 0 0.75rem; background: var(--surface); font-size: 0.78rem; text-align: left; overflow: hidden; }
.tl-name bdi { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.tl-row:hover .tl-name { background: color-mix(in srgb, var(--accent) 9%, var(--surface)); }
.tl-name:focus-visible { outline-offset: -2px; }
.sign { flex: none; display: inline-block; width: 1em; text-align: center; font-weight: 700; }
.bar { position: absolute; top: 0.3rem; bottom: 0.3rem; min-width: 3px; border-radius: 2px; background: var(--look); }
.b-wait { top: calc(50% - 1px); bottom: auto; height: 2px; min-width: 0; border-radius: 0; background: repeating-linear-gradient(90deg, var(--wait) 0 3px, transparent 3px 6px); }
.b-look { min-width: 0; }
.b-hook { background: var(--hook); top: 0.5rem; bottom: 0.5rem; }
.b-running { background: repeating-linear-gradient(135deg, var(--inFlight) 0 5px, color-mix(in srgb, var(--inFlight) 60%, var(--surface)) 5px 10px); }
.b-skipped { background: var(--skipped); min-width: 0.55rem; border-radius: 50%; height: 0.55rem; top: calc(50% - 0.275rem); bottom: auto; margin-left: -0.275rem; }
.b-notSubmitted { background: var(--look); }
.tl-nothing { padding: 1rem 0.75rem; color: var(--muted); position: relative; z-index: 1; }
.more { display: block; margin: 0.75rem auto 0; font-size: 0.87rem; }
.more[hidden] { display: none; }
.tl-group .more { margin: 0.4rem 0.75rem; }
.legend { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0.4rem 1.5rem; margin-top: 0.6rem; font-size: 0.78rem; color: var(--muted); }
.legend ul { list-style: none; display: flex; flex-wrap: wrap; gap: 0.3rem 1.25rem; margin: 0; padding: 0; }
.legend li { display: flex; align-items: center; }
.mark { display: inline-block; width: 1.2rem; height: 0.7rem; border-radius: 2px; margin-right: 0.45rem; }
.m-look { background: var(--look); }
.m-hook { background: var(--hook); height: 0.4rem; }
.m-wait { height: 2px; border-radius: 0; background: repeating-linear-gradient(90deg, var(--wait) 0 3px, transparent 3px 6px); }
.m-closed { background: var(--closed); border: 1px solid var(--line); }
.m-waits { background: color-mix(in srgb, var(--rejected) 45%, var(--surface)); }
.m-fold { background: repeating-linear-gradient(135deg, transparent 0 3px, var(--hatch) 3px 4px); border: 1px solid var(--line); }
.zoom { display: flex; align-items: center; gap: 0.5rem; }
.zoom input { width: 8rem; accent-color: var(--accent); }

#target-table td:first-child { min-width: 18.2rem; }
#target-table td.wide:not(.number) { min-width: 5rem; }
.opener { display: flex; max-width: 100%; border: 0; background: none; padding: 0; min-height: 0; text-align: left; color: var(--ink); font-weight: 550; overflow-wrap: anywhere; }
.opener:hover { background: none; text-decoration: underline; }
.opener::before { content: "▸"; flex: none; width: 1.3em; color: var(--muted); font-size: 0.85em; }
.opener[aria-expanded="true"]::before { content: "▾"; }
.id { display: block; font: 0.72rem/1.4 var(--mono); color: var(--muted); padding-left: 1.1rem; }
td bdi { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 5; overflow: hidden; overflow-wrap: anywhere; min-width: 4.5rem; }
.story bdi { display: inline; }
.opener bdi { flex: 1 1 auto; -webkit-line-clamp: 3; }
td .id { display: -webkit-box; -webkit-line-clamp: 2; }
td.outcome { white-space: nowrap; font-weight: 550; }
td.outcome .sign { margin-right: 0.3rem; }
.versions { font: 0.78rem/1.7 var(--mono); min-width: 13.6rem; }
.why { color: var(--muted); min-width: 10rem; max-width: 30rem; }
tr.is-open > td { border-bottom-color: transparent; }
.story > td { padding: 0 0 1rem; }
.story-body { background: var(--raised); border-radius: 8px; padding: 0.9rem 1.1rem; }
.facts { display: flex; flex-wrap: wrap; gap: 0.35rem 1.75rem; margin: 0; }
.facts div { min-width: 0; }
.facts dt { font-size: 0.72rem; color: var(--muted); }
.facts dd { margin: 0; font-size: 0.8rem; overflow-wrap: anywhere; }
.attempts { list-style: none; margin: 0.9rem 0 0; padding: 0; display: grid; gap: 0.6rem; }
.attempt { background: var(--surface); border-left: 4px solid var(--look); border-radius: 0 6px 6px 0; padding: 0.55rem 0.9rem; }
.attempt-head { font-size: 0.85rem; margin-bottom: 0.25rem; color: var(--muted); }
.attempt-head strong { color: var(--ink); font-weight: 600; margin-right: 0.4rem; }
.attempt-why, .attempt-note { font-size: 0.8rem; margin-top: 0.35rem; overflow-wrap: anywhere; }
.attempt-note { color: var(--muted); }

.f-succeeded, .b-succeeded, .b-advanced { background: var(--succeeded); fill: var(--succeeded); }
.f-upToDate, .b-upToDate { background: var(--upToDate); fill: var(--upToDate); }
.f-rejected, .b-rejected { background: var(--rejected); fill: var(--rejected); }
.f-failed, .b-failed { background: var(--failed); fill: var(--failed); }
.f-unknown, .b-unknown { background: var(--unknown); fill: var(--unknown); }
.f-skipped { background: var(--skipped); fill: var(--skipped); }
.f-inFlight { background: var(--inFlight); fill: var(--inFlight); }
.f-pending { background: var(--pending); fill: var(--pending); }
.t-succeeded, .o-succeeded { color: var(--succeeded-ink); }
.t-upToDate, .o-upToDate { color: var(--upToDate-ink); }
.t-rejected, .o-rejected { color: var(--rejected-ink); }
.t-failed, .o-failed { color: var(--failed-ink); }
.t-unknown, .o-unknown { color: var(--unknown-ink); }
.t-skipped, .o-skipped { color: var(--skipped-ink); }
.t-inFlight, .o-inFlight { color: var(--inFlight-ink); }
.t-pending, .o-pending { color: var(--pending-ink); }
.a-succeeded, .a-advanced { border-left-color: var(--succeeded); }
.a-upToDate { border-left-color: var(--upToDate); }
.a-rejected { border-left-color: var(--rejected); }
.a-failed { border-left-color: var(--failed); }
.a-unknown { border-left-color: var(--unknown); }

footer { color: var(--muted); font-size: 0.78rem; padding-top: 0.5rem; padding-bottom: 2.5rem; }

@media (max-width: 46rem) {
  :root { --label: 8.5rem; }
  header, main, footer { padding-left: 1rem; padding-right: 1rem; }
  section { padding: 1rem; }
  h1 { font-size: 1.5rem; }
  .headline { font-size: 1.1rem; }
  .wide { display: none; }
  .why { min-width: 9rem; }
  .versions { min-width: 6rem; }
  #target-table td:first-child { min-width: 9rem; }
  #filter-count { margin-left: 0; width: 100%; }
  .tl-name { padding: 0 0.4rem; }
}
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
@page { margin: 13mm; }
@media print {
  :root { --paper: #fff; --label: 12rem; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { font-size: 10pt; }
  header, main, footer { max-width: none; padding: 0; }
  section { border: 0; border-top: 1px solid var(--line); border-radius: 0; padding: 0.75rem 0 1rem; }
  .filter, .zoom, .more { display: none; }
  #timeline-scroll { max-height: none; overflow: visible; }
  #timeline { width: 100% !important; min-width: 0; }
  .tl-axis, .tl-name, .tl-unit, .tl-lane-name { position: static; }
  .tl-wave { position: relative; top: 0; }
  .tl-row { break-inside: avoid; }
  .scroll { overflow: visible; }
  td bdi { -webkit-line-clamp: none; }
  tr { break-inside: avoid; }
}
`;
