import type { X509Certificate } from 'node:crypto';
import { type PeerCertificate, TLSSocket } from 'node:tls';
import type { Caller } from '../caller';
import { NONE, type Presented, type Scheme } from './scheme';

/** A caller, and the certificate it shows: all that is said of it must be so. */
export interface CertifiedCaller {
  readonly caller: Caller;
  /** SHA-256 of the certificate: 64 hexadecimal digits, colons between them or not. */
  readonly fingerprint256?: string | undefined;
  /** Attributes of its subject: `{ CN: 'acme', O: 'Acme' }`. */
  readonly subject?: Readonly<Record<string, string>> | undefined;
}

/** Callers are known by a certificate that an authority of the listener has signed. */
export function mutualTlsScheme(callers: readonly CertifiedCaller[]): Scheme {
  const known = callers.map((caller) => ({ ...caller, fingerprint256: plainHex(caller.fingerprint256) }));
  return {
    header: undefined,
    challenge: { scheme: 'ClientCertificate', parameters: '' },
    check(_value, presented) {
      const certificate = certificateOf(presented);
      if (!certificate) return NONE;
      const found = certificate.isTrusted ? known.find((caller) => isShown(caller, certificate)) : undefined;
      return found ? { outcome: 'known', caller: found.caller } : { outcome: 'refused', code: 'INVALID_CREDENTIALS' };
    },
  };
}

interface Shown {
  readonly isTrusted: boolean;
  readonly fingerprint256: string | undefined;
  readonly subject: Readonly<PeerCertificate['subject']>;
}

/** A connection without a certificate counts as authorized once it has been resumed, so the certificate itself has to be there. */
function certificateOf({ socket }: Presented): Shown | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const certificate: X509Certificate | undefined = socket.getPeerX509Certificate();
  if (!certificate) return undefined;
  const { subject } = certificate.toLegacyObject();
  return { isTrusted: socket.authorized, fingerprint256: plainHex(certificate.fingerprint256), subject };
}

function isShown({ fingerprint256, subject = {} }: CertifiedCaller, shown: Shown): boolean {
  if (fingerprint256 !== undefined && fingerprint256 !== shown.fingerprint256) return false;
  return Object.entries(subject).every(([attribute, value]) => Reflect.get(shown.subject, attribute) === value);
}

function plainHex(fingerprint: string | undefined): string | undefined {
  return fingerprint?.replaceAll(':', '').toLowerCase();
}
