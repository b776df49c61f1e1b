import { connect } from 'node:net';

/** The real timer, also in tests with fake timers. */
const realSetTimeout = setTimeout;
const DEFAULT_UNTIL_MS = 3_000;

/**
 * Sends bytes that an HTTP client would not send, over a new TCP connection.
 *
 * @param url - its host and port are used
 * @param untilMs - when the connection is closed if the peer keeps it open. Default 3 s
 * @returns all received bytes as text, once the connection is closed
 * @throws {Error} of the socket, such as `ECONNREFUSED` or `ECONNRESET`
 */
export function sendRawBytes(url: string, bytes: string | Buffer, untilMs = DEFAULT_UNTIL_MS): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    const timer = realSetTimeout(() => socket.destroy(), untilMs);
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(Buffer.concat(chunks).toString());
    });
  });
}
