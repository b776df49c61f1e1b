import { z } from 'zod';
import type { ChannelFeature } from '../../channel-feature';

type Options = {
  readonly compress: boolean;
};

/** Compresses large responses for clients that accept it. */
export const compression = {
  options: {
    compress: z.boolean().default(true).describe('Whether large responses are compressed for clients that accept it'),
  },
  represent({ options, bus }) {
    const isOff = !options.compress || bus.http.compression === 'off';
    return { compressionThreshold: isOff ? Infinity : bus.http.compression.from };
  },
} satisfies ChannelFeature<Options>;
