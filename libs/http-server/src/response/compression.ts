import { constants } from 'node:zlib';
import type { FastifyReply } from 'fastify';

/** As fast as gzip at its default level, with similar results; Node's default of 11 is far too slow for responses. */
const BROTLI_QUALITY = 4;

type SendCompressed = (reply: FastifyReply, body: string) => void;

let compressor: Promise<SendCompressed> | undefined;

/** Sends a body in the content coding that the client prefers, or uncompressed if it accepts none. */
export function sendCompressed(reply: FastifyReply, body: string): void {
  if (reply.request.headers['accept-encoding'] === undefined) {
    reply.send(body);
    return;
  }
  compressor ??= loadCompressor();
  compressor.then(
    (send) => send(reply, body),
    (error: unknown) => reply.send(error),
  );
}

/**
 * Loads the plugin with the first large response, since its modules would make every start slower.
 *
 * A plugin is registered before the server is ready. This one does nothing but append a hook to each route, which adds `compress()` to the
 * reply: the hook of a route that no server has does the same for any reply, and costs the other requests nothing.
 */
async function loadCompressor(): Promise<SendCompressed> {
  const [{ fastify }, { default: compress }] = await Promise.all([import('fastify'), import('@fastify/compress')]);
  const host = fastify();
  await host.register(compress, {
    global: false,
    encodings: ['br', 'gzip'],
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } },
  });
  const found: SendCompressed[] = [];
  host.addHook('onRoute', ({ onRequest }) => {
    const addCompress = [onRequest ?? []].flat().pop();
    if (!addCompress) return;
    found.push((reply, body) => void addCompress.call(host, reply.request, reply, () => reply.compress(body)));
  });
  host.get('/', () => undefined);
  await host.ready();
  const [send] = found;
  if (!send) throw new TypeError('expected @fastify/compress to append a hook to each route');
  return send;
}
