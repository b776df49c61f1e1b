import findMyWay from 'find-my-way';
import { type Channel, routerPathOf } from './channel';
import type { CorsByMethod, CorsPolicy } from './cors';

/** Any one method: paths are looked up here, whatever is asked of them. */
const ANY = 'GET';

/** What a path is known from. */
export type PathOfChannel = Pick<Channel, 'path' | 'method' | 'cors'>;

/** What is known of a path, whatever is asked of it. */
export interface ChannelPath {
  /** Methods that channels take on it: the value of `Allow`. */
  readonly allow: string;
  /** What browsers may be told before they send something. */
  readonly cors: CorsByMethod;
}

/**
 * The paths of channels, for requests that no channel takes. A router of its own with one entry for a path, since entries for all
 * the methods that are not taken would make up most of the time that a bus needs to start.
 */
export class ChannelPaths {
  readonly #router: findMyWay.Instance<findMyWay.HTTPVersion.V1>;
  readonly #paths: ReadonlyMap<string, ChannelPath>;
  /** Methods that some path takes: the value of `Allow` for all of them together. */
  readonly allow: string;

  /** @param maxParamLength - of the router of the channels, so that both know the same paths */
  constructor(channels: readonly PathOfChannel[], maxParamLength: number) {
    this.#router = findMyWay({ caseSensitive: true, ignoreTrailingSlash: false, maxParamLength });
    this.#paths = pathsOf(channels);
    this.allow = allowOf(channels.flatMap(methodsOf));
    for (const path of this.#paths.keys()) this.#router.on(ANY, routerPathOf(path), () => undefined, path);
  }

  /** What is known of the path of a request; `undefined` when no channel has it. */
  find(url: string): ChannelPath | undefined {
    const end = url.indexOf('?');
    const found = this.#router.find(ANY, end === -1 ? url : url.slice(0, end));
    const isWhole = found !== null && Object.values(found.params).every((value) => value !== '');
    return isWhole ? this.#paths.get(String(found.store)) : undefined;
  }
}

function pathsOf(channels: readonly PathOfChannel[]): ReadonlyMap<string, ChannelPath> {
  const byPath = new Map<string, { readonly methods: string[]; readonly cors: Map<string, CorsPolicy[]> }>();
  for (const channel of channels) {
    const known = byPath.get(channel.path) ?? { methods: [], cors: new Map<string, CorsPolicy[]>() };
    byPath.set(channel.path, known);
    for (const method of methodsOf(channel)) {
      known.methods.push(method);
      if (!channel.cors) continue;
      const policies = known.cors.get(method) ?? [];
      known.cors.set(method, policies);
      policies.push(channel.cors);
    }
  }
  return new Map([...byPath].map(([path, { methods, cors }]) => [path, { allow: allowOf(methods), cors }]));
}

function allowOf(methods: readonly string[]): string {
  return [...new Set(methods), 'OPTIONS'].join(', ');
}

function methodsOf({ method }: PathOfChannel): readonly string[] {
  return method === 'GET' ? ['GET', 'HEAD'] : [method];
}
