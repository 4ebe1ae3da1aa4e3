import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection, Runtime } from '@temporalio/worker';
import type { NativeConnectionOptions } from '@temporalio/worker';
import type { Logger as PinoLogger } from 'pino';
import type { KeepReport } from '../activities/keep-report';
import { createProbe } from '../cloud/checks';
import { createWebhooks } from '../cloud/webhooks';
import { wordsOf } from '../rollout/problem';
import { newClient } from '../temporal/client';
import { serverConfig, ServerConfigError } from '../temporal/connect';
import { registerSearchAttributes } from '../temporal/search-attributes';
import { createClouds } from './clouds';
import { ConfigError, readConfig } from './config';
import type { WorkerConfig } from './config';
import { BUNDLE, createWorkers } from './create-workers';
import { startHealthServer } from './health';
import type { WhyNotReady } from './health';
import { createLogger, sdkLogger } from './logging';
import {
  beginAtZero,
  createCloudMeter,
  createRecorder,
  metricSinks,
  metricsExporter,
} from './metrics';
import { checkReportFolder, createReportKeeper } from './report-keeper';
import { observe } from './observer';
import { createReadiness, untilReady } from './readiness';
import { stopSignal } from './stop-signal';

/** The worker: a program of its own, which holds the cloud's credentials. */

// A server that is restarted comes back within this; longer is for the one who started us.
const CONNECT_TRIES = 10;
const CONNECT_EVERY_MS = 1_000;

async function main(): Promise<void> {
  takeNoArguments();
  const config = readConfig(process.env);
  const server = readServerConfig();
  const stop = stopSignal();
  const logger = createLogger({ level: config.logLevel, secrets: config.secrets });
  installRuntime(config, logger);
  let whyNotReady: WhyNotReady = () => Promise.resolve('starting: no Temporal server yet');
  const health = await listenForProbes(config, () => whyNotReady());
  const ready = (ask: WhyNotReady) => {
    whyNotReady = ask;
  };
  await work({ config, server, logger, stop, ready }).finally(() => health?.close());
}

function takeNoArguments(): void {
  const [first] = process.argv.slice(2);
  if (first === undefined) return;
  throw new ConfigError([`${first}: it takes no arguments, but variables (docs/operations.md)`]);
}

function readServerConfig() {
  try {
    return serverConfig();
  } catch (error) {
    if (!(error instanceof ServerConfigError)) throw error;
    throw new ConfigError([error.message]);
  }
}

function installRuntime(config: WorkerConfig, logger: PinoLogger): void {
  const metrics = metricsExporter(config.metricsAddress);
  try {
    Runtime.install({
      logger: sdkLogger(logger),
      // Ours: see stopSignal.
      shutdownSignals: [],
      telemetryOptions: {
        logging: { forward: {}, filter: { core: 'WARN', other: 'ERROR' } },
        ...(metrics && { metrics }),
      },
    });
  } catch (error) {
    if (metrics === undefined) throw error;
    const words = `Metrics cannot be served at ${config.metricsAddress} (UPWAVE_METRICS_ADDRESS)`;
    throw new Error(`${words}: ${wordsOf(error)}. The worker was not started.`, { cause: error });
  }
}

async function listenForProbes({ healthAddress }: WorkerConfig, whyNotReady: WhyNotReady) {
  if (healthAddress === null) return null;
  try {
    return await startHealthServer(healthAddress, whyNotReady);
  } catch (error) {
    const words = `Health cannot be served at ${healthAddress} (UPWAVE_HEALTH_ADDRESS)`;
    throw new Error(`${words}: ${wordsOf(error)}. The worker was not started.`, { cause: error });
  }
}

async function work(given: {
  readonly config: WorkerConfig;
  readonly server: ReturnType<typeof serverConfig>;
  readonly logger: PinoLogger;
  readonly stop: AbortSignal;
  readonly ready: (ask: WhyNotReady) => void;
}): Promise<void> {
  const { config, server, logger, stop, ready } = given;
  const { connectionOptions, address, namespace } = server;
  const connection = await connect(connectionOptions, { address, logger, stop });
  if (connection === null) return;
  await registerSearchAttributes(connection, namespace);
  const secret = (name: string) => config.secretsByName.get(name);
  const recorder = createRecorder(Runtime.instance().metricMeter);
  beginAtZero(recorder);
  const workers = await createWorkers({
    connection,
    namespace,
    taskQueue: config.taskQueue,
    deployment: config.deployment,
    ...createClouds(config, logger, (cloud) => createCloudMeter(recorder, cloud)),
    probe: createProbe({ secret }),
    callWebhook: createWebhooks({ secret, signingKey: config.webhookSigningKey }),
    keepReport: await reportKeeper(config, logger),
    bundle: BUNDLE,
    sinks: metricSinks(recorder),
  });
  const running = workers.run(stop);
  const whyNotReady = createReadiness({ connection, namespace }, workers.pollers);
  ready(whyNotReady);
  const over = new AbortController();
  if (config.metricsAddress !== null) {
    const client = newClient(connection, namespace);
    const { taskQueue } = config;
    void observe({ client, taskQueue, recorder, whyNotReady, signal: over.signal });
  }
  void untilReady(whyNotReady, over.signal).then((isReady) => {
    if (!isReady) return;
    // Beside the log, which is JSON lines on standard output.
    process.stderr.write(
      `ready: task queue ${config.taskQueue}, Temporal ${address}/${namespace}\n`,
    );
  });
  await running.finally(() => {
    over.abort();
    return connection.close();
  });
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

/** Null: the process was told to stop before there was a server. */
async function connect(
  options: NativeConnectionOptions,
  given: { readonly address: string; readonly logger: PinoLogger; readonly stop: AbortSignal },
): Promise<NativeConnection | null> {
  const { address, logger, stop } = given;
  const stopped = new Promise<null>((resolve) => {
    stop.addEventListener('abort', () => resolve(null));
  });
  for (let tries = 1; ; tries += 1) {
    if (stop.aborted) return null;
    try {
      return await Promise.race([NativeConnection.connect(options), stopped]);
    } catch (error) {
      // It may be there, and want TLS, another certificate or another key.
      const why = wordsOf(error);
      if (tries === CONNECT_TRIES) {
        const hint = 'Start one, or check TEMPORAL_ADDRESS, TEMPORAL_API_KEY and TEMPORAL_TLS_…';
        const words = `No Temporal server answers at ${address} (${why}). ${hint}.`;
        throw new Error(`${words} The worker was not started.`, { cause: error });
      }
      logger.warn({ address, tries, why }, 'Temporal does not answer yet');
      await sleep(CONNECT_EVERY_MS, undefined, { signal: stop }).catch(() => undefined);
    }
  }
}

main().then(
  // What is left, such as connections that are kept for later calls, must not hold up a stop.
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${wordsOf(error)}\n`);
    // The exit codes of docs/json.md: 2 is bad usage, 1 everything else.
    process.exit(error instanceof ConfigError ? 2 : 1);
  },
);
