import { BusError, CancelledError, InternalError, UpstreamError } from '@trunkline/failures';
import fc from 'fast-check';
import { errors } from 'undici';
import { UnreadableBodyError } from '../response/unreadable-body-error';
import { ConnectTimeoutError } from './connect-timeout-error';
import { mapTransportError } from './error-mapping';

const coded = (code: string, message = 'text') => Object.assign(new Error(message), { code });
const mapCode = (error: unknown, wasSent: boolean) => mapTransportError(error, { connection: 'CRM', wasSent }).code;

describe('the failure that a fault is', () => {
  it.each<[unknown, string]>([
    [coded('ECONNREFUSED'), 'UPSTREAM_UNREACHABLE'],
    [coded('EHOSTUNREACH'), 'UPSTREAM_UNREACHABLE'],
    [coded('ENETUNREACH'), 'UPSTREAM_UNREACHABLE'],
    [coded('ECONNRESET'), 'UPSTREAM_UNREACHABLE'],
    [coded('EMFILE'), 'UPSTREAM_UNREACHABLE'],
    [new AggregateError([coded('ECONNREFUSED')]), 'UPSTREAM_UNREACHABLE'],
    [coded('ENOTFOUND'), 'UPSTREAM_DNS_FAILED'],
    [coded('EAI_AGAIN'), 'UPSTREAM_DNS_FAILED'],
    [coded('CERT_HAS_EXPIRED'), 'UPSTREAM_TLS_FAILED'],
    [coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'UPSTREAM_TLS_FAILED'],
    [coded('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'UPSTREAM_TLS_FAILED'],
    [coded('ERR_TLS_CERT_ALTNAME_INVALID'), 'UPSTREAM_TLS_FAILED'],
    [coded('ERR_SSL_WRONG_VERSION_NUMBER'), 'UPSTREAM_TLS_FAILED'],
    [coded('EPROTO'), 'UPSTREAM_TLS_FAILED'],
    [coded('ETIMEDOUT'), 'UPSTREAM_TIMEOUT'],
    [new ConnectTimeoutError(2_000), 'UPSTREAM_TIMEOUT'],
    [undefined, 'UPSTREAM_UNREACHABLE'],
  ])('before anything was sent, %p is %s', (error, code) => {
    expect(mapCode(error, false)).toBe(code);
    expect(mapTransportError(error, { connection: 'CRM', wasSent: false })).toMatchObject({
      wasSent: false,
      connection: 'CRM',
    });
  });

  it.each<[unknown, string]>([
    [coded('ECONNRESET'), 'UPSTREAM_PROTOCOL_ERROR'],
    [coded('EPIPE'), 'UPSTREAM_PROTOCOL_ERROR'],
    [new errors.SocketError('other side closed'), 'UPSTREAM_PROTOCOL_ERROR'],
    [coded('HPE_INVALID_CONSTANT'), 'UPSTREAM_PROTOCOL_ERROR'],
    [new errors.HeadersOverflowError(), 'UPSTREAM_RESPONSE_TOO_LARGE'],
    [new errors.ResponseContentLengthMismatchError(), 'UPSTREAM_PROTOCOL_ERROR'],
    [coded('Z_DATA_ERROR'), 'UPSTREAM_PROTOCOL_ERROR'],
    [new TypeError('nobody has thought of this'), 'UPSTREAM_PROTOCOL_ERROR'],
    [coded('ETIMEDOUT'), 'UPSTREAM_TIMEOUT'],
    [coded('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'), 'UPSTREAM_TLS_FAILED'],
    [coded('ERR_BUFFER_TOO_LARGE'), 'UPSTREAM_RESPONSE_TOO_LARGE'],
    [new UnreadableBodyError('is not JSON'), 'UPSTREAM_INVALID_RESPONSE'],
  ])('once the request was sent, %p is %s', (error, code) => {
    expect(mapCode(error, true)).toBe(code);
  });

  it('of a request that is none is ours', () => {
    expect(
      mapTransportError(new errors.InvalidArgumentError('invalid request path'), { connection: 'CRM', wasSent: false }),
    ).toBeInstanceOf(InternalError);
  });

  it('of a pool that was closed is that the bus ends', () => {
    expect(mapCode(new errors.ClientDestroyedError(), false)).toBe('SHUTTING_DOWN');
    expect(mapCode(new errors.ClientClosedError(), false)).toBe('SHUTTING_DOWN');
  });

  it('is the failure itself, where it is one already', () => {
    const failure = new CancelledError();

    expect(mapTransportError(failure, { connection: 'CRM', wasSent: true })).toBe(failure);
  });

  it('keeps code and message of the error as its cause, and nothing else', () => {
    const error = Object.assign(coded('HPE_INVALID_CHUNK_SIZE', 'bad chunk'), {
      data: 'canary',
      config: { auth: 'canary' },
    });

    const { cause } = mapTransportError(error, { connection: 'CRM', wasSent: true });

    expect(cause).toMatchObject({ message: 'bad chunk', code: 'HPE_INVALID_CHUNK_SIZE' });
    expect(Object.keys(cause as object)).toEqual(['code']);
  });

  it('names all addresses of a host that has several', () => {
    const error = new AggregateError([
      coded('ECONNREFUSED', 'connect ECONNREFUSED ::1:1'),
      coded('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:1'),
    ]);

    expect(mapTransportError(error, { connection: 'CRM', wasSent: false }).cause).toMatchObject({
      message: 'connect ECONNREFUSED ::1:1; connect ECONNREFUSED 127.0.0.1:1',
    });
  });

  it('is exactly one of the upstream, whatever is thrown', () => {
    fc.assert(
      fc.property(fc.anything(), fc.string(), fc.boolean(), (thrown, code, wasSent) => {
        for (const error of [thrown, coded(code)]) {
          const failure = mapTransportError(error, { connection: 'CRM', wasSent });
          expect(failure).toBeInstanceOf(BusError);
          if (failure instanceof UpstreamError) expect([502, 504]).toContain(failure.status);
        }
      }),
    );
  });
});
