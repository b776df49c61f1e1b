import { jobsConfig } from './jobs-config';

const CA = '-----BEGIN CERTIFICATE-----';

describe('the configuration of jobs', () => {
  it.each(['embedded', 'redis://jobs', 'postgres://jobs'])('has no TLS beside %s', (backend) => {
    const { error } = jobsConfig.safeParse({ backend, tls: { ca: CA } });

    expect(error?.issues).toMatchObject([{ path: ['tls'], message: expect.stringMatching(/^expected a rediss:/) }]);
  });

  it.each(['rediss://jobs', 'rediss-cluster://jobs', 'rediss-sentinel://jobs/master'])(
    'has TLS beside %s',
    (backend) => {
      expect(jobsConfig.parse({ backend, tls: { ca: CA } })).toMatchObject({ tls: { ca: CA } });
    },
  );
});
