import type { ServiceDeclaration } from '@trunkline/service';
import type { ConfiguredChannel } from '../http/channel';

/** A channel with what the OpenAPI document says about its service. */
export interface DescribedChannel<Options = unknown> extends ConfiguredChannel<Options> {
  readonly service: ServiceDeclaration;
}

/** Whether requests of the channel have a body. */
export function hasBody({ options: { method } }: ConfiguredChannel): boolean {
  return method !== 'GET' && method !== 'DELETE';
}
