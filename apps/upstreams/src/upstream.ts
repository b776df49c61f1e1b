import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createJsonResponse, createErrorResponse } from './upstream-response';
import { sendResponse } from './send-response';
import { type Fault, findFaultProblems, isFault } from './fault';
import { Router, type Routes, type BufferedRequest } from './router';

const MAX_BODY_BYTES = 1_048_576;
const MAX_RECORDED_REQUESTS = 200;
/** Longer than usual clients keep idle connections, so that none is closed under a client without a fault. */
const KEEP_ALIVE_TIMEOUT_MS = 65_000;

/** One request that a system received. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query of the request line. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** ISO 8601, in UTC. */
  readonly at: string;
}

/**
 * One simulated system on its own port.
 *
 * Besides its routes it has `GET /health`, `GET` and `PUT /_fault` and `GET /_requests`. Faults affect all requests except those to `/_…`,
 * which are not counted either.
 */
export class Upstream {
  readonly #server = createServer({ keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS }, (request, response) => {
    const isCommand = request.url?.startsWith('/_');
    const answered = isCommand ? this.#handleCommand(request, response) : this.#handleRequest(request, response);
    answered.catch((error: unknown) => {
      // The client has disconnected, or the fault has headers that Node does not send.
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end(String(error));
    });
  });
  readonly #commandRouter = new Router({
    'GET /_fault': () => createJsonResponse(200, this.#fault),
    'PUT /_fault': ({ body }) => {
      if (!isFault(body)) return createErrorResponse(400, 'bad_fault', findFaultProblems(body).join('; '));
      this.#fault = body;
      return createJsonResponse(200, body);
    },
    'GET /_requests': () =>
      createJsonResponse(200, { total: this.#requestCount, in_flight: this.#inFlight, requests: this.#recentRequests }),
  });
  readonly #createRoutes: () => Routes;
  #router: Router;
  #fault: Fault = {};
  #requestCount = 0;
  #recentRequests: ReceivedRequest[] = [];
  #inFlight = 0;
  #url: string | undefined;

  /**
   * @param name - prefix of its environment variable: `CRM` for `CRM_URL`
   * @param port - its fixed port
   * @param simulate - creates the routes of the system with its initial data
   */
  constructor(
    readonly name: string,
    readonly port: number,
    simulate: () => Routes,
  ) {
    this.#createRoutes = simulate;
    this.#router = createRouter(simulate());
  }

  /** Its address: `http://127.0.0.1:9101`. @throws {Error} before it listens */
  get url(): string {
    if (this.#url === undefined) throw new Error(`${this.name} is not listening yet`);
    return this.#url;
  }

  /** Number of requests received. */
  get requestCount(): number {
    return this.#requestCount;
  }

  /** The latest 200 requests, the oldest first. */
  get requests(): readonly ReceivedRequest[] {
    return [...this.#recentRequests];
  }

  /** Number of requests whose response is incomplete and whose connection is open. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /**
   * Replaces the fault; `{}` removes it. Requests in flight are not affected.
   *
   * @throws {TypeError} for an invalid fault, with what to write instead
   */
  setFault(fault: Fault): void {
    if (!isFault(fault)) throw new TypeError(findFaultProblems(fault).join('; '));
    this.#fault = fault;
  }

  /** Removes the fault, empties the log and restores the initial data. */
  reset(): void {
    this.#fault = {};
    this.#requestCount = 0;
    this.#recentRequests = [];
    this.#router = createRouter(this.#createRoutes());
  }

  /**
   * @param port - 0 for a free port
   * @throws {Error} with system and port when it cannot listen there
   */
  async listen(host: string, port: number): Promise<void> {
    try {
      await once(this.#server.listen(port, host), 'listening');
    } catch (cause) {
      const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
      const why = isTaken ? 'another process listens there' : String(cause);
      throw new Error(`${this.name} cannot listen on port ${port} of ${host}: ${why}`, { cause });
    }
    const address = this.#server.address();
    this.#url = `http://${host}:${typeof address === 'object' ? address?.port : port}`;
  }

  /** Closes every connection, and rejects new ones until {@link listen} is called again. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #handleCommand(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await sendResponse(response, this.#commandRouter.handle(await readRequest(request)));
  }

  async #handleRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#recordRequest(request, response);
    const fault = this.#consumeFault();
    const { status } = fault;
    const received = await readRequest(request);
    const answer =
      status === undefined
        ? this.#router.handle(received)
        : createErrorResponse(status, 'simulated_fault', `simulated fault with status ${status}`);
    await sendResponse(response, answer, fault);
  }

  #recordRequest({ method = '', url: path = '', headers }: IncomingMessage, response: ServerResponse): void {
    this.#requestCount += 1;
    this.#recentRequests.push({ method, path, headers, at: new Date().toISOString() });
    if (this.#recentRequests.length > MAX_RECORDED_REQUESTS) this.#recentRequests.shift();
    this.#inFlight += 1;
    response.once('close', () => (this.#inFlight -= 1));
  }

  #consumeFault(): Fault {
    const fault = this.#fault;
    if (fault.times === 1) this.#fault = {};
    else if (fault.times !== undefined) this.#fault = { ...fault, times: fault.times - 1 };
    return fault;
  }
}

function createRouter(routes: Routes): Router {
  return new Router({ 'GET /health': () => createJsonResponse(200, { status: 'up' }), ...routes });
}

/** Reads a request; a body that is too large is discarded. */
async function readRequest(request: IncomingMessage): Promise<BufferedRequest> {
  const { method = '', url: target = '', headers } = request;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  const text = bytes <= MAX_BODY_BYTES ? Buffer.concat(chunks).toString() : undefined;
  return { method, target, headers, text };
}
