import { findUndescribedVendor, type ServiceRegistry } from '@trunkline/service';
import type { BusConfig } from '../../config/bus-config';
import { readOpenApiPaths } from '../../config/bus-paths';

/** A channel whose input is missing from the OpenAPI document. */
export interface UndescribedInput {
  readonly channel: string;
  readonly service: string;
  /** The library of the schema, by its `~standard.vendor`. */
  readonly vendor: string;
}

/** Finds channels whose parameters and body the document cannot describe, because the schema of their input has no JSON Schema. */
export function findUndescribedInputs(config: BusConfig, registry: ServiceRegistry): readonly UndescribedInput[] {
  if (!readOpenApiPaths(config)) return [];
  return config.channels.flatMap(({ name: channel, options: { service = '' } }) => {
    const input = registry.find(service)?.declaration.input;
    const vendor = input === undefined ? undefined : findUndescribedVendor(input);
    return vendor === undefined ? [] : [{ channel, service, vendor }];
  });
}

/** Formats what is missing, and its remedy. */
export function formatUndescribedInput({ channel, service, vendor }: UndescribedInput): string {
  return (
    `the OpenAPI document lacks the input of channel ${channel}: the ${vendor} schema of ${service} has no JSON Schema; ` +
    'give it `~standard.jsonSchema` (for valibot: toStandardJsonSchema of @valibot/to-json-schema)'
  );
}
