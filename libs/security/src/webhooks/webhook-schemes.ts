import { adyen } from './schemes/adyen';
import { github } from './schemes/github';
import { graph } from './schemes/graph';
import { hmac } from './schemes/hmac';
import { mailgun } from './schemes/mailgun';
import { meta } from './schemes/meta';
import { shopify } from './schemes/shopify';
import { slack } from './schemes/slack';
import { square } from './schemes/square';
import { standard } from './schemes/standard';
import { stripe } from './schemes/stripe';
import { twilio } from './schemes/twilio';
import { websub } from './schemes/websub';
import { zoom } from './schemes/zoom';
import type { WebhookScheme } from './webhook-scheme';

/** The schemes of webhook senders, in the order of the configuration reference. */
export const webhookSchemes: readonly [WebhookScheme, ...WebhookScheme[]] = [
  standard,
  hmac,
  adyen,
  github,
  graph,
  mailgun,
  meta,
  shopify,
  slack,
  square,
  stripe,
  twilio,
  websub,
  zoom,
];
