import type { Report } from '../../rollout/report';
import { reportCsv } from './csv';
import { reportHtml } from './html';
import { reportMarkdown } from './markdown';
import { pageScript } from './page-scripts';

/** In which forms a report is written, and how the names of their files end. */
const ENDINGS = {
  json: ['json'],
  html: ['html', 'htm'],
  csv: ['csv'],
  markdown: ['md', 'markdown'],
} as const;
export type ReportForm = keyof typeof ENDINGS;

/** The form that a file's name asks for; null: its ending says none. */
export function formOf(path: string): ReportForm | null {
  const ending = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  const known = Object.entries(ENDINGS) as [ReportForm, readonly string[]][];
  return known.find(([, endings]) => endings.includes(ending))?.[0] ?? null;
}

/** The report as a text that ends with a line break. */
export function reportAs(form: ReportForm, report: Report): string {
  switch (form) {
    case 'json':
      return `${JSON.stringify(report, null, 2)}\n`;
    case 'html':
      return reportHtml(report, pageScript());
    case 'csv':
      return reportCsv(report);
    case 'markdown':
      return reportMarkdown(report);
  }
}
