import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { UpstreamResponse } from './upstream-response';
import { parseDurationMs, type Fault } from './fault';

/** On Linux, a reset that arrives together with the preceding bytes looks like an orderly end: the client gets time to read them. */
const DISCONNECT_DELAY_MS = 25;

/**
 * Sends a response with a fault.
 *
 * @throws {Error} an `AbortError` when the connection is lost during a delay or between two bytes
 */
export async function sendResponse(
  response: ServerResponse,
  answer: UpstreamResponse,
  fault: Fault = {},
): Promise<void> {
  const lost = new AbortController();
  response.once('close', () => lost.abort());
  if (fault.delay !== undefined)
    await sleep(parseDurationMs(fault.delay), undefined, { signal: lost.signal, ref: false });
  if ((fault.hang || fault.reset) && !fault.truncate) disconnect(response, fault);
  else await writeResponse(response, applyOverrides(answer, fault), fault, lost.signal);
}

async function writeResponse(
  response: ServerResponse,
  { status, headers, body }: UpstreamResponse,
  { drip, ...fault }: Fault,
  signal: AbortSignal,
): Promise<void> {
  const whole = Buffer.from(status === 204 || status === 304 ? '' : body);
  const sent = fault.truncate ? whole.subarray(0, whole.length >> 1) : whole;
  response.writeHead(status, { ...(whole.length > 0 && createContentHeaders(whole)), ...headers });
  if (fault.truncate || drip !== undefined) response.flushHeaders();
  if (drip === undefined) response.write(sent);
  else await writeByteByByte(response, sent, parseDurationMs(drip), signal);
  if (!fault.truncate) {
    response.end();
    return;
  }
  await sleep(DISCONNECT_DELAY_MS, undefined, { signal, ref: false });
  disconnect(response, fault);
}

async function writeByteByByte(
  response: ServerResponse,
  bytes: Buffer,
  everyMs: number,
  signal: AbortSignal,
): Promise<void> {
  for (const byte of bytes) {
    await sleep(everyMs, undefined, { signal, ref: false });
    response.write(Buffer.of(byte));
  }
}

function disconnect({ socket }: ServerResponse, { hang, reset }: Fault): void {
  if (hang) return;
  if (reset) socket?.resetAndDestroy();
  else socket?.destroy();
}

function applyOverrides(answer: UpstreamResponse, fault: Fault): UpstreamResponse {
  const headers = Object.entries(fault.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value] as const);
  const body = typeof fault.body === 'string' ? fault.body : JSON.stringify(fault.body);
  return {
    status: fault.status ?? answer.status,
    headers: { ...answer.headers, ...Object.fromEntries(headers) },
    body: body ?? answer.body,
  };
}

function createContentHeaders(body: Buffer): Record<string, string> {
  return { 'content-type': 'application/json', 'content-length': String(body.length) };
}
