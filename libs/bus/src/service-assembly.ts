import { Inject, Injectable } from '@nestjs/common';
import { ConfigurationError } from '@trunkline/config';
import type { OutgoingRest } from '@trunkline/outgoing';
import { ServiceRegistry } from '@trunkline/service';
import type { BusConfig } from './bus-config';
import { DescriptionCheck } from './description-check';
import { referenceProblems } from './references';
import { ServiceCollection } from './service-collection';
import { BUS_CONFIG } from './tokens';

/** Brings the services of a bus together: from files, from the application's modules, and from the adapters in YAML. */
@Injectable()
export class ServiceAssembly {
  constructor(
    @Inject(BUS_CONFIG) private readonly config: BusConfig,
    private readonly collection: ServiceCollection,
    private readonly registry: ServiceRegistry,
    private readonly descriptions: DescriptionCheck,
  ) {}

  /**
   * Fills the registry.
   *
   * @param outgoing - whose adapters in YAML are services, too
   * @throws {ConfigurationError} when the configuration names a service that does not exist, or has an example that its service
   * refuses
   */
  async assemble(outgoing: OutgoingRest): Promise<ServiceRegistry> {
    const fromFiles = this.config.services.map(({ serviceClass }) => serviceClass);
    await this.collection.collect(this.registry, fromFiles);
    const names = this.registry.list().map(({ name }) => name);
    const problems = referenceProblems(this.config.loaded, names);
    if (problems.length > 0) throw new ConfigurationError(problems);
    for (const adapter of outgoing.services()) this.registry.add(adapter);
    await this.descriptions.run(this.registry);
    return this.registry;
  }
}
