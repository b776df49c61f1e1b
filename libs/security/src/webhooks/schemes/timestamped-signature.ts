import { getHeader, type WebhookDelivery } from '../delivery';
import type { SignedMessage, UnreadableSignature } from '../webhook-scheme';

/** The headers of a signature of version 0 (`v0=`), as Slack and Zoom have them. */
interface TimestampedHeaders {
  readonly header: string;
  readonly timestampHeader: string;
}

/** Reads a signature of `v0:TIMESTAMP:BODY`. */
export function readTimestamped(
  delivery: WebhookDelivery,
  { header, timestampHeader }: TimestampedHeaders,
): readonly SignedMessage[] | UnreadableSignature {
  const signature = getHeader(delivery, header);
  const timestamp = getHeader(delivery, timestampHeader);
  if (signature === undefined) return { reason: `the header ${header} is missing` };
  if (!signature.startsWith('v0=')) return { reason: `the header ${header} does not begin with v0=` };
  return [{ signatures: [signature.slice('v0='.length)], contents: [[`v0:${timestamp}:`, delivery.body]], timestamp }];
}
