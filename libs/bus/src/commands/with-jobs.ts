import type { Jobs } from '@trunkline/jobs';
import { ServiceRegistry } from '@trunkline/service';
import { type BusConfig, loadBusConfig } from '../bus-config';
import { jobsOf } from '../jobs-of';
import { loggerOf } from '../logger-of';
import { openJobs } from '../store-problem';

/** Does something with the jobs of a configuration, beside a bus that may be running. */
export async function withJobs<T>(directory: string, work: (jobs: Jobs, config: BusConfig) => Promise<T>): Promise<T> {
  const config = loadBusConfig({ directory, otherServices: [] });
  // stdout belongs to what was asked for.
  const jobs = jobsOf(config, loggerOf(config, process.stderr), new ServiceRegistry(), 'none');
  try {
    return await openJobs(config, () => work(jobs, config));
  } finally {
    await jobs.close();
  }
}
