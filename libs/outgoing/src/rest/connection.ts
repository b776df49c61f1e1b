import type { HttpService } from '@nestjs/axios';
import { CancelledError } from '@trunkline/failures';
import type { ConnectionEnvironment, ConnectionReport, OutgoingConnection } from '../connection-kind';
import { HttpConnection } from '../http/http-connection';
import { createJsonReader } from '../http/json/json-body';
import { type CallerInvocation, type CallOrigin, createCallOrigin } from '../http/request/call-origin';
import type { ExpectedBody } from '../http/request/http-request';
import { getPathTemplate } from '../http/request/path-template';
import type { PingReport } from '../ping-report';
import type * as Facade from './axios/axios-facade';
import type * as Readers from './formats/body-readers';
import type { Expectation } from './formats/expectation';
import { findEmptyListRule, formatQueryString } from './request/query-string';
import { assertNoContentType } from './formats/multipart';
import { serializeRequestBody } from './request/request-body';
import type { RestRequest } from './request/rest-request';
import type { RestResponse } from './response/rest-response';
import { createRestReport } from './rest-report';
import type { RestConfig } from './rest-section';
import type { RestSettings } from './rest-settings';

/** One REST connection. Shared by all invocations. */
export class Connection implements OutgoingConnection {
  readonly #http: HttpConnection;
  #expectedBodies: Readers.ExpectedBodies | undefined;
  #axios: Facade.AxiosFacade | undefined;

  constructor(
    readonly settings: RestSettings,
    private readonly config: RestConfig,
    environment: ConnectionEnvironment,
  ) {
    const readBody = createJsonReader(settings.numbers);
    this.#http = new HttpConnection({ settings, accept: 'application/json', readBody }, environment);
  }

  /** The `HttpService` of the connection, for code outside of services. */
  get http(): HttpService {
    return this.#getAxios().service;
  }

  get forwardHeaders(): readonly string[] {
    return this.settings.forwardHeaders;
  }

  get hasFaults(): boolean {
    return this.settings.chaos !== undefined;
  }

  /** Makes a call. Rejects where there is no response, or an unreadable one; resolves whatever the status is. */
  call(request: RestRequest, invocation: CallerInvocation): Promise<RestResponse> {
    const origin = createCallOrigin(invocation);
    if (this.#axios?.hasInterceptors !== true) return this.#send(request, origin);
    const response = this.#axios.send(request, origin);
    origin.sideEffects?.track(response);
    return response;
  }

  ping(): Promise<PingReport> {
    return this.#http.ping();
  }

  describe(): ConnectionReport {
    return createRestReport(this.settings, this.config);
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  #getAxios(): Facade.AxiosFacade {
    if (this.#axios) return this.#axios;
    // axios is loaded by the first connection that is used through it.
    // oxlint-disable-next-line typescript/no-require-imports -- see above
    const { AxiosFacade }: typeof Facade = require('./axios/axios-facade');
    this.#axios = new AxiosFacade({
      send: (request, origin) => this.#send(request, origin),
      sendStandalone: (request, cancellation) => this.#sendStandalone(request, cancellation),
    });
    return this.#axios;
  }

  #send(request: RestRequest, origin: CallOrigin): Promise<RestResponse> {
    const { method, headers, timeout, format, expect } = request;
    let target: string;
    let content: ReturnType<typeof serializeRequestBody>;
    try {
      if (format === 'multipart') assertNoContentType(headers);
      content = serializeRequestBody(method, request.body, format);
      target = this.#createTarget(request);
    } catch (thrown) {
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- what was thrown is passed on
      return Promise.reject(thrown);
    }
    const { body, contentType } = content;
    const expected = expect === undefined || expect === 'json' ? undefined : this.#getExpectedBody(expect);
    return this.#http.send({ method, target, headers, body, contentType, expected, timeout }, origin);
  }

  #getExpectedBody(expect: Expectation): ExpectedBody | undefined {
    if (!this.#expectedBodies) {
      // The readers are loaded by the first call that expects something else than JSON.
      // oxlint-disable-next-line typescript/no-require-imports -- see above
      const { createExpectedBodies }: typeof Readers = require('./formats/body-readers');
      this.#expectedBodies = createExpectedBodies(this.settings.numbers);
    }
    return this.#expectedBodies.get(expect);
  }

  async #sendStandalone(
    request: RestRequest,
    { signal, cancelToken }: Facade.AxiosCancellation,
  ): Promise<RestResponse> {
    const origin = this.#http.createStandaloneOrigin();
    const cancel = () => origin.scope.cancel(new CancelledError('the request was cancelled'));
    signal?.addEventListener?.('abort', cancel);
    void cancelToken?.promise.then(cancel);
    try {
      return await this.#send(request, origin);
    } finally {
      origin.scope.close();
      signal?.removeEventListener?.('abort', cancel);
    }
  }

  #createTarget({ method, path, params, query, emptyList = this.settings.emptyList }: RestRequest): string {
    const filled = this.settings.basePath + getPathTemplate(path).fill(params) || '/';
    return query ? filled + formatQueryString(query, emptyList ?? findEmptyListRule(method)) : filled;
  }
}
