import cluster from 'node:cluster';
import { Jobs } from '@trunkline/jobs';
import type { ServiceRegistry } from '@trunkline/service';
import type { Logger } from '@trunkline/telemetry';
import type { BusConfig } from '../config/bus-config';
import type { BusRole } from '../module/bus.module-definition';

/** Creates the jobs of a bus. Workers of one cluster share an embedded store. */
export function createJobs(config: BusConfig, logger: Logger, registry: ServiceRegistry, role: BusRole): Jobs {
  const { bus, schedule, topics, loaded } = config;
  const { name, jobs } = bus;
  const settings = { bus: name, config: jobs, directory: loaded.resolve(jobs.directory), schedules: schedule, topics };
  return new Jobs({
    ...settings,
    isPreparedAtStart: expectsJobs(config),
    registry,
    logger,
    join: role === 'none' || cluster.isWorker,
  });
}

/** Whether channels or topics create jobs. Jobs that services create are not known in advance. */
function expectsJobs({ channels, topics }: BusConfig): boolean {
  const isAsync = channels.some(({ options }) => options.async !== false);
  return isAsync || Object.keys(topics).length > 0;
}
