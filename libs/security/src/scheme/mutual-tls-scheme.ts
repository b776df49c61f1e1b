import type { X509Certificate } from 'node:crypto';
import { type PeerCertificate, TLSSocket } from 'node:tls';
import type { Caller } from '../caller';
import { NO_CREDENTIALS, type RequestCredentials, type AuthenticationScheme } from './authentication-scheme';

/** A caller, and the certificate it shows: all that is said of it must be so. */
export interface CertifiedCaller {
  readonly caller: Caller;
  /** SHA-256 of the certificate: 64 hexadecimal digits, colons between them or not. */
  readonly fingerprint256?: string | undefined;
  /** Attributes of its subject: `{ CN: 'acme', O: 'Acme' }`. */
  readonly subject?: Readonly<Record<string, string>> | undefined;
}

/** Callers are known by a certificate that an authority of the listener has signed. */
export function createMutualTlsScheme(callers: readonly CertifiedCaller[]): AuthenticationScheme {
  const known = callers.map((caller) => ({ ...caller, fingerprint256: normalizeFingerprint(caller.fingerprint256) }));
  return {
    header: undefined,
    challenge: { scheme: 'ClientCertificate', parameters: '' },
    check(_value, presented) {
      const certificate = readClientCertificate(presented);
      if (!certificate) return NO_CREDENTIALS;
      const found = certificate.isTrusted ? known.find((caller) => matchesCertificate(caller, certificate)) : undefined;
      return found ? { outcome: 'known', caller: found.caller } : { outcome: 'refused', code: 'INVALID_CREDENTIALS' };
    },
  };
}

interface ClientCertificate {
  readonly isTrusted: boolean;
  readonly fingerprint256: string | undefined;
  readonly subject: Readonly<PeerCertificate['subject']>;
}

/** A connection without a certificate counts as authorized once it has been resumed, so the certificate itself has to be there. */
function readClientCertificate({ socket }: RequestCredentials): ClientCertificate | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const certificate: X509Certificate | undefined = socket.getPeerX509Certificate();
  if (!certificate) return undefined;
  const { subject } = certificate.toLegacyObject();
  return { isTrusted: socket.authorized, fingerprint256: normalizeFingerprint(certificate.fingerprint256), subject };
}

function matchesCertificate({ fingerprint256, subject = {} }: CertifiedCaller, shown: ClientCertificate): boolean {
  if (fingerprint256 !== undefined && fingerprint256 !== shown.fingerprint256) return false;
  return Object.entries(subject).every(([attribute, value]) => Reflect.get(shown.subject, attribute) === value);
}

function normalizeFingerprint(fingerprint: string | undefined): string | undefined {
  return fingerprint?.replaceAll(':', '').toLowerCase();
}
