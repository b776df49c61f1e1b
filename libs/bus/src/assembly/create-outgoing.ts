import { PassThrough } from 'node:stream';
import { OutgoingConnections } from '@trunkline/outgoing';
import type { CurrentInvocation } from '@trunkline/service';
import { createLogger, type Logger } from '@trunkline/telemetry';
import type { BusConfig } from '../config/bus-config';

/**
 * Creates the outgoing connections of a configuration.
 *
 * @param currentInvocation - for calls through `OutgoingConnections.http`; default: they belong to no invocation
 */
export function createOutgoing(
  { outgoing, security }: BusConfig,
  logger: Logger,
  currentInvocation?: CurrentInvocation,
): OutgoingConnections {
  const credentials = security.credentials;
  return OutgoingConnections.open({
    outgoing,
    security: credentials,
    logger,
    ...(currentInvocation && { currentInvocation }),
  });
}

/** Creates connections to describe, not to call: nothing is logged. */
export function createDescribedOutgoing(config: BusConfig): OutgoingConnections {
  return createOutgoing(config, createLogger({ level: 'silent', destination: new PassThrough() }));
}
