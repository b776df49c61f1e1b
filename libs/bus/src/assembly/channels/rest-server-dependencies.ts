import type { RestServerOptions } from '@trunkline/channels';
import type { HttpListener } from '@trunkline/http-server';
import type { SecurityOptions } from '@trunkline/security';
import type { BusConfig } from '../../config/bus-config';
import { readErrorPagesPath } from './describe-channels';

/** What every front of a bus has, whatever its channels are. */
export interface RestServerDependencies extends Pick<
  RestServerOptions,
  'listener' | 'http' | 'errorResponder' | 'idempotency' | 'rateLimiter' | 'jobs' | 'errorPagesPath'
> {
  /** For the security definitions of its channels. */
  readonly security: SecurityOptions;
}

/** What the application has for its fronts. */
interface ApplicationDependencies extends Pick<
  RestServerDependencies,
  'errorResponder' | 'idempotency' | 'jobs' | 'rateLimiter' | 'security'
> {
  /** `undefined` in an application that does not listen, which has no front. */
  readonly listener: HttpListener | undefined;
}

/** @returns `undefined` in an application that does not listen */
export function createRestServerDependencies(
  config: BusConfig,
  parts: ApplicationDependencies,
): RestServerDependencies | undefined {
  const { listener, ...others } = parts;
  const { http } = config.bus;
  return listener && { listener, http, ...others, errorPagesPath: readErrorPagesPath(config) };
}
