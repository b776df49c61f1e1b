import findMyWay from 'find-my-way';
import { toRouterPath } from './channel';
import type { CorsPoliciesByMethod, CorsPolicy } from '../features/cors/cors';

/** Any one method: paths are looked up here, whatever is asked of them. */
const LOOKUP_METHOD = 'GET';

/** A route of a channel or of the bus itself. */
export interface IndexedRoute {
  readonly path: string;
  readonly method: string;
  readonly cors?: CorsPolicy | undefined;
}

/** What is known of a path, whatever is asked of it. */
export interface IndexedPath {
  /** Methods that channels take on it: the value of `Allow`. */
  readonly allow: string;
  /** What browsers may be told before they send something. */
  readonly cors: CorsPoliciesByMethod;
}

/**
 * The paths of channels, for requests that no channel takes. A router of its own with one entry for a path, since entries for all
 * the methods that are not taken would make up most of the time that a bus needs to start.
 */
export class PathIndex {
  readonly #router: findMyWay.Instance<findMyWay.HTTPVersion.V1>;
  readonly #paths: ReadonlyMap<string, IndexedPath>;
  /** Methods that some path takes: the value of `Allow` for all of them together. */
  readonly allow: string;

  /** @param maxParamLength - of the router of the channels, so that both know the same paths */
  constructor(channels: readonly IndexedRoute[], maxParamLength: number) {
    this.#router = findMyWay({ caseSensitive: true, ignoreTrailingSlash: false, maxParamLength });
    this.#paths = indexByPath(channels);
    this.allow = formatAllow(channels.flatMap(listMethods));
    for (const path of this.#paths.keys()) this.#router.on(LOOKUP_METHOD, toRouterPath(path), () => undefined, path);
  }

  /** What is known of the path of a request; `undefined` when no channel has it. */
  find(url: string): IndexedPath | undefined {
    const end = url.indexOf('?');
    const found = this.#router.find(LOOKUP_METHOD, end === -1 ? url : url.slice(0, end));
    const isWhole = found !== null && Object.values(found.params).every((value) => value !== '');
    return isWhole ? this.#paths.get(String(found.store)) : undefined;
  }
}

function indexByPath(channels: readonly IndexedRoute[]): ReadonlyMap<string, IndexedPath> {
  const byPath = new Map<string, { readonly methods: string[]; readonly cors: Map<string, CorsPolicy[]> }>();
  for (const channel of channels) {
    const known = byPath.get(channel.path) ?? { methods: [], cors: new Map<string, CorsPolicy[]>() };
    byPath.set(channel.path, known);
    for (const method of listMethods(channel)) {
      known.methods.push(method);
      if (!channel.cors) continue;
      const policies = known.cors.get(method) ?? [];
      known.cors.set(method, policies);
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
