import { Inject, Injectable } from '@nestjs/common';
import { ConfigurationError } from '@trunkline/config';
import type { ServiceRegistry } from '@trunkline/service';
import type { Logger } from '@trunkline/telemetry';
import type { BusConfig } from '../../config/bus-config';
import { findExampleProblems } from './channel-examples';
import { BUS_CONFIG, LOGGER } from '../../module/tokens';
import { findUndescribedInputs } from './undescribed-inputs';

/** Checks the OpenAPI document against the declarations of the services of the bus. */
@Injectable()
export class OpenApiChecker {
  constructor(
    @Inject(BUS_CONFIG) private readonly config: BusConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Logs a warning for each input that the document cannot describe.
   *
   * @throws {ConfigurationError} when the declaration of a service rejects an example
   */
  async check(registry: ServiceRegistry): Promise<void> {
    const problems = await findExampleProblems(this.config, registry);
    if (problems.length > 0) throw new ConfigurationError(problems);
    for (const input of findUndescribedInputs(this.config, registry)) {
      this.logger.warn(
        { ...input },
        'the OpenAPI document lacks the input of a channel: its schema has no ~standard.jsonSchema',
      );
    }
  }
}
