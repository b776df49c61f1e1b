import { Readable } from 'node:stream';
import { type BusError, UpstreamError } from '@trunkline/failures';
import { Service } from '@trunkline/service';
import type { Duration } from '@trunkline/time';
import type { OnStatus } from './on-status';
import { createUnknownConnectionError } from '../../connection-view';
import type { HeaderValues } from '../../http/request/header-rules';
import { type HttpMethod, takesBody } from '../../http/request/http-method';
import { getPathTemplate } from '../../http/request/path-template';
import type { BodyFormat } from '../formats/body-format';
import type { Expectation } from '../formats/expectation';
import { type EmptyListRule, replaceNulls } from '../request/query-string';
import type { RestResponse } from '../response/rest-response';
import type { ResponseHeaders } from '../../http/response/http-response';
import { pickHeaders } from './passed-content';
import { applyStatusRules, findStatusRule } from './status-rules';

/** Members of an input. Names and values come from the client. */
type InputMembers = Readonly<Record<string, unknown>>;

/**
 * A service that wraps one operation of an external system. It returns the `data` of a success, and throws a failure for any other
 * response. Placeholders of the path are filled from the input; the rest of the input becomes the query of a GET, HEAD, OPTIONS or DELETE,
 * and the JSON body of the other methods.
 *
 * ```ts
 * @BusService({ name: 'adapter.orders.create', input: OrderDraft, output: Order })
 * export class CreateOrder extends RestAdapter<OrderDraft, Order> {
 *   readonly connection = 'Orders';
 *   readonly method = 'POST';
 *   readonly path = '/orders';
 * }
 * ```
 */
export abstract class RestAdapter<Input = unknown, Output = unknown> extends Service<Input, Output> {
  /** Creates the failure of an output that does not fit its declaration: the upstream has sent it. */
  static override createOutputError(service: string, what: string, cause: Error): BusError {
    const facts = { connection: service, wasSent: true, cause };
    return new UpstreamError(
      'UPSTREAM_INVALID_RESPONSE',
      `the response to ${service} does not fit its declaration: ${what}`,
      facts,
    );
  }

  /** Name of the outgoing connection. */
  abstract readonly connection: string;
  abstract readonly method: HttpMethod;
  /** Path below the URL of the connection, with `{placeholders}`. */
  abstract readonly path: string;
  /** Rules for statuses from 200 to 299, 304, and from 400 to 599. They take precedence over those of the connection. */
  declare readonly onStatus?: OnStatus;
  /** Format of the body. Default: strings and bytes as they are, other values as JSON. With it, a DELETE has a body instead of a query. */
  declare readonly format?: BodyFormat | undefined;
  /** What the body of a success is read as. Default: JSON. */
  declare readonly expect?: Expectation | undefined;
  /** Time limit of one attempt. Default: that of the connection. */
  declare readonly timeout?: Duration | undefined;

  /** Rule for empty lists in the query. Default: that of the connection, otherwise `refuse` on DELETE, `drop` elsewhere. */
  declare readonly emptyList?: EmptyListRule | undefined;

  override async handle(): Promise<Output> {
    const rest = this.out.rest[this.connection];
    if (!rest) throw createUnknownConnectionError(this.connection, []);
    const response = await rest.request(this.method, this.path, {
      params: toMembers(this.request.input),
      query: this.query(),
      emptyList: this.emptyList,
      headers: this.headers(),
      body: this.body(),
      format: this.format,
      expect: this.expect,
      timeout: this.timeout,
    });
    const rules = { ...rest.onStatus, ...this.onStatus };
    if (response.ok && !findStatusRule(response, rules)) {
      if (response.data instanceof Readable) describeStream(response.headers, this.response.headers);
      return this.mapResponse(response);
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the value of a rule is meant for this output
    return applyStatusRules(this.connection, response, rules) as Output;
  }

  /**
   * The query. A list repeats its key; `undefined` is left out. A member of the input that is `null` counts as an empty list, so that a
   * client cannot remove a filter with it; see {@link emptyList}.
   */
  protected query(): InputMembers | undefined {
    const members = this.hasBody() ? undefined : toMembers(this.unplaced());
    return members && replaceNulls(members);
  }

  /** Headers in addition to those of the connection. */
  protected headers(): HeaderValues | undefined {
    return undefined;
  }

  /** The body; `undefined`: no body. */
  protected body(): unknown {
    return this.hasBody() ? this.unplaced() : undefined;
  }

  /** Whether the input goes into the body. A DELETE has one if it has a format. */
  protected hasBody(): boolean {
    return takesBody(this.method) || (this.method === 'DELETE' && this.format !== undefined);
  }

  /** Maps a success to the output. */
  protected mapResponse(response: RestResponse): Output | Promise<Output> {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked by the declared output, where there is one
    return response.data as Output;
  }

  /** The input without the members in the path; `undefined` where there are no others. */
  protected unplaced(): unknown {
    const { input } = this.request;
    const { names } = getPathTemplate(this.path);
    if (names.length === 0 || !isObject(input)) return input;
    const left = Object.entries(input).filter(([name]) => !names.includes(name));
    return left.length === 0 ? undefined : Object.fromEntries(left);
  }
}

/** The headers that describe a body which is handed on, for an adapter that is the service of a channel. */
const STREAM_HEADERS = ['content-type', 'content-disposition'];

function describeStream(from: ResponseHeaders, to: Record<string, string>): void {
  for (const [name, value] of Object.entries(pickHeaders(from, STREAM_HEADERS))) to[name] ??= value;
}

function toMembers(value: unknown): InputMembers | undefined {
  return isObject(value) ? value : undefined;
}

function isObject(value: unknown): value is InputMembers {
  return typeof value === 'object' && value !== null;
}
