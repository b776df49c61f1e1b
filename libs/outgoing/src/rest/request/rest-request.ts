import type { Duration } from '@trunkline/time';
import type { HeaderValues } from '../../http/request/header-rules';
import type { HttpMethod } from '../../http/request/http-method';
import type { BodyFormat } from '../formats/body-format';
import type { Expectation } from '../formats/expectation';
import type { EmptyListRule } from './query-string';

/** A request as the caller describes it. */
export interface RestRequest {
  readonly method: HttpMethod;
  /** Path below the URL of the connection, with `{placeholders}`. */
  readonly path: string;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly emptyList?: EmptyListRule | undefined;
  readonly headers?: HeaderValues | undefined;
  readonly body?: unknown;
  readonly format?: BodyFormat | undefined;
  readonly expect?: Expectation | undefined;
  readonly timeout?: Duration | undefined;
}
