import type { Report } from '../../../rollout/report';
import { aReport, aReportedTarget, anAttempt, minute } from '../../support/made-up-report';

/** Names that would be markup, code, formulas or another order of letters, were they let. */
export const HOSTILE: readonly string[] = [
  '<script>globalThis.hacked = 1</script>',
  '</script><script>globalThis.hacked = 2</script><!--',
  '"><img src=x onerror="globalThis.hacked = 3">',
  "' autofocus onfocus='globalThis.hacked = 4",
  '\u202egnp.exe\u202c and \u2066more\u2069',
  'x'.repeat(1_000),
  '=HYPERLINK("https://evil.example";"click")',
  'a|b`c`*d*_e_ [x](javascript:alert(1)) @team #12 ~~z~~',
  'with\u0000bell\u0007 and\nlines\tand tabs',
  '${secret:NAME} {{7*7}} ${7*7}',
  'a lone half \ud800 of a letter',
];

/** A report in which everything that comes from outside is hostile. */
export function hostileReport(): Report {
  const targets = HOSTILE.map((bad, at) =>
    aReportedTarget({
      name: bad,
      instanceId: `${at} ${bad}`,
      proxyId: null,
      wave: HOSTILE[at % 2] ?? '',
      upgrade: bad,
      labels: { [bad]: bad },
      outcome: at % 2 === 0 ? 'failed' : 'rejected',
      reasonText: bad,
      compensation: bad,
      versionBefore: bad,
      attempts: [
        anAttempt({
          ticket: bad,
          reasonText: bad,
          compensation: bad,
          hooks: [
            { event: 'before', nth: 1, startedAt: minute(0), endedAt: minute(0.1), problem: bad },
          ],
        }),
      ],
    }),
  );
  const [plan = ''] = HOSTILE.slice(1);
  return aReport(targets, {
    plan,
    rolloutId: `rollout/${plan}/1`,
    actions: HOSTILE.map((bad) => {
      const what = { wave: bad, target: bad, change: bad };
      return { action: 'skip', by: bad, reason: bad, at: minute(1), ...what };
    }),
    waits: HOSTILE.map((words) => {
      return { reason: 'paused', words, from: minute(0.2), to: minute(0.4) };
    }),
    unmatched: targets.map(({ upgrade, family, projectId, instanceId, proxyId, name, labels }) => {
      return { upgrade, family, projectId, instanceId, proxyId, name, labels };
    }),
  });
}
