import type { CallOrigin } from '../../http/request/call-origin';
import type { RestRequest } from '../request/rest-request';

/** A call of a service on its way through axios. A class, because axios copies plain objects and keeps instances. */
export class ServiceCall {
  /** @param url - what interceptors see as the URL of the request: the path with its parameters filled in */
  constructor(
    readonly request: RestRequest,
    readonly origin: CallOrigin,
    readonly url: string,
  ) {}
}
