import { formatSuggestion } from '@trunkline/config';
import { InternalError } from '@trunkline/failures';
import { RegisteredService } from '../invocation/registered-service';
import { findServiceDeclaration } from '../declaration/bus-service';
import { findDeclarationMistakes } from '../declaration/declaration-mistakes';
import type { ServiceClass, ServiceConstructor } from '../declaration/service-types';

/** All services of a bus, by name and by class. */
export class ServiceRegistry {
  readonly #byName = new Map<string, RegisteredService>();
  readonly #byClass = new Map<object, RegisteredService>();

  /**
   * Adds a class of services, with what its constructor is to be given.
   *
   * @throws {TypeError} when it is not declared with `@BusService` or declared wrongly, or its name is taken by another class
   */
  add(serviceClass: ServiceConstructor, dependencies: readonly unknown[] = []): void {
    const declaration = findServiceDeclaration(serviceClass);
    if (!declaration)
      throw new TypeError(`${serviceClass.name} is not a service: declare it with @BusService({ name: … })`);
    const [mistake] = findDeclarationMistakes(serviceClass);
    if (mistake !== undefined)
      throw new TypeError(`the service ${declaration.name} (${serviceClass.name}) is declared wrongly: ${mistake}`);
    const other = this.#byName.get(declaration.name);
    if (other?.serviceClass === serviceClass) return;
    if (other)
      throw new TypeError(
        `two services are named ${declaration.name}: ${other.serviceClass.name} and ${serviceClass.name}`,
      );
    const service = new RegisteredService(declaration, serviceClass, dependencies);
    this.#byName.set(service.name, service);
    this.#byClass.set(serviceClass, service);
  }

  find(name: string): RegisteredService | undefined {
    return this.#byName.get(name);
  }

  /** @throws {InternalError} for a name or class that is not on this bus, with the name that may have been meant */
  get(target: string | ServiceClass): RegisteredService {
    const service = typeof target === 'string' ? this.#byName.get(target) : this.#byClass.get(target);
    if (service) return service;
    throw new InternalError(
      typeof target === 'string'
        ? this.explainUnknown(target)
        : `the class ${target.name} is not a service of this bus`,
    );
  }

  /** Why a name is not known: "there is no service customer.gte, did you mean `customer.get`?" */
  explainUnknown(name: string): string {
    return `there is no service ${name}${formatSuggestion(name, this.#byName.keys())}`;
  }

  /** All services, by name. */
  list(): readonly RegisteredService[] {
    return [...this.#byName.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }
}
