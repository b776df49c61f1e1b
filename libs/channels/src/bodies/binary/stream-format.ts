import type { BodyFormat } from '../body-format';
import { BodyStream } from './body-stream';
import { binary } from './format';

/** The bytes of {@link binary}, which a service reads while they arrive. */
export const binaryStream: BodyFormat = {
  mediaTypes: binary.mediaTypes,
  matches: binary.matches,
  input: 'whole',
  isStorable: false,
  describe: binary.describe,
  loadStreamed: () =>
    Promise.resolve((source, _contentType, { uploads }) => {
      const stream = new BodyStream(source, uploads.total);
      return Promise.resolve({ value: stream, release: () => Promise.resolve(stream.release()) });
    }),
};
