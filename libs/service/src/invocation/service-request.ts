import type { Caller } from '@trunkline/security';
import type { JobFacts } from '../jobs/job-run';

/** The HTTP request behind an invocation, where there is one. */
export interface HttpRequest {
  readonly method: string;
  /** As the client sent it, without the query. */
  readonly path: string;
  /** Placeholders of the channel's path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** What an invocation was asked. */
export interface ServiceRequest<Input> {
  /** Checked by the declaration of the service, where it has one. */
  readonly input: Input;
  /** The body, or the value passed to `invoke`, as it came. */
  readonly payload: unknown;
  /** Absent when the service was called by another service or from the command line. */
  readonly http: HttpRequest | undefined;
  /** Who is calling the channel at the root of it all; absent where that has no `security`, and where there is no channel. */
  readonly caller: Caller | undefined;
  /** The job that this service runs for. Absent when it was called in any other way. */
  readonly job: JobFacts | undefined;
}
