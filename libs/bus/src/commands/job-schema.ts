import { generateJobSchemaSql } from '@trunkline/jobs';
import { loadPartialConfig } from '../config/partial-config';
import { print } from './output';

/** `trunkline jobs schema`: the statements that make the tables of jobs in the schema of `bus.jobs.schema`. */
export async function showJobSchema({ config }: { readonly config: string }): Promise<void> {
  const { bus } = loadPartialConfig(config, ['bus.jobs.schema']);
  print(await generateJobSchemaSql(bus.jobs.schema));
}
