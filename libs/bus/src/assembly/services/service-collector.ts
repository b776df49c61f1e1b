import { Injectable } from '@nestjs/common';
import { DiscoveryService, ModuleRef } from '@nestjs/core';
import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper';
import { OutgoingConnections } from '@trunkline/outgoing';
import {
  type RegisteredService,
  CurrentInvocation,
  findServiceDeclaration,
  Invoker,
  type ServiceConstructor,
  type ServiceRegistry,
} from '@trunkline/service';
import { isServiceClass } from '../../config/module-services';
import { OUTGOING_RESOURCES } from '../../module/tokens';
import { resolveDependencies } from './constructor-dependencies';

/** Providers of the bus that inject the current invocation, and do not need it to be tracked. */
const OWN_TOKENS: ReadonlySet<unknown> = new Set([Invoker, OutgoingConnections, OUTGOING_RESOURCES]);

/** Registers the services among the providers of an application, and resolves their constructor arguments. */
@Injectable()
export class ServiceCollector {
  readonly #instances = new Map<string, object>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly moduleRef: ModuleRef,
    private readonly currentInvocation: CurrentInvocation,
  ) {}

  /**
   * Registers every provider that is a service, and the services loaded from files. Dependencies are resolved once: of a provider in its
   * own module, of a service from a file in the module of the bus and its imports.
   *
   * @throws {TypeError} when two services have the same name
   * @throws {Error} from Nest, when no module provides a constructor parameter
   */
  async collect(registry: ServiceRegistry, fromFiles: readonly ServiceConstructor[]): Promise<void> {
    if (this.#isCurrentInvocationInjected(fromFiles)) this.currentInvocation.startTracking();
    for (const serviceClass of fromFiles)
      registry.add(serviceClass, await resolveDependencies(serviceClass, this.moduleRef));
    for (const wrapper of this.discovery.getProviders()) {
      const { metatype } = wrapper;
      if (!isServiceClass(metatype)) continue;
      registry.add(metatype, await resolveDependencies(metatype, findModuleRef(wrapper)));
      const instance: unknown = wrapper.instance;
      if (typeof instance === 'object' && instance !== null)
        this.#instances.set(findServiceDeclaration(metatype)?.name ?? '', instance);
    }
  }

  /** Finds the instance of a service that Nest created: Nest finds the guards and interceptors of its module by it. */
  findInstance({ name, serviceClass }: RegisteredService): object {
    const prototype: object = serviceClass.prototype;
    return this.#instances.get(name) ?? Object.create(prototype);
  }

  /** Whether a class of the application injects the current invocation. Only then is it tracked. */
  #isCurrentInvocationInjected(fromFiles: readonly ServiceConstructor[]): boolean {
    const wrappers = [...this.discovery.getProviders(), ...this.discovery.getControllers()];
    const others = wrappers.filter(({ token }) => token !== ServiceCollector && !OWN_TOKENS.has(token));
    const parameters = [...fromFiles, ...others.map(({ metatype }) => metatype)].map(readParameterTypes);
    return [...parameters, ...others.map(({ inject }) => inject)].flat().includes(CurrentInvocation);
  }
}

function readParameterTypes(metatype: unknown): unknown {
  return typeof metatype === 'function' ? Reflect.getMetadata('design:paramtypes', metatype) : undefined;
}

function findModuleRef({ host }: InstanceWrapper): ModuleRef {
  const moduleRef: unknown = host?.getProviderByKey(ModuleRef).instance;
  if (moduleRef instanceof ModuleRef) return moduleRef;
  throw new TypeError('a service has no module');
}
