import { loadBusConfig } from '../bus-config';
import { declaredServices } from '../declared-services';
import { openApiOf } from '../openapi-of';
import { findUndescribedInputs, undescribedInputText } from '../undescribed-inputs';
import { print } from './output';

/** `trunkline openapi`: the description of the channels, as the bus would serve it. */
export function openApiCommand({ config: directory }: { readonly config: string }): void {
  const config = loadBusConfig({ directory, otherServices: [] });
  const registry = declaredServices(config);
  print(JSON.stringify(openApiOf(config, registry), undefined, 2));
  for (const input of findUndescribedInputs(config, registry)) process.stderr.write(`${undescribedInputText(input)}\n`);
}
