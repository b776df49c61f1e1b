import { constants } from 'node:zlib';
import type { FastifyInstance, FastifyReply, RouteOptions } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Sends a body in the coding that the client likes best, if any. */
    compressTo?: (reply: FastifyReply, body: string) => void;
  }
}

/** As good as gzip at its default, and as quick; Node's own default of 11 takes a second for a megabyte. */
const BROTLI_QUALITY = 4;

/** Gives the routes that are added from now on `compressTo()`; nothing is compressed that is not sent by it. */
export async function registerCompression(front: FastifyInstance): Promise<void> {
  const { default: compress } = await import('@fastify/compress');
  await front.register(compress, {
    global: false,
    encodings: ['br', 'gzip'],
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } },
  });
  front.addHook('onRoute', captureCompressHook);
}

/**
 * The plugin gives every route a hook, as its last, that does nothing but give the reply `compress()`. Few answers are compressed:
 * it is run for those alone, which spares the others 0.3 µs.
 */
function captureCompressHook(this: FastifyInstance, route: RouteOptions): void {
  const hooks = [route.onRequest ?? []].flat();
  const offer = hooks.pop();
  if (!offer) return;
  route.onRequest = hooks;
  const compressTo = (reply: FastifyReply, body: string) =>
    void offer.call(this, reply.request, reply, () => reply.compress(body));
  route.config = { ...route.config, compressTo };
}
