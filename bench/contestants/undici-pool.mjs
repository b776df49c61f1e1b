// Bare undici.
import { Pool } from 'undici';
import { runContestant, measureCost } from '../contestant.mjs';

const pool = new Pool(process.env.PEER_URL);
const call = async (index) => {
  const { body } = await pool.request({ method: 'GET', path: `/things/T-${index % 100}` });
  return body.json();
};

runContestant({ microsPerCall: async ({ count, width }) => (await measureCost(call, { count, width })) / count });
