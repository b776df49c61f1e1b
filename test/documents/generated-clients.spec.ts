import { IsArray, IsDate, IsInt, IsOptional, IsString } from 'class-validator';
import { Type } from 'class-transformer';
import { BusService, Service } from 'trunkline';
import { z } from 'zod';
import { type ExampleBus, startExampleBus } from '../example/example-bus';
import { type ClientGenerator, runGeneratedClients } from './generated-clients';
import { type RunningBus, startBus } from '../running-bus';

const Address = z.object({ city: z.string(), country: z.string().default('NL') }).meta({ id: 'Address' });
const Category = z.object({
  name: z.string(),
  get children() {
    return z.array(Category);
  },
});
const Catalogue = z.object({ root: Category, from: Address, limit: z.number().catch(10) });

@BusService({ name: 'catalogue.save', input: Catalogue, output: Catalogue })
class SaveCatalogue extends Service<z.output<typeof Catalogue>, z.output<typeof Catalogue>> {
  handle() {
    return this.request.input;
  }
}

class Search {
  @IsArray()
  @IsInt({ each: true })
  readonly ids!: number[];

  @IsOptional()
  @IsDate()
  @Type(() => Date)
  readonly since?: Date;

  @IsString()
  readonly order: string = 'newest';
}

@BusService({ name: 'search', input: Search, output: Search })
class RunSearch extends Service<Search, Search> {
  handle() {
    return this.request.input;
  }
}

@BusService({ name: 'report' })
class Report extends Service {
  handle() {
    this.response.headers['content-type'] = 'text/csv';
    return Buffer.from('1,2\n');
  }
}

const CHANNELS = `
channels:
  rest:
    catalogue.save: { method: POST, path: /catalogues, service: catalogue.save }
    search: { method: GET, path: /search, service: search }
    report: { method: GET, path: /report, service: report, produces: [text/csv] }
`;

/** The same program for both generators, except for the creation of the client and the call of an operation. */
const EXAMPLE: Readonly<Record<ClientGenerator, string>> = {
  'openapi-typescript': `
    import createClient from 'openapi-fetch';
    import type { paths } from './api';
    const client = createClient<paths>({ baseUrl: process.env['URL_OF_BUS'] });
    async function main() {
      const found = await client.GET('/api/customer/{customer_id}', { params: { path: { customer_id: 'CUST-123' } } });
      const missing = await client.GET('/api/customer/{customer_id}', { params: { path: { customer_id: 'DOES-NOT-EXIST' } } });
      const code: string | undefined = missing.error?.code;
      const order = await client.POST('/api/orders', {
        body: { customer_id: 'CUST-123', items: [{ sku: 'A', quantity: 1 }] },
      });
      // @ts-expect-error an order has items
      const rejected = await client.POST('/api/orders', { body: { customer_id: 'CUST-123' } });
      const pointers: (string | undefined)[] | undefined = rejected.error?.errors?.map(({ pointer }) => pointer);
      console.log(JSON.stringify([found.response.status, code, order.response.status, pointers]));
    }
    void main();
  `,
  'hey-api': `
    import { client } from './api/client.gen';
    import { customerGet, orderCreate } from './api';
    client.setConfig({ baseUrl: process.env['URL_OF_BUS'] as 'http://localhost' });
    async function main() {
      const found = await customerGet({ path: { customer_id: 'CUST-123' } });
      const missing = await customerGet({ path: { customer_id: 'DOES-NOT-EXIST' } });
      const code: string | undefined = missing.error?.code;
      const order = await orderCreate({ body: { customer_id: 'CUST-123', items: [{ sku: 'A', quantity: 1 }] } });
      // @ts-expect-error an order has items
      const rejected = await orderCreate({ body: { customer_id: 'CUST-123' } });
      const pointers: (string | undefined)[] | undefined = rejected.error?.errors?.map(({ pointer }) => pointer);
      console.log(JSON.stringify([found.response?.status, code, order.response?.status, pointers]));
    }
    void main();
  `,
};

const RICH: Readonly<Record<ClientGenerator, string>> = {
  'openapi-typescript': `
    import createClient from 'openapi-fetch';
    import type { components, paths } from './api';
    const client = createClient<paths>({ baseUrl: process.env['URL_OF_BUS'] });
    const leaf: components['schemas']['CatalogueSaveInputRoot'] = { name: 'leaf', children: [] };
    const from: components['schemas']['Address'] = { city: 'Delft' };
    async function main() {
      const saved = await client.POST('/catalogues', { body: { root: { name: 'root', children: [leaf] }, from } });
      const country: string | undefined = saved.data?.from.country;
      const searched = await client.GET('/search', { params: { query: { ids: [7], since: '2026-11-30' } } });
      const since: string | null | undefined = searched.data?.since;
      const csv = await client.GET('/report', { parseAs: 'text' });
      const text: string | undefined = csv.data;
      console.log(JSON.stringify([saved.data?.root.children[0]?.name, country, saved.data?.limit, searched.data?.ids, since, text]));
    }
    void main();
  `,
  'hey-api': `
    import { client } from './api/client.gen';
    import { type Address, catalogueSave, type CatalogueSaveInputRoot, report, search } from './api';
    client.setConfig({ baseUrl: process.env['URL_OF_BUS'] as 'http://localhost' });
    const leaf: CatalogueSaveInputRoot = { name: 'leaf', children: [] };
    const from: Address = { city: 'Delft' };
    async function main() {
      const saved = await catalogueSave({ body: { root: { name: 'root', children: [leaf] }, from } });
      const country: string | undefined = saved.data?.from.country;
      const searched = await search({ query: { ids: [7], since: '2026-11-30' } });
      const since: string | null | undefined = searched.data?.since;
      const csv = await report();
      const text = typeof csv.data === 'string' ? csv.data : undefined;
      console.log(JSON.stringify([saved.data?.root.children[0]?.name, country, saved.data?.limit, searched.data?.ids, since, text]));
    }
    void main();
  `,
};

const GENERATORS: readonly ClientGenerator[] = ['openapi-typescript', 'hey-api'];

describe('a generated client', () => {
  let example: ExampleBus;
  let rich: RunningBus;
  beforeAll(async () => {
    [example, rich] = await Promise.all([
      startExampleBus(),
      startBus({ config: { 'c.yaml': CHANNELS }, services: [SaveCatalogue, RunSearch, Report] }),
    ]);
  }, 60_000);
  afterAll(() => Promise.all([example.stop(), rich.stop()]));

  it.each(GENERATORS)(
    'compiles strictly, calls the bus, and has types for errors, recursive schemas, defaults, lists, dates and texts: %s',
    async (generator) => {
      const [ofExample, ofRich] = await runGeneratedClients(generator, [
        { url: example.url, program: EXAMPLE[generator] },
        { url: rich.url, program: RICH[generator] },
      ]);

      expect(ofExample).toEqual([200, 'RESOURCE_NOT_FOUND', 201, ['#/items']]);
      expect(ofRich).toEqual(['leaf', 'NL', 10, [7], '2026-11-30T00:00:00.000Z', '1,2\n']);
    },
    120_000,
  );
});
