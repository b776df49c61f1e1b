import { getHeader, type WebhookDelivery } from '../delivery';
import type { SignedMessage, UnreadableSignature } from '../webhook-scheme';

/** Where a signature is. */
export interface SignatureHeader {
  /** Lower-case name. */
  readonly header: string;
  /** The text before the signature. Default: none. */
  readonly prefix?: string;
}

/**
 * Reads the signature of a header.
 *
 * @param content - parts of the signed text. Default: the body
 */
export function readPrefixed(
  delivery: WebhookDelivery,
  { header, prefix = '' }: SignatureHeader,
  content: readonly (string | Buffer)[] = [delivery.body],
): readonly SignedMessage[] | UnreadableSignature {
  const value = getHeader(delivery, header);
  if (value === undefined) return { reason: `the header ${header} is missing` };
  if (!value.startsWith(prefix)) return { reason: `the header ${header} does not begin with ${prefix}` };
  return [{ signatures: [value.slice(prefix.length)], contents: [content] }];
}
