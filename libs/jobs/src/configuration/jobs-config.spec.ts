import { jobsConfig } from './jobs-config';

const CA = '-----BEGIN CERTIFICATE-----';

describe('the configuration of jobs', () => {
  it.each(['embedded', 'redis://jobs', 'postgres://jobs'])('rejects TLS settings for %s', (backend) => {
    const { error } = jobsConfig.safeParse({ backend, tls: { ca: CA } });

    expect(error?.issues).toMatchObject([{ path: ['tls'], message: expect.stringMatching(/^expected a rediss:/) }]);
  });

  it.each(['rediss://jobs', 'rediss-cluster://jobs', 'rediss-sentinel://jobs/master'])(
    'accepts TLS settings for %s',
    (backend) => {
      expect(jobsConfig.parse({ backend, tls: { ca: CA } })).toMatchObject({ tls: { ca: CA } });
    },
  );
});
