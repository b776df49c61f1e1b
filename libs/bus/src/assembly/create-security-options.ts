import { AuthFailureLimiter } from '@trunkline/channels';
import type { SecurityOptions } from '@trunkline/security';
import { type RedisConnection } from '@trunkline/store';
import type { Logger } from '@trunkline/telemetry';
import type { BusConfig } from '../config/bus-config';
import { createSharedRateCounter } from './stores/create-rate-limiter';

/** What security definitions need of a bus. Channels and guards share it, so that wrong credentials count wherever they are shown. */
export function createSecurityOptions(
  config: BusConfig,
  logger: Logger,
  redis: RedisConnection | undefined,
): SecurityOptions {
  const { name: realm, authFailures } = config.bus;
  if (authFailures === 'off') return { realm, logger };
  const { limit, per: perMs } = authFailures;
  const shared = createSharedRateCounter(config, redis);
  return { realm, logger, limit: new AuthFailureLimiter({ limit, perMs, logger, shared }) };
}
