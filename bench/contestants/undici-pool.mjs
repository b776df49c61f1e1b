// Bare undici.
import { Pool } from 'undici';
import { runContestant, measureCost, measureLatencies } from '../contestant.mjs';

const pool = new Pool(process.env.UPSTREAM_URL);
const call = async (index) => {
  const { body } = await pool.request({ method: 'GET', path: `/things/T-${index % 100}` });
  return body.json();
};

runContestant({
  microsPerCall: async ({ count, width }) => (await measureCost(call, { count, width })) / count,
  latencies: ({ count, width }) => measureLatencies(call, { count, width }),
});
