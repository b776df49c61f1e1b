import findMyWay from 'find-my-way';
import { toRouterPath } from './channel';
import type { CorsPoliciesByMethod, CorsPolicy } from '../features/cors/cors';

/** All paths are registered under one method. */
const LOOKUP_METHOD = 'GET';

/** A route of a channel or of the bus itself. */
export interface IndexedRoute {
  readonly path: string;
  readonly method: string;
  readonly cors?: CorsPolicy | undefined;
}

/** A path with the methods of all its routes. */
export interface IndexedPath {
  /** The value of `Allow`. */
  readonly allow: string;
  /** The policies for preflights. */
  readonly cors: CorsPoliciesByMethod;
}

/**
 * The paths of channels, for requests that no channel handles. A separate router with one entry per path: entries for all unhandled
 * methods would take most of the start-up time of a bus.
 */
export class PathIndex {
  readonly #router: findMyWay.Instance<findMyWay.HTTPVersion.V1>;
  readonly #paths: ReadonlyMap<string, IndexedPath>;
  /** The value of `Allow` for all paths together. */
  readonly allow: string;

  /** @param maxParamLength - that of the channel router, so that both match the same paths */
  constructor(channels: readonly IndexedRoute[], maxParamLength: number) {
    this.#router = findMyWay({ caseSensitive: true, ignoreTrailingSlash: false, maxParamLength });
    this.#paths = indexByPath(channels);
    this.allow = formatAllow(channels.flatMap(listMethods));
    for (const path of this.#paths.keys()) this.#router.on(LOOKUP_METHOD, toRouterPath(path), () => undefined, path);
  }

  /** Finds the path of a request; `undefined` when no channel has it. */
  find(url: string): IndexedPath | undefined {
    const end = url.indexOf('?');
    const found = this.#router.find(LOOKUP_METHOD, end === -1 ? url : url.slice(0, end));
    const isComplete = found !== null && Object.values(found.params).every((value) => value !== '');
    return isComplete ? this.#paths.get(String(found.store)) : undefined;
  }
}

function indexByPath(channels: readonly IndexedRoute[]): ReadonlyMap<string, IndexedPath> {
  const byPath = new Map<string, { readonly methods: string[]; readonly cors: Map<string, CorsPolicy[]> }>();
  for (const channel of channels) {
    const entry = byPath.get(channel.path) ?? { methods: [], cors: new Map<string, CorsPolicy[]>() };
    byPath.set(channel.path, entry);
    for (const method of listMethods(channel)) {
      entry.methods.push(method);
      if (!channel.cors) continue;
      const policies = entry.cors.get(method) ?? [];
      entry.cors.set(method, policies);
      policies.push(channel.cors);
    }
  }
  return new Map([...byPath].map(([path, { methods, cors }]) => [path, { allow: formatAllow(methods), cors }]));
}

function formatAllow(methods: readonly string[]): string {
  return [...new Set(methods), 'OPTIONS'].join(', ');
}

function listMethods({ method }: IndexedRoute): readonly string[] {
  return method === 'GET' ? ['GET', 'HEAD'] : [method];
}
