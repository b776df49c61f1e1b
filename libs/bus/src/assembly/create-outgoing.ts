import { PassThrough } from 'node:stream';
import { OutgoingConnections } from '@trunkline/outgoing';
import type { CurrentInvocation } from '@trunkline/service';
import type { RedisConnection } from '@trunkline/store';
import { createLogger, type Logger } from '@trunkline/telemetry';
import type { BusConfig } from '../config/bus-config';
import { createSharedRateCounter } from './stores/create-rate-limiter';

/** What outgoing connections use of the bus. */
export interface OutgoingResources {
  /** For calls through `OutgoingConnections.http`. Default: they belong to no invocation. */
  readonly currentInvocation?: CurrentInvocation;
  /** Counts the calls of connections with a limit. Default: each process counts its own. */
  readonly redis?: RedisConnection | undefined;
}

/** Creates the outgoing connections of a configuration. */
export function createOutgoing(
  config: BusConfig,
  logger: Logger,
  { currentInvocation, redis }: OutgoingResources = {},
): OutgoingConnections {
  const { outgoing, security } = config;
  return OutgoingConnections.open({
    outgoing,
    security: security.credentials,
    logger,
    ...(currentInvocation && { currentInvocation }),
    rateCounter: createSharedRateCounter(config, redis),
  });
}

/** Creates connections to describe, not to call: nothing is logged. */
export function createDescribedOutgoing(config: BusConfig): OutgoingConnections {
  return createOutgoing(config, createLogger({ level: 'silent', destination: new PassThrough() }));
}
