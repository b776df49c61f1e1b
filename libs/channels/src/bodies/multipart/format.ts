import type { BodyFormat } from '../body-format';
import { MultipartReader } from './multipart-reader';
import { removeLeftoverFolders } from './temporary-folder';

/** Fields and files of a form (RFC 7578). */
export const multipart: BodyFormat = {
  mediaTypes: ['multipart/form-data'],
  matches: ({ essence }) => essence === 'multipart/form-data',
  input: 'text',
  isStorable: false,
  describe: (input) => input,
  loadStreamed: async () => {
    const { Busboy } = await import('@fastify/busboy');
    await removeLeftoverFolders();
    return (source, contentType, limits) => new MultipartReader(limits, Busboy).read(source, contentType);
  },
};
