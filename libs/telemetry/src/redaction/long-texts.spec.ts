import { Writable } from 'node:stream';
import { createLogger } from '../create-logger';

const SECRET = 'Canary_31f0b7';

function logLine(fields: object, message = 'x', secrets: readonly string[] = []): string {
  let text = '';
  const destination = new Writable({ write: (chunk, _encoding, done) => done(void (text += String(chunk))) });
  createLogger({ destination, secrets }).info(fields, message);
  return text;
}

describe('long texts', () => {
  const COOKIE = `cookie: ${SECRET}`;
  const filled = (length: number, end: string) => 'x '.repeat(length).slice(0, length) + end;

  it('are masked before truncation, wherever a secret begins', () => {
    const secret = `${SECRET}${'s'.repeat(5_000)}`;
    for (let start = 16_300; start < 16_400; start += 3) {
      const text = `${filled(start, secret)}${'y'.repeat(100_000)}`;

      expect(logLine({ text }, 'x', [secret])).not.toContain('Canary');
    }
  });

  it('are masked by form, wherever they are truncated', () => {
    for (let start = 16_200; start < 20_600; start += 50) {
      const text = `${filled(start, COOKIE)}${'y'.repeat(100_000)}`;

      expect(logLine({ text })).not.toContain('Canary');
    }
  });

  it('of JSON hide everything after an object of a secret name, since its end is unknown', () => {
    const text = JSON.stringify({ a: 1, credentials: { user: 'Canary', more: ['Canary'] }, rest: 'z'.repeat(100_000) });

    expect(JSON.parse(logLine({ text })).text).toMatch(/^\{"a":1,"credentials":\[redacted\]/);
  });

  it('can fill 64 Ki characters of a line, besides the message', () => {
    const list = Array.from({ length: 50 }, () => 'z'.repeat(10_000));

    const line = logLine({ list, after: { a: 'b', c: 'd' } }, 'message');

    expect(line.length).toBeLessThan(70_000);
    expect(JSON.parse(line)).toMatchObject({ after: { '…': 'and 2 more' }, msg: 'message' });
    expect(JSON.parse(line).list[49]).toBe('… (10000 characters)');
  });
});
