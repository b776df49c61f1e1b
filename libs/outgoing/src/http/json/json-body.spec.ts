import { gzipSync } from 'node:zlib';
import { decompress, isCompressed } from '../response/content-coding';
import { readBody } from './json-body';
import type { ResponseHeaders } from '../response/http-response';
import { UnreadableBodyError } from '../response/unreadable-body-error';

const JSON_TYPE = { 'content-type': 'application/json' };
const read = (status: number, headers: ResponseHeaders, body: Buffer) =>
  readBody({ status, ok: status <= 299, headers }, body, 'exact');
const bytes = (text: string) => Buffer.from(text);

describe('the body of a response', () => {
  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON;charset="UTF-8"',
    'application/json ; charset=utf8',
    'application/json; charset=us-ascii',
    'application/json; charset=ISO-8859-1',
    'application/json; charset="windows-1252"; version=1',
    'application/json; charset=',
    'application/problem+json',
    'text/json',
    'text/json; charset=utf-8',
    'application/vnd.shop.v1+json; profile=x',
  ])('is JSON when it is called %s', (type) => {
    expect(read(200, { 'content-type': type }, bytes('{"a":1}'))).toEqual({ a: 1 });
  });

  it.each([
    undefined,
    '',
    'text/plain',
    'application/jsonx',
    'application/json+xml',
    'application/json; charset=klingon',
    ['application/json', 'text/html'],
  ])('cannot be read when it is called %p', (type) => {
    expect(() => read(200, { 'content-type': type }, bytes('{}'))).toThrow(UnreadableBodyError);
  });

  it.each([200, 201, 204, 205])('is undefined when %d has none', (status) => {
    expect(read(status, {}, bytes(''))).toBeUndefined();
  });

  it.each([204, 205, 304])('is undefined for %d, whatever is sent', (status) => {
    expect(read(status, {}, bytes('<html>'))).toBeUndefined();
  });

  it.each([
    [404, JSON_TYPE, '{"a":1}', { a: 1 }],
    [404, JSON_TYPE, '{"a"', undefined],
    [502, { 'content-type': 'text/html' }, '<html>', undefined],
    [502, { ...JSON_TYPE, 'content-encoding': 'br' }, '{}', undefined],
  ])('of a %d is read if it can be: %j %s', (status, headers, text, data) => {
    expect(read(status, headers, bytes(text))).toEqual(data);
  });
});

describe('a compressed body', () => {
  it.each([
    ['gzip', true],
    ['X-GZIP', true],
    ['identity', false],
    ['', false],
    ['br', false],
    [undefined, false],
  ])('is told by its coding: %p', (coding, isIt) => {
    expect(isCompressed({ 'content-encoding': coding })).toBe(isIt);
  });

  it('is decompressed up to a size', async () => {
    const bomb = gzipSync(Buffer.alloc(1_000_000));

    expect((await decompress(bomb, 1_000_000)).length).toBe(1_000_000);
    await expect(decompress(bomb, 999_999)).rejects.toHaveProperty('code', 'ERR_BUFFER_TOO_LARGE');
  });
});

it.each([bytes('no gzip at all'), gzipSync('{"a":"some text"}').subarray(0, -12)])(
  'a body that is not complete gzip is unreadable',
  async (broken) => {
    await expect(decompress(broken, 1_000)).rejects.toBeInstanceOf(UnreadableBodyError);
  },
);
