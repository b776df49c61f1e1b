import type { Caller } from '@trunkline/security';
import type { JobFacts } from '../jobs/job-run';
import type { Preconditions } from './preconditions';

/**
 * The HTTP request of a channel.
 *
 * Its members are read on demand: name those you need, as in `const { method, headers } = http`. A spread (`{ ...http }`) copies none.
 */
export interface HttpRequest {
  readonly method: string;
  /** Path as the client sent it, without the query. */
  readonly path: string;
  /** Values of the placeholders in the channel's path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /**
   * The version that the client demands: `If-Match` and its kin.
   *
   * @throws {BusError} `BAD_REQUEST` for a malformed list of entity tags
   */
  readonly preconditions: Preconditions;
}

/** The request of an invocation. */
export interface ServiceRequest<Input> {
  /** Validated by the declaration of the service, if it has one. */
  readonly input: Input;
  /** The body of the HTTP request, or the value passed to `invoke`, before validation. */
  readonly payload: unknown;
  /** Absent when another service or the command line called the service. */
  readonly http: HttpRequest | undefined;
  /**
   * The bytes of the body as they were received, before a `Content-Encoding` is decoded, on a channel with `rawBody: true`. Otherwise, and
   * for a request without a body, absent.
   */
  readonly rawBody: Buffer | undefined;
  /** The authenticated caller of the channel; absent without a channel, or for a channel without `security`. */
  readonly caller: Caller | undefined;
  /** The job that invoked this service directly. Otherwise absent. */
  readonly job: JobFacts | undefined;
}
