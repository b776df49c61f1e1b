import {
  SignatureVerifier,
  type WebhookDelivery,
  type WebhookProtocol,
  type WebhookScheme,
  webhookSchemes,
} from '@trunkline/security';
import type { FastifyRequest } from 'fastify';
import type { WebhookOptions } from './webhook-options';

/** What the features of one webhook channel share. */
export interface WebhookChannel {
  readonly options: WebhookOptions;
  readonly scheme: WebhookScheme;
  readonly protocol: WebhookProtocol;
  readonly verifier: SignatureVerifier;
  /** Deliveries with a valid signature, by their requests. */
  readonly deliveries: WeakMap<FastifyRequest, WebhookDelivery>;
  /** Keys of the configuration whose secret the sender cannot have issued. */
  readonly invalidSecrets: readonly string[];
}

/** Creates what the features of a channel share. */
export function createWebhookChannel(options: WebhookOptions): WebhookChannel {
  const scheme = webhookSchemes.find(({ name }) => name === options.scheme) ?? webhookSchemes[0];
  const protocol = scheme.create(options);
  const secrets = options.secrets ?? (options.secret === undefined ? [] : [options.secret]);
  const keys = secrets.map(protocol.toKey);
  const isInvalid = keys.includes(undefined);
  return {
    options,
    scheme,
    protocol,
    verifier: new SignatureVerifier({ protocol, keys: keys.filter((key) => key !== undefined) }),
    deliveries: new WeakMap(),
    invalidSecrets: isInvalid ? [options.secrets ? 'secrets' : 'secret'] : [],
  };
}
