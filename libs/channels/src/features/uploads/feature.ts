import { size } from '@trunkline/config';
import { z } from 'zod';
import { type BodyOptions, listStreamedFormats } from '../../bodies/body-formats';
import type { ChannelFeature } from '../../channel-feature';
import type { CoreOptions, OptionProblem } from '../../http/channel-options';

const count = z.int().min(0).max(100_000);

type Options = BodyOptions & {
  readonly uploads?: unknown;
  readonly rawBody: boolean;
  readonly idempotency?: unknown;
};

/** Limits the fields and files of `multipart/form-data` bodies, which are not kept in memory. */
export const uploads = {
  options: {
    uploads: z
      .strictObject({
        total: size({ min: '1B' })
          .prefault('32MiB')
          .describe('Maximum size of the whole body, instead of bus.http.bodyLimit'),
        file: size({ min: '1B' }).prefault('16MiB').describe('Maximum size of each file'),
        files: count.default(10).describe('Maximum number of files'),
        field: size({ min: '1B' }).prefault('64KiB').describe('Maximum size of each field'),
        fields: count.default(1_000).describe('Maximum number of fields'),
      })
      .prefault({})
      .describe('Limits of multipart/form-data bodies; of ndjson and of `body: stream`, `total` alone'),
  },
  findProblems: findUploadProblems,
} satisfies ChannelFeature<Options>;

function findUploadProblems(options: CoreOptions & Options): readonly OptionProblem[] {
  const { rawBody, idempotency = 'off' } = options;
  const streamed = listStreamedFormats(options);
  if (streamed.length === 0) return [];
  const problems: OptionProblem[] = [];
  if (rawBody)
    problems.push({
      key: 'rawBody',
      message: `expected no \`rawBody\`: bodies of ${streamed.join(', ')} are not kept`,
    });
  if (idempotency !== 'off')
    problems.push({
      key: 'idempotency',
      message: `expected \`off\`: bodies of ${streamed.join(', ')} are not compared with those of a repeated request`,
    });
  return problems;
}
