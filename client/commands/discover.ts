import type { Command } from 'commander';
import type { FleetSearch } from '../../rollout/fleet';
import { FAMILIES } from '../../rollout/upgrade';
import type { Connected } from '../../temporal/connect';
import type { ClientConfig } from '../config';
import { connected } from '../connected';
import { discoverFleet, type DiscoveredFleet } from '../discover';
import { readDiscoverFlags, type DiscoverFlags } from '../discover-flags';
import { EXIT, type ExitCode } from '../exit-codes';
import { writeOut } from '../files';
import { fleetCsv, fleetJson, fleetLines, summaryWords, warningLines } from '../fleet-view';
import { wrap } from '../layout';
import { createOutput } from '../output';
import { mayRedraw, newProgressLine } from '../progress-line';
import { JSON_FLAG, withExamples, type Session } from '../session';
import { stoppable } from '../stopping';

export function addDiscover(program: Command, session: Session): void {
  const command = program
    .command('discover')
    .description(
      'list what there is in the cloud: instances (and proxies), versions, status, zones, tags',
    )
    .requiredOption('--family <family>', FAMILIES.join(', '))
    .option('--tag <key=value...>', 'only with this tag; several: with all of them')
    .option('--name <name>', 'only of this name; "*part": of names that hold the part')
    .option('--upgradable', 'only what has something newer to go to')
    .option('--quick', 'read lists alone: without the versions that cost a call for each instance')
    .option('--project-id <id>', 'the project')
    .option('--region <region>', 'its region')
    .option('--cloud <name>', 'a cloud of the plan, or of the worker, that has a name')
    .option('--plan <file>', 'take project and region from a plan, also an unfinished one')
    .option(...JSON_FLAG)
    .option('--csv', 'print CSV, which a plan can take as `file:`; words go to stderr')
    .option('--out <file>', 'write it as CSV or JSON, by the ending of the name')
    .action(async (flags: DiscoverFlags) => {
      session.exitCode = await discover(session.config, flags);
    });
  withExamples(
    command,
    'upwave discover --family dcs-instance --plan plan.yaml',
    'upwave discover --family taurusdb-proxy --tag team=billing --upgradable --plan plan.yaml --csv > proxies.csv',
  );
}

async function discover(config: ClientConfig, flags: DiscoverFlags): Promise<ExitCode> {
  const { search, file } = readDiscoverFlags(flags);
  // Beside a document stdout is not ours.
  const output = createOutput(config, { json: flags.json || flags.csv });
  const fleet = await connected((server) => list(config, server, search));

  const { rows } = fleet;
  const json = `${JSON.stringify(fleetJson(rows), null, 2)}\n`;
  const csv = fleetCsv(rows, search);
  if (flags.json) process.stdout.write(json);
  else if (flags.csv) process.stdout.write(csv);
  else if (rows.length > 0) output.result(fleetLines(rows, search, output.width).join('\n'));
  for (const line of warningLines(rows, fleet)) output.problem(line);
  const words = summaryWords(rows.length, search);
  output.say(wrap(words, output.width).join('\n'));
  if (file !== null) {
    writeOut(file.path, file.form === 'csv' ? csv : json);
    output.say(`Written to ${file.path}.`);
  }
  return EXIT.done;
}

async function list(
  config: ClientConfig,
  server: Connected,
  search: FleetSearch,
): Promise<DiscoveredFleet> {
  const line = newProgressLine(mayRedraw(config));
  const cost = search.versions ? ', one call or two for each' : '';
  try {
    line.say(`Listing ${search.family}${cost}.`);
    return await stoppable((stop) =>
      discoverFleet(server, { search, queue: config.taskQueue, stop }, ({ seen, total, found }) => {
        const of = total === null ? `${seen}` : `${seen} of ${total}`;
        line.say(`Listing ${search.family}: ${of} instances${cost}; ${found} found.`);
      }),
    );
  } finally {
    line.end();
  }
}
