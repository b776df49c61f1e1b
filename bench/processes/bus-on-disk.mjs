// Creates configurations and service files for one run, below the temporary directory of the system.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deleteOnExit } from './cleanup.mjs';

/**
 * Creates a bus with services, one per file, and a channel to each.
 *
 * @param trunkline - the main file of the package that the services load
 * @param options - `services`: their number, 0 by default; `jobs`: `bus.jobs`
 * @returns its config directory
 */
export function createBusOnDisk(trunkline, { services: count = 0, jobs = {} } = {}) {
  const root = deleteOnExit(mkdtempSync(join(tmpdir(), 'trunkline-bench-')));
  const config = join(root, 'config');
  const services = join(root, 'services');
  for (const directory of [config, services]) mkdirSync(directory);
  const names = Array.from({ length: count }, (_, index) => `thing-${index}.get`);
  for (const name of names) writeFileSync(join(services, `${name}.service.js`), createServiceSource(trunkline, name));
  writeFileSync(
    join(config, 'bus.yaml'),
    [
      'bus:',
      '  name: bench',
      ...(count > 0 ? ['  services: [services]'] : []),
      '  http: { port: 0 }',
      '  log: { level: warn }',
      `  jobs: ${JSON.stringify(jobs)}`,
      '',
    ].join('\n'),
  );
  if (count > 0)
    writeFileSync(join(config, 'channels.yaml'), ['channels:', '  rest:', ...names.map(formatChannel), ''].join('\n'));
  return config;
}

function createServiceSource(trunkline, name) {
  return `const { BusService, Service } = require(${JSON.stringify(trunkline)});

module.exports = BusService({ name: '${name}', input: 'id' })(
  class extends Service {
    async handle() {
      return { id: this.request.input.id };
    }
  },
);
`;
}

function formatChannel(name) {
  return `    ${name}: { method: GET, path: '/${name}/{id}', service: ${name} }`;
}
