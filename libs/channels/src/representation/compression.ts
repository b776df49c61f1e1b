import { constants } from 'node:zlib';
import compress from '@fastify/compress';
import type { FastifyInstance } from 'fastify';

/** As good as gzip at its default, and as quick; Node's own default of 11 takes a second for a megabyte. */
const BROTLI_QUALITY = 4;

/** Gives replies `compress()`; nothing is compressed that is not asked for by it. */
export async function offerCompression(front: FastifyInstance): Promise<void> {
  await front.register(compress, {
    global: false,
    encodings: ['br', 'gzip'],
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } },
  });
}
