// A page of three systems, written by hand with Fastify and undici.
import { fastify } from 'fastify';
import { Pool } from 'undici';
import { runContestant } from '../contestant.mjs';

const pool = new Pool(process.env.UPSTREAM_URL, { connections: 128, pipelining: 1 });
const fetchJson = async (path) => (await pool.request({ path, method: 'GET' })).body.json();

const app = fastify();
app.get('/pages/:id', async ({ params: { id } }) => {
  const [profile, activity, orders] = await Promise.all(
    [1, 2, 3].map(() => fetchJson(`/things/${encodeURIComponent(id)}`)),
  );
  return { profile, activity, orders };
});
app.get('/slow-page', async () => {
  const [profile, activity, orders] = await Promise.all([10, 20, 30].map((ms) => fetchJson(`/after/${ms}`)));
  return { profile, activity, orders };
});
await app.listen({ port: 0, host: '127.0.0.1' });

runContestant({ port: () => app.server.address().port });
