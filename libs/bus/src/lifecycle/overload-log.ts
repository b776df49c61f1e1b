import { Inject, Injectable } from '@nestjs/common';
import { HTTP_LISTENER } from '@trunkline/channels';
import { type HttpListener } from '@trunkline/http-server';
import type { Logger } from '@trunkline/telemetry';
import { LOGGER } from '../module/tokens';

/** Logs once a second how many requests were rejected because of overload. A line per request would add to the load. */
@Injectable()
export class OverloadLog {
  constructor(
    @Inject(HTTP_LISTENER) private readonly listener: HttpListener | undefined,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  start(): void {
    this.listener?.shedCounter.onReport((count) =>
      this.logger.warn({ count, code: 'OVERLOADED' }, 'requests were rejected because of overload'),
    );
  }
}
