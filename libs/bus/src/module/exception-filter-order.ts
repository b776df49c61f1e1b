import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { BusExceptionFilter } from '@trunkline/channels';

/** Nest asks the filter that was registered last first. Ours takes everything, so it has to be the last to be asked. */
@Injectable()
export class ExceptionFilterOrder implements OnModuleInit {
  constructor(private readonly config: ApplicationConfig) {}

  onModuleInit(): void {
    const filters = this.config.getGlobalFilters();
    const ours = filters.findIndex(
      (filter) => filter instanceof BusExceptionFilter && filter.constructor === BusExceptionFilter,
    );
    if (ours > 0) filters.unshift(...filters.splice(ours, 1));
  }
}
