import type { Representation } from '@trunkline/http-server';
import type { RegisteredService } from '@trunkline/service';
import type { z } from 'zod';
import type { authFailuresOption } from '../features/authentication/auth-failures-options';
import type { rateLimitOption } from '../features/rate-limit/rate-limit-options';
import type { CoreOptions } from './channel-options';

/**
 * A channel as it is configured.
 *
 * @typeParam Options - keys of the features that are of interest, besides the core ones
 */
export interface ConfiguredChannel<Options = unknown> {
  readonly name: string;
  readonly options: CoreOptions & Options;
  readonly bus: ChannelDefaults;
}

/** The options of the bus that apply to its channels. */
export interface ChannelDefaults {
  /** Security definitions of channels without `security`. */
  readonly security: string | readonly string[];
  readonly authFailures: z.output<typeof authFailuresOption>;
  /** Limits of channels without `rateLimit`. */
  readonly rateLimit?: z.output<typeof rateLimitOption> | undefined;
  readonly http: {
    /** The longest a request may take, where the channel has no `timeout`. */
    readonly requestTimeout: number;
    readonly compression: 'off' | { readonly from: number };
  };
  readonly errors: {
    /** Status of a degraded response of a composite. */
    readonly partialStatus: number;
  };
}

/** Binds an HTTP method and path to a service. */
export interface Channel<Options = unknown> extends ConfiguredChannel<Options> {
  readonly service: RegisteredService;
  readonly timeoutMs: number;
  readonly representation: Representation;
}

const PLACEHOLDER = /\{([^{}]*)\}/g;

/** Lists the names of the placeholders of a path, in order. */
export function listPlaceholders(path: string): readonly string[] {
  return [...path.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
}

/** Converts a path to the syntax of the router: `/api/customer/:customer_id`. Colons of the path are doubled. */
export function toRouterPath(path: string): string {
  return path.replaceAll(':', '::').replace(PLACEHOLDER, ':$1');
}
