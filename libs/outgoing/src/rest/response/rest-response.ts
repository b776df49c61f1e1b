import type { HttpResponse } from '../../http/response/http-response';

/** The response of an upstream. */
export interface RestResponse<Data = unknown> extends HttpResponse<Data> {
  /** The JSON of the body. `undefined` where there is none, and where a response that is no success is not JSON. */
  readonly data: Data;
}
