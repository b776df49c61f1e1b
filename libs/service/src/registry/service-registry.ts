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
   * Adds a service class.
   *
   * @param dependencies - arguments of its constructor
   * @throws {TypeError} when its declaration is missing or has a mistake, or another class has its name
   */
  add(serviceClass: ServiceConstructor, dependencies: readonly unknown[] = []): void {
    const declaration = findServiceDeclaration(serviceClass);
    if (!declaration)
      throw new TypeError(`${serviceClass.name} is not a service: declare it with @BusService({ name: … })`);
    const [mistake] = findDeclarationMistakes(serviceClass);
    if (mistake !== undefined)
      throw new TypeError(
        `the service ${declaration.name} (${serviceClass.name}) has an invalid declaration: ${mistake}`,
      );
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

  /** Finds a service by name. */
  find(name: string): RegisteredService | undefined {
    return this.#byName.get(name);
  }

  /** @throws {InternalError} for a name or class that is not on this bus, with a similar name */
  get(target: string | ServiceClass): RegisteredService {
    const service = typeof target === 'string' ? this.#byName.get(target) : this.#byClass.get(target);
    if (service) return service;
    throw new InternalError(
      typeof target === 'string'
        ? this.explainUnknown(target)
        : `the class ${target.name} is not a service of this bus`,
    );
  }

  /** Creates the message for an unknown name: "there is no service customer.gte, did you mean `customer.get`?" */
  explainUnknown(name: string): string {
    return `there is no service ${name}${formatSuggestion(name, this.#byName.keys())}`;
  }

  /** Lists all services, sorted by name. */
  list(): readonly RegisteredService[] {
    return [...this.#byName.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }
}
