import { httpUrl } from '@trunkline/config';

/** `url` of schemes that sign it: a bus behind a proxy does not know it. */
export const publicUrl = httpUrl()
  .refine((url) => !/[?#]/.test(url), 'expected a URL without query and fragment')
  .describe('URL of the channel as the sender has it, without query: it is part of the signed text');
