import type { Command } from 'commander';
import { problem } from '../../rollout/problem';
import { buildReport, type Report } from '../../rollout/report';
import type { ClientConfig } from '../config';
import { connected } from '../connected';
import { PersonError } from '../errors';
import { EXIT, type ExitCode } from '../exit-codes';
import { outProblems, writeOut } from '../files';
import { flagLines } from '../flag-problems';
import { createOutput } from '../output';
import { readSources } from '../read-report';
import { formOf, reportAs, type ReportForm } from '../report/forms';
import { isReportFile, readKeptReport } from '../report/kept-report';
import { reportLines } from '../report-view';
import { readStatus } from '../rollout-reads';
import { findRollout } from '../rollouts';
import { JSON_FLAG, ROLLOUT_ARGUMENT, withExamples, type Session } from '../session';

const FORMS = ['json', 'html', 'csv', 'markdown'] as const satisfies readonly ReportForm[];
const RIGHT_NAME = 'a name that ends in .html, .json, .csv or .md';

interface Options extends Readonly<Partial<Record<ReportForm, boolean>>> {
  readonly out: readonly string[];
}

export function addReport(program: Command, session: Session): void {
  const command = program
    .command('report')
    .description('tell the whole story of a rollout; of one that still runs, as far as it has come')
    .argument('<rollout>', `${ROLLOUT_ARGUMENT}; or a report that was kept, a .json file`)
    .option('--html', 'print it as one HTML file that needs no network; words go to stderr')
    .option('--csv', 'print a CSV row for each target')
    .option('--markdown', 'print it as Markdown')
    .option(...JSON_FLAG)
    .option(
      '--out <file>',
      'write it as HTML, JSON, CSV or Markdown, by the ending of the name; may be repeated',
      (file: string, files: readonly string[]) => [...files, file],
      [],
    )
    .action(async (named: string, options: Options) => {
      session.exitCode = await report(session.config, named, options);
    });
  withExamples(
    command,
    'upwave report caches-november',
    'upwave report caches-november --out november.html --out november.json',
    'upwave report kept/caches-november@20261120T180405Z-9f3c.json --html > november.html',
  );
}

async function report(config: ClientConfig, named: string, options: Options): Promise<ExitCode> {
  const { printed, files } = readForms(options);
  // Beside a document stdout is not ours.
  const output = createOutput(config, { json: printed !== null });
  const told = isReportFile(named) ? readKeptReport(named) : await readReport(named);
  if (printed === null) output.result(reportLines(told, output).join('\n'));
  else process.stdout.write(reportAs(printed, told));
  for (const { path, form } of files) {
    writeOut(path, reportAs(form, told));
    output.say(`Written to ${path}.`);
  }
  return EXIT.done;
}

function readReport(named: string): Promise<Report> {
  return connected(async (server) => {
    const rolloutId = await findRollout(server, named);
    const { status } = await readStatus(server, rolloutId);
    return buildReport(await readSources(server, status));
  });
}

function readForms(options: Options): {
  readonly printed: ReportForm | null;
  readonly files: readonly { readonly path: string; readonly form: ReportForm }[];
} {
  const [printed = null, ...others] = FORMS.filter((form) => options[form]);
  const wrong = options.out.filter((path) => formOf(path) === null);
  const problems = [
    ...others.map((form) =>
      problem(`--${form}`, `does not go together with --${printed ?? ''}`, null),
    ),
    ...wrong.map((path) => problem('--out', `"${path}" does not say its form`, RIGHT_NAME)),
    ...outProblems(options.out),
  ];
  if (problems.length > 0) {
    throw new PersonError(`${flagLines(problems)}\nNo report was written.`, EXIT.usage);
  }
  const files = options.out.flatMap((path) => {
    const form = formOf(path);
    return form === null ? [] : [{ path, form }];
  });
  return { printed, files };
}
