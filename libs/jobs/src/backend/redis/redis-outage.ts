import { getErrorCode, getErrorMessage } from '@trunkline/failures';

/** Messages of ioredis and BullMQ for a missing connection, and of a Redis that cannot work at the moment. */
const OUTAGE_MESSAGES = [
  /^Connection is closed/,
  /^Stream isn't writeable/,
  /^Reached the max retries per request limit/,
  /^Socket timeout/,
  /^Command timed out/,
  /^All sentinels are unreachable/,
  /^Failed to refresh slots cache/,
  /^Cluster isn't ready/,
  /^Cluster is ended/,
  /^Too many Cluster redirections/,
  /^(?:LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|READONLY|MISCONF|OOM|BUSY|NOREPLICAS|NOAUTH|WRONGPASS|NOPERM|UNBLOCKED)\b/,
];
const NETWORK_ERROR_CODE = /^E[A-Z]+$/;
/** Codes of OpenSSL and Node for invalid certificates and failed handshakes. */
export const TLS_ERROR_CODE =
  /^(?:ERR_(?:TLS|SSL)_.+|.*CERT.*|.*SIGNATURE.*|INVALID_(?:CA|PURPOSE)|HOSTNAME_MISMATCH)$/;

/** Whether Redis is unavailable or cannot work. Any other error is about the call. */
export function isRedisOutage(error: unknown): boolean {
  const message = getErrorMessage(error);
  return (
    NETWORK_ERROR_CODE.test(getErrorCode(error)) ||
    TLS_ERROR_CODE.test(getErrorCode(error)) ||
    OUTAGE_MESSAGES.some((pattern) => pattern.test(message))
  );
}
