/** The response of a service. `handle()` may return the payload instead of setting it. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- it ties the payload to the service's generics
export class ServiceResponse<Output = unknown> {
  /** Sent as JSON; a `Buffer` or a stream is sent unchanged, with the `content-type` of {@link headers}. `undefined` becomes a 204. */
  payload: Output | undefined = undefined;
  /** With 400 and more the invocation fails, see `ServiceResponseError`. Default 200. */
  statusCode = 200;
  readonly headers: Record<string, string> = {};
}
