import { getMember, getText, parseBody } from '../body-members';
import { defineWebhookScheme, type SignedMessage } from '../webhook-scheme';
import { decodeHex } from './decode-key';

const ITEM = 'NotificationRequestItem';

/** Adyen, standard notifications ("Verify HMAC signatures"): every item of the body has its own signature. */
export const adyen = defineWebhookScheme({
  name: 'adyen',
  description: 'Adyen: standard notifications',
  options: {},
  create: () => ({
    toKey: decodeHex,
    expectedSecret: 'expected the HMAC key as Adyen shows it, in hexadecimal',
    mac: { algorithm: 'sha256', encoding: 'base64' },
    read({ body }) {
      const items = listItems(parseBody(body));
      return items.length === 0 ? { reason: 'the body has no notificationItems' } : items.map(readItem);
    },
    findId: (_delivery, payload) =>
      listItems(payload)
        .map((item) =>
          ['pspReference', 'eventCode', 'success'].map((name) => formatPart(getMember(item, name))).join(':'),
        )
        .join(' '),
    acknowledgement: '[accepted]',
  }),
});

function listItems(payload: unknown): readonly unknown[] {
  const items = getMember(payload, 'notificationItems');
  return Array.isArray(items) ? items.map((item: unknown) => getMember(item, ITEM)) : [];
}

function readItem(item: unknown): SignedMessage {
  const amount = getMember(item, 'amount');
  const parts = [
    getMember(item, 'pspReference'),
    getMember(item, 'originalReference'),
    getMember(item, 'merchantAccountCode'),
    getMember(item, 'merchantReference'),
    getMember(amount, 'value'),
    getMember(amount, 'currency'),
    getMember(item, 'eventCode'),
    getMember(item, 'success'),
  ];
  const text = parts.map(formatPart).join(':');
  return { signatures: [getText(item, 'additionalData', 'hmacSignature') ?? ''], contents: [[text]] };
}

/** A missing part is empty; no part of a real item is an object. */
function formatPart(part: unknown): string {
  return typeof part === 'string' || typeof part === 'number' || typeof part === 'boolean' ? String(part) : '';
}
