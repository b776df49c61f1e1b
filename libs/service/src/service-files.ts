import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceConstructor } from './bound-service';
import { declarationOf } from './bus-service';

const SERVICE_FILE = /\.service\.(?:js|cjs|mjs)$/;

/** A class of services and the file it came from. */
export interface LoadedService {
  readonly name: string;
  readonly serviceClass: ServiceConstructor;
  readonly file: string;
  /** The name it is exported by; `module.exports` itself is `default`. */
  readonly exportName: string;
}

/**
 * Loads the services of every `*.service.js` below a directory, in the order of their paths. What such a file exports besides is
 * left alone.
 *
 * @throws {Error} naming the directory that does not exist, or the file that cannot be loaded, with the reason as its cause
 */
export function loadServices(directory: string): readonly LoadedService[] {
  return serviceFilesBelow(directory).flatMap(servicesIn);
}

function serviceFilesBelow(directory: string): string[] {
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`the directory of services ${directory} does not exist`);
  }
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => SERVICE_FILE.test(path) && !path.includes('node_modules'))
    .toSorted()
    .map((path) => join(directory, path));
}

function servicesIn(file: string): LoadedService[] {
  const exported = load(file);
  const candidates = isService(exported) ? [['default', exported] as const] : Object.entries(exported ?? {});
  return candidates.flatMap(([exportName, value]) => {
    const declaration = isService(value) ? declarationOf(value) : undefined;
    return isService(value) && declaration ? [{ name: declaration.name, serviceClass: value, file, exportName }] : [];
  });
}

function load(file: string): object | null {
  try {
    // `require` loads CommonJS and ES modules alike, from Node 20.19 on.
    const exported: unknown = require(file);
    return typeof exported === 'object' || typeof exported === 'function' ? exported : null;
  } catch (cause) {
    throw new Error(
      `the service file ${file} cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

function isService(value: unknown): value is ServiceConstructor {
  return typeof value === 'function' && declarationOf(value) !== undefined;
}
