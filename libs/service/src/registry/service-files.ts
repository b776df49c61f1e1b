import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceConstructor } from '../declaration/service-types';
import { findServiceDeclaration } from '../declaration/bus-service';

const SERVICE_FILE = /\.service\.(?:js|cjs|mjs)$/;
const SERVICE_SOURCE = /\.service\.[cm]?ts$/;
/** Helpers with which TypeScript, Babel, swc and esbuild call TC39 decorators. */
const TC39_HELPER = /__esDecorate|applyDecs|apply_decs|__decorateElement|__decoratorStart/;

/** A service class and its file. */
export interface LoadedService {
  readonly name: string;
  readonly serviceClass: ServiceConstructor;
  readonly file: string;
  /** Name of the export; `default` for `module.exports` itself. */
  readonly exportName: string;
}

/** A file that could not be loaded. */
interface UnloadableFile {
  readonly file: string;
  /** Names the file; its cause has the reason. */
  readonly error: Error;
}

/** The services of a directory, and the files that could not be loaded. */
interface LoadedDirectory {
  readonly services: readonly LoadedService[];
  readonly unloadable: readonly UnloadableFile[];
}

/**
 * Loads the services of every `*.service.js` below a directory, in the order of their paths. Other exports of these files are
 * ignored. A file that cannot be loaded does not prevent the others from being loaded.
 *
 * @throws {Error} naming the directory, when it does not exist or has no such file
 */
export function loadServices(directory: string): LoadedDirectory {
  const services: LoadedService[] = [];
  const unloadable: UnloadableFile[] = [];
  for (const file of findServiceFiles(directory)) {
    try {
      services.push(...findServices(file));
    } catch (cause) {
      const error = new Error(`the service file ${file} cannot be loaded: ${explainFailure(cause)}`, { cause });
      unloadable.push({ file, error });
    }
  }
  return { services, unloadable };
}

function findServiceFiles(directory: string): string[] {
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`the service directory ${directory} does not exist${BUILD_FIRST}`);
  }
  const paths = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => !path.includes('node_modules'))
    .toSorted();
  const files = paths.filter((path) => SERVICE_FILE.test(path)).map((path) => join(directory, path));
  if (files.length === 0) throw new Error(explainEmpty(directory, paths));
  return files;
}

const BUILD_FIRST = ': build first, or name the directory that contains the *.service.js files';

function explainEmpty(directory: string, paths: readonly string[]): string {
  const source = paths.find((path) => SERVICE_SOURCE.test(path));
  return source === undefined
    ? `the service directory ${directory} has no *.service.js${BUILD_FIRST}`
    : `the service directory ${directory} contains only TypeScript (${source})${BUILD_FIRST}`;
}

function findServices(file: string): LoadedService[] {
  const exported = loadModule(file);
  const candidates = isServiceClass(exported) ? [['default', exported] as const] : Object.entries(exported ?? {});
  return candidates.flatMap(([exportName, value]) => {
    const declaration = isServiceClass(value) ? findServiceDeclaration(value) : undefined;
    return isServiceClass(value) && declaration
      ? [{ name: declaration.name, serviceClass: value, file, exportName }]
      : [];
  });
}

function loadModule(file: string): object | null {
  // `require` loads CommonJS and ES modules alike, from Node 20.19 on.
  const exported: unknown = require(file);
  return typeof exported === 'object' || typeof exported === 'function' ? exported : null;
}

/** Decorators of Nest and class-validator fail when they are called with the arguments of TC39 decorators. */
function explainFailure(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (!TC39_HELPER.test(cause.stack ?? '')) return cause.message;
  return 'its decorators are compiled without "experimentalDecorators": set that and "emitDecoratorMetadata" to true in tsconfig.json';
}

function isServiceClass(value: unknown): value is ServiceConstructor {
  return typeof value === 'function' && findServiceDeclaration(value) !== undefined;
}
