import findMyWay from 'find-my-way';
import { type Channel, routerPathOf } from './channel';

/** Any one method: paths are looked up here, whatever is asked of them. */
const ANY = 'GET';

/**
 * Which methods channels take on a path, for requests that no channel takes: `Allow`. A router of its own with one entry for a
 * path, since entries for all the methods that are not taken would make up most of the time that a bus needs to start.
 */
export class ChannelPaths {
  readonly #router: findMyWay.Instance<findMyWay.HTTPVersion.V1>;

  /** @param maxParamLength - of the router of the channels, so that both know the same paths */
  constructor(channels: readonly Channel[], maxParamLength: number) {
    this.#router = findMyWay({ caseSensitive: true, ignoreTrailingSlash: false, maxParamLength });
    for (const [path, allow] of allowByPath(channels)) this.#router.on(ANY, routerPathOf(path), () => undefined, allow);
  }

  /** The `Allow` of the path of a request; `undefined` when no channel has it. */
  allowOf(url: string): string | undefined {
    const end = url.indexOf('?');
    const found = this.#router.find(ANY, end === -1 ? url : url.slice(0, end));
    const isWhole = found !== null && Object.values(found.params).every((value) => value !== '');
    return isWhole && typeof found.store === 'string' ? found.store : undefined;
  }
}

function allowByPath(channels: readonly Channel[]): ReadonlyMap<string, string> {
  const methods = new Map<string, string[]>();
  for (const { path, method } of channels) {
    const taken = method === 'GET' ? ['GET', 'HEAD'] : [method];
    methods.set(path, [...(methods.get(path) ?? []), ...taken]);
  }
  return new Map([...methods].map(([path, taken]) => [path, [...taken, 'OPTIONS'].join(', ')]));
}
