import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { EDGE, type Edge } from '@trunkline/channels';
import type { Logger } from '@trunkline/telemetry';
import { LOGGER } from './tokens';

/** Says in the log, once a second, how many requests were refused because there were too many. A line each would be part of the problem. */
@Injectable()
export class OverloadLog implements OnApplicationBootstrap {
  constructor(
    @Inject(EDGE) private readonly edge: Edge | undefined,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.edge?.refused.onCount((count) => this.logger.warn({ count, code: 'OVERLOADED' }, 'requests were refused'));
  }
}
