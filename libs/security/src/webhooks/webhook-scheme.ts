import type { z } from 'zod';
import type { WebhookDelivery } from './delivery';

/** The way in which a sender signs its deliveries. A scheme is a file of `schemes/` and a line of `webhook-schemes.ts`. */
export interface WebhookScheme {
  /** Value of `scheme` in the configuration. */
  readonly name: string;
  /** One sentence for the reference of the configuration. */
  readonly description: string;
  /** Keys of a channel that only this scheme has. */
  readonly options: z.ZodRawShape;
  /** Formats of the bodies that the sender sends. Default: JSON. */
  readonly formats?: readonly ('json' | 'form')[];
  /** Whether the protocol has `answerGet`. */
  readonly hasHandshakeByGet?: boolean;
  /** Creates the protocol of a channel, once. */
  create(options: object): WebhookProtocol;
}

/** What a channel and its sender agree on. */
export interface WebhookProtocol {
  /** Creates the key of a secret; `undefined` for a secret that the sender cannot have issued. */
  readonly toKey: (secret: string) => Buffer | undefined;
  /** What a secret looks like, for problems of the configuration. */
  readonly expectedSecret: string;
  /** How the sender signs; `secret`: it sends the secret itself. */
  readonly mac: Mac | 'secret';
  /** How far the timestamp of a delivery may differ from the time of the bus. Not given: deliveries have no timestamp. */
  readonly tolerance?: TimestampTolerance;
  /** Reads what a sender has signed. Every message of the delivery must have a valid signature. */
  readonly read: (delivery: WebhookDelivery) => readonly SignedMessage[] | UnreadableSignature;
  /** Finds the id that repetitions of a delivery share. Not given: the scheme has none. */
  readonly findId?: (delivery: WebhookDelivery, payload: unknown) => string | undefined;
  /** Parameters of the query that belong to the signature, and not to the input. */
  readonly signatureParameters?: readonly string[];
  readonly handshake?: WebhookHandshake;
  /** Body of the response to an accepted delivery. Default: none. */
  readonly acknowledgement?: string;
}

/** A keyed hash (RFC 2104), and how it is written. */
export interface Mac {
  readonly algorithm: 'sha1' | 'sha256' | 'sha384' | 'sha512';
  readonly encoding: 'hex' | 'base64' | 'base64url';
}

/** Limits of a timestamp. */
export interface TimestampTolerance {
  readonly ms: number;
  /** Whether a timestamp of the future is accepted, as the sender's own libraries do. */
  readonly allowsFuture: boolean;
}

/** What is signed, and its signatures. */
export interface SignedMessage {
  /** As sent, without prefixes. One that matches is enough: senders sign with the old and the new secret during a rotation. */
  readonly signatures: readonly string[];
  /** The texts that may have been signed; each is a list of parts. Not used where the sender sends the secret itself. */
  readonly contents: readonly (readonly (string | Buffer)[])[];
  /** Unix time, as sent. Required where the protocol has a tolerance. */
  readonly timestamp?: string | undefined;
  /** Default: that of the protocol. */
  readonly mac?: Mac | 'secret';
}

/** Why a signature could not be read, for the log. */
export interface UnreadableSignature {
  readonly reason: string;
}

/** The requests by which a sender checks the address of a channel. Every function returns the body of the response. */
interface WebhookHandshake {
  /** Media type of the responses. */
  readonly mediaType: 'text/plain' | 'application/json';
  /** Responds to a GET; `undefined` rejects it. Not given: the channel has no GET. */
  readonly answerGet?: (query: URLSearchParams) => string | undefined;
  /** Responds to a POST without a signature; `undefined`: it is not a handshake. */
  readonly answerUnsigned?: (delivery: WebhookDelivery) => string | undefined;
  /** Responds to a POST whose signature matches `key`; `undefined`: it is not a handshake. */
  readonly answerSigned?: (delivery: WebhookDelivery, key: Buffer) => string | undefined;
}

/** The definition of a scheme. */
interface WebhookSchemeDefinition<Options extends z.ZodRawShape> extends Omit<WebhookScheme, 'options' | 'create'> {
  readonly options: Options;
  readonly create: (options: z.output<z.ZodObject<Options>>) => WebhookProtocol;
}

/** Defines a scheme, whose protocol depends on the values of its own keys. */
export function defineWebhookScheme<const Options extends z.ZodRawShape>(
  definition: WebhookSchemeDefinition<Options>,
): WebhookScheme {
  return {
    ...definition,
    // Values of the keys come from the schema of the channel, which contains those of the scheme.
    create: (options: z.output<z.ZodObject<Options>>) => definition.create(options),
  };
}

/** The key of a secret that is used as it is written. */
export const textKey = {
  toKey: (secret: string) => Buffer.from(secret),
  expectedSecret: 'expected a secret',
} as const;
