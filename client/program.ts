import { Command, Help } from 'commander';
import { addCompletion } from './commands/completion';
import { addDiscover } from './commands/discover';
import { addAbort, addPause, addResume } from './commands/hold';
import { addApprove, addBudget, addConcurrency } from './commands/limits';
import { addInit } from './commands/init';
import { addList } from './commands/list';
import { addPlan } from './commands/plan';
import { addPrograms } from './commands/programs';
import { addReport } from './commands/report';
import { addRetry } from './commands/retry';
import { addSchedule } from './commands/schedule';
import { addSkip } from './commands/skip';
import { addStart } from './commands/start';
import { addStatus } from './commands/status';
import { addValidate } from './commands/validate';
import { addWatch } from './commands/watch';
import { wrap } from './layout';
import { terminalWidth } from './output';
import { withExamples, type Session } from './session';

/** Every command of upwave. */
export function createProgram(session: Session): Command {
  const program = new Command('upwave')
    .description('Durable, wave-by-wave upgrades of managed databases and caches.')
    .exitOverride()
    .enablePositionalOptions()
    .showHelpAfterError('(upwave <command> --help shows how it is written)')
    .configureHelp({ formatItem })
    .configureOutput({ getOutHelpWidth: terminalWidth, getErrHelpWidth: terminalWidth });
  withExamples(
    program,
    'upwave validate plan.yaml',
    'upwave plan plan.yaml',
    'upwave start plan.yaml --watch',
  );

  const add = [
    addInit,
    addValidate,
    addPlan,
    addDiscover,
    addStart,
    addWatch,
    addStatus,
    addList,
    addPause,
    addResume,
    addAbort,
    addApprove,
    addSkip,
    addConcurrency,
    addBudget,
    addRetry,
    addReport,
    addSchedule,
    addPrograms,
    addCompletion,
  ];
  for (const each of add) each(program, session);
  return program;
}

// Narrower, a description beside its flags would have no room.
const ROOM_FOR_COLUMNS = 72;

/** A line of `--help`; on a narrow terminal the description stands below what it describes. */
function formatItem(term: string, termWidth: number, description: string, helper: Help): string {
  const width = helper.helpWidth ?? ROOM_FOR_COLUMNS;
  if (width >= ROOM_FOR_COLUMNS) {
    return Help.prototype.formatItem.call(helper, term, termWidth, description, helper);
  }
  const lines = wrap(description, width - 6).map((line) => `      ${line}`);
  return [`  ${term}`, ...lines].join('\n');
}
