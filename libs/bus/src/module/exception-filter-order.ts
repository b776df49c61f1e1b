import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { BusExceptionFilter } from '@trunkline/channels';

/** Puts the filter of the bus behind those of the application. Nest calls the last registered filter first, and that of the bus catches all. */
@Injectable()
export class ExceptionFilterOrder implements OnModuleInit {
  constructor(private readonly config: ApplicationConfig) {}

  onModuleInit(): void {
    const filters = this.config.getGlobalFilters();
    const busFilterIndex = filters.findIndex(
      (filter) => filter instanceof BusExceptionFilter && filter.constructor === BusExceptionFilter,
    );
    if (busFilterIndex > 0) filters.unshift(...filters.splice(busFilterIndex, 1));
  }
}
