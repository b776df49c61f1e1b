import { loadChannelsConfig } from '../config/partial-config';
import { createDeclaredRegistry } from '../assembly/services/create-declared-registry';
import { describeChannels } from '../assembly/channels/describe-channels';
import { findUndescribedInputs, formatUndescribedInput } from '../assembly/channels/undescribed-inputs';
import { print } from './output';

/** Runs `trunkline openapi`: prints the OpenAPI document of the channels, as the bus serves it. */
export function printOpenApi({ config: directory }: { readonly config: string }): void {
  const config = loadChannelsConfig(directory);
  const registry = createDeclaredRegistry(config);
  print(JSON.stringify(describeChannels(config, registry), undefined, 2));
  for (const input of findUndescribedInputs(config, registry))
    process.stderr.write(`${formatUndescribedInput(input)}\n`);
}
