import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection, Runtime } from '@temporalio/worker';
import type { NativeConnectionOptions } from '@temporalio/worker';
import type { Logger as PinoLogger } from 'pino';
import type { KeepReport } from '../activities/keep-report';
import { createProbe } from '../cloud/checks';
import { createWebhooks } from '../cloud/webhooks';
import { serverConfig } from '../temporal/connect';
import { registerSearchAttributes } from '../temporal/search-attributes';
import { createClouds } from './clouds';
import { ConfigError, readConfig } from './config';
import type { WorkerConfig } from './config';
import { BUNDLE, createWorkers } from './create-workers';
import { createLogger, sdkLogger } from './logging';
import { checkReportFolder, createReportKeeper } from './report-keeper';

/** The worker: a program of its own, which holds the cloud's credentials. */

// A server that is restarted comes back within this; longer is for the one who started us.
const CONNECT_TRIES = 10;
const CONNECT_EVERY_MS = 1_000;

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const logger = createLogger({ level: config.logLevel, secrets: config.secrets });
  Runtime.install({
    logger: sdkLogger(logger),
    telemetryOptions: { logging: { forward: {}, filter: { core: 'WARN', other: 'ERROR' } } },
  });
  await work(config, logger);
}

async function work(config: WorkerConfig, logger: PinoLogger): Promise<void> {
  const { connectionOptions, address, namespace } = serverConfig();
  const connection = await connect(connectionOptions, address, logger);
  await registerSearchAttributes(connection, namespace);
  const secret = (name: string) => config.secretsByName.get(name);
  const workers = await createWorkers({
    connection,
    namespace,
    taskQueue: config.taskQueue,
    deployment: config.deployment,
    ...createClouds(config, logger),
    probe: createProbe({ secret }),
    callWebhook: createWebhooks({ secret, signingKey: config.webhookSigningKey }),
    keepReport: await reportKeeper(config, logger),
    bundle: BUNDLE,
  });
  const running = workers.run();
  // Beside the log, which is JSON lines on standard output.
  process.stderr.write(`ready: task queue ${config.taskQueue}, Temporal ${address}/${namespace}\n`);
  await running.finally(() => connection.close());
}

async function reportKeeper(
  { reportDir }: WorkerConfig,
  logger: PinoLogger,
): Promise<KeepReport | null> {
  if (reportDir === null) return null;
  await checkReportFolder(reportDir).catch((error: unknown) =>
    // It may be mounted later; and upgrades are worth more than their reports.
    logger.warn({ reportDir, error }, 'Reports cannot be written to UPWAVE_REPORT_DIR'),
  );
  return createReportKeeper(reportDir);
}

async function connect(
  options: NativeConnectionOptions,
  address: string,
  logger: PinoLogger,
): Promise<NativeConnection> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await NativeConnection.connect(options);
    } catch (error) {
      if (tries === CONNECT_TRIES) {
        const hint = 'start one, or set TEMPORAL_ADDRESS';
        throw new Error(`No Temporal server answers at ${address}: ${hint}.`, { cause: error });
      }
      logger.warn({ address, tries }, 'Temporal does not answer yet');
      await sleep(CONNECT_EVERY_MS);
    }
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  // The exit codes of docs/json.md: 2 is bad usage, 1 everything else.
  process.exit(error instanceof ConfigError ? 2 : 1);
});
