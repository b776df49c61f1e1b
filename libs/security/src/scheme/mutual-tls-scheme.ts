import type { X509Certificate } from 'node:crypto';
import { type PeerCertificate, TLSSocket } from 'node:tls';
import type { Caller } from '../caller';
import { type AuthenticationScheme, NO_CREDENTIALS } from './authentication-scheme';
import type { RequestCredentials } from './request-credentials';

/** A caller and its certificate, which must match all given properties. */
export interface CertifiedCaller {
  readonly caller: Caller;
  /** SHA-256 fingerprint of the certificate: 64 hexadecimal digits, with or without colons. */
  readonly fingerprint256?: string | undefined;
  /** Attributes of the subject: `{ CN: 'acme', O: 'Acme' }`. */
  readonly subject?: Readonly<Record<string, string>> | undefined;
}

/** Creates a scheme for client certificates signed by a CA of the listener. */
export function createMutualTlsScheme(callers: readonly CertifiedCaller[]): AuthenticationScheme {
  const known = callers.map((caller) => ({ ...caller, fingerprint256: normalizeFingerprint(caller.fingerprint256) }));
  return {
    header: undefined,
    challenge: { scheme: 'ClientCertificate', parameters: '' },
    check(_value, presented) {
      const certificate = readClientCertificate(presented);
      if (!certificate) return NO_CREDENTIALS;
      const found = certificate.isTrusted ? known.find((caller) => matchesCertificate(caller, certificate)) : undefined;
      return found
        ? { outcome: 'authenticated', caller: found.caller }
        : { outcome: 'rejected', code: 'INVALID_CREDENTIALS' };
    },
  };
}

interface ClientCertificate {
  readonly isTrusted: boolean;
  readonly fingerprint256: string | undefined;
  readonly subject: Readonly<PeerCertificate['subject']>;
}

/** Requires the certificate itself: Node reports a resumed connection without one as authorized. */
function readClientCertificate({ socket }: RequestCredentials): ClientCertificate | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const certificate: X509Certificate | undefined = socket.getPeerX509Certificate();
  if (!certificate) return undefined;
  const { subject } = certificate.toLegacyObject();
  return { isTrusted: socket.authorized, fingerprint256: normalizeFingerprint(certificate.fingerprint256), subject };
}

function matchesCertificate(
  { fingerprint256, subject = {} }: CertifiedCaller,
  certificate: ClientCertificate,
): boolean {
  if (fingerprint256 !== undefined && fingerprint256 !== certificate.fingerprint256) return false;
  return Object.entries(subject).every(([attribute, value]) => Reflect.get(certificate.subject, attribute) === value);
}

function normalizeFingerprint(fingerprint: string | undefined): string | undefined {
  return fingerprint?.replaceAll(':', '').toLowerCase();
}
