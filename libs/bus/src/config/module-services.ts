import { isObject } from '@trunkline/failures';
import { findServiceDeclaration, type ServiceConstructor } from '@trunkline/service';

/**
 * Finds the services among the providers of modules and their imports, by their decorators. The configuration is checked against them
 * before an application exists. Modules given as promises are skipped.
 */
export function findModuleServices(modules: readonly unknown[]): readonly ServiceConstructor[] {
  const seen = new Set<unknown>();
  const services = new Set<ServiceConstructor>();
  const visit = (module: unknown): void => {
    if (seen.has(module)) return;
    seen.add(module);
    for (const provider of readModuleMetadata(module, 'providers')) {
      const serviceClass = isObject(provider) ? provider['useClass'] : provider;
      if (isServiceClass(serviceClass)) services.add(serviceClass);
    }
    for (const imported of readModuleMetadata(module, 'imports')) visit(imported);
  };
  for (const module of modules) visit(module);
  return [...services];
}

/** Reads what a module class, or a dynamic module together with its class, declares under a key. */
function readModuleMetadata(module: unknown, key: string): unknown[] {
  if (isObject(module)) return [...toArray(module[key]), ...readModuleMetadata(module['module'], key)];
  return typeof module === 'function' ? toArray(Reflect.getMetadata(key, module)) : [];
}

function toArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Whether a provider is a service: a class declared with `@BusService`. */
export function isServiceClass(value: unknown): value is ServiceConstructor {
  return typeof value === 'function' && findServiceDeclaration(value) !== undefined;
}
