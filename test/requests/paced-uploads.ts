import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { waitUntil } from '@trunkline/testing';
import { BusService, Service } from 'trunkline';

/** Parts of the input that {@link Paced} has read. */
export const parts: unknown[] = [];
/** What {@link Paced} has failed with. */
export const failures: unknown[] = [];
let proceed: () => void = () => undefined;

/** Reads the first part of its input, and the others when it is told to. */
@BusService({ name: 'paced' })
export class Paced extends Service<AsyncIterable<unknown>> {
  async handle() {
    try {
      for await (const part of this.request.input) {
        parts.push(part);
        if (parts.length === 1) await new Promise<void>((resolve) => (proceed = resolve));
      }
      return { count: parts.length };
    } catch (thrown) {
      failures.push(thrown);
      throw thrown;
    }
  }
}

/** Lets {@link Paced} read on. */
export function readOn(): void {
  proceed();
}

/** Forgets what earlier requests have read. */
export function resetPaced(): void {
  parts.length = 0;
  failures.length = 0;
}

/** An announced body. */
interface Upload {
  readonly type: string;
  readonly length: number;
}

/** Sends the head of a POST; the body is up to the caller. */
export async function openUpload(url: string, { type, length }: Upload): Promise<Socket> {
  const { hostname, port, pathname } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(`POST ${pathname} HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n`);
  return socket;
}

/** Waits until a client can send nothing more: its peer does not read. */
export async function waitUntilStuck(socket: Socket): Promise<void> {
  let last = -1;
  let same = 0;
  await waitUntil(() => {
    const sent = socket.bytesWritten - socket.writableLength;
    same = sent === last ? same + 1 : 0;
    last = sent;
    return same >= 10;
  });
}
