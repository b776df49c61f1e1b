import type { Duration } from '@trunkline/time';
import type { HeaderValues } from './header-rules';
import type { BodyReader } from '../response/http-response';
import type { HttpMethod } from './http-method';

/** What a call expects as the body of its response. */
export interface ExpectedBody {
  /** The header `Accept`, unless the caller sets one. */
  readonly accept: string;
  readonly readBody: BodyReader;
}

/** A request as its kind of connection has formed it. */
export interface HttpRequest {
  readonly method: HttpMethod;
  /** Path from the root of the host, and query. */
  readonly target: string;
  /** Headers of the caller, in addition to those of the connection. */
  readonly headers?: HeaderValues | undefined;
  readonly body?: string | Uint8Array | undefined;
  /** Type of the body, unless the caller sets one; `undefined` where there is no body. */
  readonly contentType?: string | undefined;
  /** Default: that of the connection. */
  readonly expected?: ExpectedBody | undefined;
  /** Time limit of one attempt. Default: that of the connection. */
  readonly timeout?: Duration | undefined;
}
