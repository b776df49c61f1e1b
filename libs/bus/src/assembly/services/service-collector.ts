import { Injectable } from '@nestjs/common';
import { DiscoveryService, ModuleRef } from '@nestjs/core';
import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper';
import { OutgoingRest } from '@trunkline/outgoing';
import {
  type RegisteredService,
  CurrentInvocation,
  findServiceDeclaration,
  Invoker,
  type ServiceConstructor,
  type ServiceRegistry,
} from '@trunkline/service';
import { isServiceClass } from '../../config/module-services';
import { resolveDependencies } from './constructor-dependencies';

/** Finds the services among the providers of an application, and resolves what their constructors are to be given. */
/** Providers of the bus that inject the current invocation, and do not need it to be tracked. */
const OWN_TOKENS: ReadonlySet<unknown> = new Set([Invoker, OutgoingRest]);

@Injectable()
export class ServiceCollector {
  readonly #instances = new Map<string, object>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly moduleRef: ModuleRef,
    private readonly currentInvocation: CurrentInvocation,
  ) {}

  /**
   * Adds services to the registry, their dependencies resolved once: every provider that is one, in its own module, and those
   * that were loaded from files, in the module of the bus and what it imports.
   *
   * @throws {TypeError} when two of them have one name
   * @throws {Error} of Nest's, when a constructor asks for what no module provides
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

  /** The instance that Nest holds of a service, by which it finds the guards and interceptors of its module. */
  findInstance({ name, serviceClass }: RegisteredService): object {
    const prototype: object = serviceClass.prototype;
    return this.#instances.get(name) ?? Object.create(prototype);
  }

  /** Does anybody but the bus itself ask for the current invocation? Only then need it be kept track of. */
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
