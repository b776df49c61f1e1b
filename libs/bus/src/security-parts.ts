import { FailureLimiter } from '@trunkline/channels';
import type { SecurityParts } from '@trunkline/security';
import { type RedisConnection } from '@trunkline/store';
import type { Logger } from '@trunkline/telemetry';
import type { BusConfig } from './bus-config';
import { sharedRateCounter } from './rate-counter-of';

/** What security definitions need of a bus. Channels and guards share it, so that wrong credentials count wherever they are shown. */
export function securityPartsOf(config: BusConfig, logger: Logger, redis: RedisConnection | undefined): SecurityParts {
  const { name: realm, authFailures } = config.bus;
  if (authFailures === 'off') return { realm, logger };
  const { limit, per: perMs } = authFailures;
  const shared = sharedRateCounter(config, redis);
  return { realm, logger, limit: new FailureLimiter({ limit, perMs, logger, shared }) };
}
