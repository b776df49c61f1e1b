import type { BeforeApplicationShutdown, FactoryProvider } from '@nestjs/common';
import { Idempotency } from '@trunkline/channels';
import { Jobs } from '@trunkline/jobs';
import { OutgoingConnections } from '@trunkline/outgoing';
import type { RedisConnection } from '@trunkline/store';
import type { Logger } from '@trunkline/telemetry';
import type { BusConfig } from '../config/bus-config';
import { BUS_CONFIG, LOGGER, REDIS } from '../module/tokens';
import { HttpDrain } from './http-drain';
import { MaintenanceWatcher } from './maintenance/maintenance-watcher';
import { waitAtMost } from './wait-at-most';

/** The parts of a bus that are shut down. */
interface ShutdownTargets {
  readonly config: BusConfig;
  readonly logger: Logger;
  readonly http: HttpDrain;
  readonly jobs: Jobs;
  readonly outgoing: OutgoingConnections;
  readonly idempotency: Idempotency;
  readonly redis: RedisConnection | undefined;
  readonly maintenance: MaintenanceWatcher;
}

/**
 * Shuts a bus down, with its only shutdown hook: Nest orders the hooks of several providers by the depth of their dependencies, so that
 * any new dependency could change an order across providers.
 *
 * Nest calls the hooks of global modules last. Therefore the `beforeApplicationShutdown` hooks of the application can still use
 * the bus, and what its `onApplicationShutdown` hooks release is available until all requests and jobs have ended.
 */
export class Shutdown implements BeforeApplicationShutdown {
  readonly #targets: ShutdownTargets;

  constructor(targets: ShutdownTargets) {
    this.#targets = targets;
  }

  /** `false` when requests were cut off at the end of the grace. */
  get endedInTime(): boolean {
    return this.#targets.http.endedInTime;
  }

  async beforeApplicationShutdown(): Promise<void> {
    const { logger } = this.#targets;
    for (const { name, run } of createShutdownSteps(this.#targets)) {
      const startedAtMs = performance.now();
      try {
        await run();
        logger.debug({ step: name, ms: Math.round(performance.now() - startedAtMs) }, 'shutdown step done');
      } catch (err) {
        // The remaining steps still have to run.
        logger.error({ step: name, err }, 'shutdown step failed');
      }
    }
  }
}

/** Provides the {@link Shutdown} of a bus. */
export const shutdownProvider: FactoryProvider<Shutdown> = {
  provide: Shutdown,
  inject: [BUS_CONFIG, LOGGER, HttpDrain, Jobs, OutgoingConnections, Idempotency, REDIS, MaintenanceWatcher],
  // One parameter per injected provider is how Nest's factories are written.
  // oxlint-disable-next-line max-params -- see above
  useFactory: (
    config: BusConfig,
    logger: Logger,
    http: HttpDrain,
    jobs: Jobs,
    outgoing: OutgoingConnections,
    idempotency: Idempotency,
    redis: RedisConnection | undefined,
    maintenance: MaintenanceWatcher,
  ) => new Shutdown({ config, logger, http, jobs, outgoing, idempotency, redis, maintenance }),
};

interface ShutdownStep {
  readonly name: string;
  readonly run: () => unknown;
}

/**
 * Everything that a bus does to shut down, in this order.
 *
 * Requests and jobs end side by side, and share one deadline: `drain` + `grace` from the start of the shutdown.
 */
function createShutdownSteps(targets: ShutdownTargets): readonly ShutdownStep[] {
  const { http, jobs, outgoing, idempotency, redis, maintenance } = targets;
  const { drain, grace } = targets.config.bus.shutdown;
  const drainMs = http.hasListener ? drain : 0;
  const deadlineMs = performance.now() + drainMs + grace;
  let finishingJobs: Promise<void> | undefined;
  return [
    { name: 'report not ready', run: () => http.reportNotReady() },
    { name: 'keep serving', run: () => http.keepServing(drainMs) },
    { name: 'stop taking jobs', run: () => jobs.pause() },
    { name: 'start finishing jobs', run: () => void (finishingJobs = startFinishing(jobs, deadlineMs)) },
    { name: 'drain the accept backlog', run: () => http.drainAcceptBacklog() },
    { name: 'stop accepting connections', run: () => http.stopAccepting() },
    { name: 'drain requests', run: () => http.drainRequests(deadlineMs) },
    {
      name: 'wait for detached requests',
      run: () => waitAtMost(deadlineMs - performance.now(), idempotency.waitUntilSettled()),
    },
    { name: 'wait for jobs', run: () => finishingJobs },
    { name: 'close the job store', run: () => jobs.close() },
    { name: 'close outgoing connections', run: () => outgoing.close() },
    { name: 'close the idempotency store', run: () => idempotency.close() },
    { name: 'close Redis', run: () => redis?.close() },
    { name: 'stop watching maintenance', run: () => maintenance.stop() },
    // The log is closed by Bus.stop(): shutdown hooks of the application run after these steps, and still write to it.
  ];
}

/** Starts to finish jobs. A failure is reported by the step that waits for it. */
function startFinishing(jobs: Jobs, deadlineMs: number): Promise<void> {
  const finishing = jobs.finish(Math.max(0, deadlineMs - performance.now()));
  finishing.catch(() => undefined);
  return finishing;
}
