/** What a service answers. `handle()` may return the payload instead of setting it. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- it ties the payload to the service's generics
export class ServiceResponse<Output = unknown> {
  /** Sent as JSON; a `Buffer` or a stream goes out as it is, with the `content-type` set here. `undefined` becomes a 204. */
  payload: Output | undefined = undefined;
  /** 400 and more: the invocation has failed, see `ServiceResponseError`. Default 200. */
  statusCode = 200;
  readonly headers: Record<string, string> = {};
}
