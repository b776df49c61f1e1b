import { AuthFailureLimiter } from '@trunkline/channels';
import type { SecurityOptions } from '@trunkline/security';
import { type RedisConnection } from '@trunkline/store';
import type { Logger } from '@trunkline/telemetry';
import type { BusConfig } from '../config/bus-config';
import { createSharedRateCounter } from './stores/create-rate-limiter';

/** Creates what security definitions need besides their configuration. Channels and guards share it, so that they count failed logins together. */
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
