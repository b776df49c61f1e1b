import { LOCALHOST } from '../../../outgoing/src/localhost-certificate.fixture';
import { jobOptions } from './job-options';

describe('the configuration of jobs', () => {
  it.each(['embedded', 'redis://jobs', 'postgres://jobs'])('has no TLS beside %s', (backend) => {
    const { error } = jobOptions.safeParse({ backend, tls: { ca: LOCALHOST.cert } });

    expect(error?.issues).toMatchObject([{ path: ['tls'], message: expect.stringMatching(/^expected a rediss:/) }]);
  });

  it.each(['rediss://jobs', 'rediss-cluster://jobs', 'rediss-sentinel://jobs/master'])(
    'has TLS beside %s',
    (backend) => {
      expect(jobOptions.parse({ backend, tls: { ca: LOCALHOST.cert } })).toMatchObject({ tls: { ca: LOCALHOST.cert } });
    },
  );
});
