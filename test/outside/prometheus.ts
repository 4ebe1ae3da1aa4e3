import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDevServer } from '../../local/dev-server';
import { ALERTS, ALERT_TESTS, alertQueries, dashboardQueries } from '../support/metric-texts';
import { tellMetricsStory } from '../support/metrics-story';
import { findPromtool } from '../support/promtool';
import { testTemporalProgram } from '../support/temporal-server';
import { startWorld } from '../support/world';
import type { OutsideTest } from './outside-test';

/**
 * Prometheus' own tool reads the alert rules, runs their tests, parses every query of the dashboard,
 * and reads what a worker exports that has run a rollout.
 */
export const prometheus: OutsideTest = {
  name: 'prometheus',
  run: async (say) => {
    const found = await findPromtool(say);
    if ('missing' in found) return { state: 'notRun', why: found.missing };
    const folder = await mkdtemp(join(tmpdir(), 'upwave-prometheus-'));
    try {
      const queries = join(folder, 'dashboard.yml');
      await writeFile(queries, JSON.stringify(asRules()));
      const exported = await scrape();
      const runs: readonly Run[] = [
        { what: 'the alert rules', args: ['check', 'rules', ALERTS] },
        { what: 'the tests of the alert rules', args: ['test', 'rules', ALERT_TESTS] },
        { what: 'the queries of the dashboard', args: ['check', 'rules', queries] },
        { what: 'what a worker exports', args: ['check', 'metrics'], input: exported },
      ];
      const problems = runs.flatMap((run) => problemsOf(found.promtool, run));
      if (problems.length > 0) return { state: 'failed', problems };
      const [alerts, shown] = [alertQueries().length, dashboardQueries().length];
      return { state: 'passed', words: `${alerts} alerts, ${shown} queries of the dashboard` };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

interface Run {
  readonly what: string;
  readonly args: readonly string[];
  readonly input?: string;
}

// promtool reads files: seconds.
const LIMIT_MS = 60_000;

function problemsOf(promtool: string, { what, args, input = '' }: Run): readonly string[] {
  const options = { input, encoding: 'utf8', timeout: LIMIT_MS } as const;
  const { status, stdout, stderr, error } = spawnSync(promtool, [...args], options);
  if (status === 0) return [];
  return [`${what}:`, ...`${error?.message ?? ''}\n${stdout}\n${stderr}`.split('\n')].filter(
    (line) => line.trim() !== '',
  );
}

/** Grafana fills in its variables; any name does for reading. */
function asRules(): object {
  const rules = dashboardQueries().map(({ expr }, i) => ({
    record: `dashboard:query${i}`,
    expr: expr.replace(/\$\w+/g, '.*'),
  }));
  return { groups: [{ name: 'dashboard', rules }] };
}

async function scrape(): Promise<string> {
  const server = await startDevServer({ program: await testTemporalProgram(), ui: false });
  try {
    const world = await startWorld({ size: 8, address: server.address, set: { duration: '1s' } });
    try {
      const { ended } = await tellMetricsStory(world);
      return ended;
    } finally {
      await world.stop();
    }
  } finally {
    await server.stop();
  }
}
