import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HTTP_LISTENER } from '@trunkline/channels';
import { type HttpListener } from '@trunkline/http-server';
import type { Logger } from '@trunkline/telemetry';
import { LOGGER } from '../module/tokens';

/** Says in the log, once a second, how many requests were refused because there were too many. A line each would be part of the problem. */
@Injectable()
export class OverloadLog implements OnApplicationBootstrap {
  constructor(
    @Inject(HTTP_LISTENER) private readonly listener: HttpListener | undefined,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.listener?.shedCounter.onReport((count) =>
      this.logger.warn({ count, code: 'OVERLOADED' }, 'requests were refused'),
    );
  }
}
