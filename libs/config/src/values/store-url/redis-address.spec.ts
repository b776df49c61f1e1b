import { parseRedisAddress } from './redis-address';
import { StoreUrlError } from './store-url-error';

describe('the address of a Redis', () => {
  it.each([
    ['redis://localhost', { topology: 'single', nodes: [{ host: 'localhost', port: 6379 }], tls: false, db: 0 }],
    [
      'rediss://me:p%40ss@[::1]:7000/3',
      { topology: 'single', nodes: [{ host: '::1', port: 7000 }], tls: true, db: 3, username: 'me', password: 'p@ss' },
    ],
    [
      'redis-sentinel://:secret@a,b:26380/jobs?db=2&sentinelPassword=other',
      {
        topology: 'sentinel',
        nodes: [
          { host: 'a', port: 26379 },
          { host: 'b', port: 26380 },
        ],
        tls: false,
        db: 2,
        password: 'secret',
        master: 'jobs',
        sentinelPassword: 'other',
      },
    ],
    [
      'rediss-cluster://a:1,b:2',
      {
        topology: 'cluster',
        nodes: [
          { host: 'a', port: 1 },
          { host: 'b', port: 2 },
        ],
        tls: true,
        db: 0,
      },
    ],
  ])('is parsed from %s', (url, address) => {
    expect(parseRedisAddress(url)).toEqual(address);
  });

  it.each(['redis://', 'redis://a,b', 'redis://host/jobs', 'redis-sentinel://a:26379', 'redis-cluster://:secret@'])(
    'is rejected if invalid, with an error that does not contain it: %s',
    (url) => {
      expect(() => parseRedisAddress(url)).toThrow(StoreUrlError);
      expect(() => parseRedisAddress(url)).not.toThrow(/secret/);
    },
  );
});
