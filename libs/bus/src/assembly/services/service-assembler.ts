import { Inject, Injectable } from '@nestjs/common';
import { ConfigurationError } from '@trunkline/config';
import type { OutgoingConnections } from '@trunkline/outgoing';
import { ServiceRegistry } from '@trunkline/service';
import type { BusConfig } from '../../config/bus-config';
import { OpenApiChecker } from '../channels/openapi-checker';
import { findReferenceProblems } from '../../config/references';
import { ServiceCollector } from './service-collector';
import { BUS_CONFIG } from '../../module/tokens';

/** Fills the registry with the services of a bus: from files, from modules of the application, and adapters in YAML. */
@Injectable()
export class ServiceAssembler {
  constructor(
    @Inject(BUS_CONFIG) private readonly config: BusConfig,
    private readonly collector: ServiceCollector,
    private readonly registry: ServiceRegistry,
    private readonly openApiChecker: OpenApiChecker,
  ) {}

  /**
   * Registers all services, and checks the references to them.
   *
   * @param outgoing - its adapters in YAML are services
   * @throws {ConfigurationError} when the configuration names a service that does not exist, or has an example that its service
   * rejects
   */
  async assemble(outgoing: OutgoingConnections): Promise<void> {
    const fromFiles = this.config.services.map(({ serviceClass }) => serviceClass);
    await this.collector.collect(this.registry, fromFiles);
    this.#checkReferences(this.registry.list().map(({ name }) => name));
    for (const adapter of outgoing.adapters()) this.registry.add(adapter);
    await this.openApiChecker.check(this.registry);
  }

  /** A start that knew all services when it read the configuration has checked the references already. */
  #checkReferences(names: readonly string[]): void {
    const { loaded, checkedServices } = this.config;
    if (checkedServices?.size === names.length && names.every((name) => checkedServices.has(name))) return;
    const problems = findReferenceProblems(loaded, names);
    if (problems.length > 0) throw new ConfigurationError(problems);
  }
}
