import { BusService, type ServiceConstructor } from '@trunkline/service';
import { listMembers } from './members-section';
import type { Operation } from './operation-section';
import { HeaderTemplates } from '../request/header-templates';
import { takesBody } from '../../http/request/http-method';
import { createEmptyFilterError, replaceNulls } from '../request/query-string';
import { declareInput, declareOutput } from './member-schema';
import { RestAdapter } from './rest-adapter';

/**
 * Creates the class of an adapter without code.
 *
 * @param name - of the service
 * @param connection - name of the outgoing connection
 */
export function createYamlAdapter(name: string, connection: string, operation: Operation): ServiceConstructor {
  const { method, path, input, output, description } = operation;
  const hasBody = takesBody(method) || (method === 'DELETE' && operation.format !== undefined);
  const inQuery = new Set(hasBody ? operation.query : []);
  const optional = input === undefined ? [] : listMembers(input).filter(({ isOptional }) => isOptional);
  const optionalNames = new Set(optional.map((member) => member.name));
  const templates = new HeaderTemplates(operation.headers ?? {}, optionalNames);

  // The type of the output is unknown here, and `never` is assignable to any declaration.
  class YamlAdapter extends RestAdapter<unknown, never> {
    readonly connection = connection;
    readonly method = method;
    readonly path = path;
    override readonly onStatus = operation.onStatus ?? {};
    override readonly format = operation.format;
    override readonly expect = operation.expect;
    override readonly timeout = operation.timeout;
    override readonly emptyList = operation.emptyList;

    protected override query() {
      if (inQuery.size === 0 && hasBody) return undefined;
      const picked = pickMembers(this.unplaced(), (member) => inQuery.size === 0 || inQuery.has(member));
      const members = replaceNulls(picked, optionalNames);
      if (members !== picked && hasBody) this.#rejectNulls(picked);
      return members;
    }

    /** A query beside a body is a filter more often than a list to store: `null` is rejected unless a rule allows it. */
    #rejectNulls(members: Readonly<Record<string, unknown>>): void {
      const rule = operation.emptyList ?? this.out.rest[connection]?.emptyList ?? 'refuse';
      const filter = Object.keys(members).find((each) => members[each] === null && !optionalNames.has(each));
      if (rule === 'refuse' && filter !== undefined) throw createEmptyFilterError(filter);
    }

    protected override headers() {
      return operation.headers && templates.fill(pickMembers(this.request.input, () => true));
    }

    protected override body() {
      if (inQuery.size === 0) return super.body();
      const members = pickMembers(this.unplaced(), (member) => !inQuery.has(member));
      return Object.keys(members).length === 0 ? undefined : members;
    }

    protected override unplaced() {
      const left = super.unplaced();
      if (templates.names.size === 0 || typeof left !== 'object' || Array.isArray(left)) return left;
      const members = pickMembers(left, (member) => !templates.names.has(member));
      return Object.keys(members).length === 0 ? undefined : members;
    }
  }

  return BusService({
    name,
    ...(input !== undefined && { input: declareInput(input) }),
    ...(output !== undefined && { output: declareOutput(output) }),
    ...(description !== undefined && { description }),
  })(YamlAdapter);
}

function pickMembers(value: unknown, isIncluded: (name: string) => boolean): Record<string, unknown> {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(entries.filter(([name]) => isIncluded(name)));
}
