import type { HttpResponse } from '../../http/response/http-response';

/** The response of an upstream. */
export interface RestResponse<Data = unknown> extends HttpResponse<Data> {
  /**
   * The body as the call expects it, by default its JSON. `undefined` where there is no JSON, and where a response that is no success is not
   * JSON.
   */
  readonly data: Data;
}
