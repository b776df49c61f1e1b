import type { Edge, FrontParts } from '@trunkline/channels';
import type { Jobs } from '@trunkline/jobs';
import type { SecurityParts } from '@trunkline/security';
import type { BusConfig } from './bus-config';
import { jobAccessOf } from './job-access-of';
import { errorPagesAt } from './openapi-of';

/** What every front of a bus has, whatever its channels are. */
export interface FrontBase extends Pick<
  FrontParts,
  'edge' | 'http' | 'failures' | 'limiter' | 'jobs' | 'errorPagesAt'
> {
  /** For the security definitions of its channels. */
  readonly security: SecurityParts;
}

/** What the application has for its fronts. */
interface BaseParts extends Pick<FrontBase, 'failures' | 'limiter' | 'security'> {
  /** `undefined` in an application that does not listen, which has no front. */
  readonly edge: Edge | undefined;
  readonly jobs: Jobs;
}

/** @returns `undefined` in an application that does not listen */
export function frontBaseOf(config: BusConfig, parts: BaseParts): FrontBase | undefined {
  const { edge, jobs, ...others } = parts;
  const { http } = config.bus;
  return edge && { edge, http, ...others, jobs: jobAccessOf(jobs), errorPagesAt: errorPagesAt(config) };
}
