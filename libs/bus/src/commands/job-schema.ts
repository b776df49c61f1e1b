import { printJobSchema } from '@trunkline/jobs';
import { loadPartsOfConfig } from '../bus-config';
import { print } from './output';

/** `trunkline jobs schema`: the statements that make the tables of jobs in the schema of `bus.jobs.schema`. */
export async function jobSchemaCommand({ config }: { readonly config: string }): Promise<void> {
  const { bus } = loadPartsOfConfig(config, ['bus.jobs.schema']);
  print(await printJobSchema(bus.jobs.schema));
}
