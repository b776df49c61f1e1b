import { isPromise } from '../../invocation/promises';
import { type Conversion, copyValue, isPlainObject, convertItems, type Members, UNSURE } from './conversion';

/** The compiled decorators of a member. */
export interface CompiledMember {
  readonly name: string;
  readonly convert: Conversion;
  /** Whether class-validator would accept the value. `false` if that is unknown. */
  readonly accepts: (instance: Members, value: unknown) => boolean;
}

/** How members that a class does not declare are handled. class-validator rejects them. */
export type UndeclaredPolicy = 'reject' | 'strip';

// In a loop over the members V8 optimizes these methods, but not Object.hasOwn.
const { prototype } = Object;

/**
 * A class with compiled decorators. It creates instances and validates them in two steps, like class-transformer and class-validator,
 * so that rules which read other members see the whole instance.
 */
export class CompiledClass {
  readonly #declared: new () => object;
  readonly #canStrip: (name: string) => boolean;
  readonly #members: CompiledMember[] = [];
  readonly #byName = new Map<string, CompiledMember>();

  /**
   * @param declared - its members are added before the first validation; it may be the type of one of them
   * @param canStrip - whether an undeclared member of this name may be omitted
   */
  constructor(declared: new () => object, canStrip: (name: string) => boolean) {
    this.#declared = declared;
    this.#canStrip = canStrip;
  }

  add(member: CompiledMember): void {
    this.#members.push(member);
    this.#byName.set(member.name, member);
  }

  /** Converts the value of a member whose type is this class. */
  readonly convert: Conversion = (value) => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return convertItems(value, this.convert);
    return isPlainObject(value) || this.#isOwnInstance(value) ? this.#createInstance(value) : UNSURE;
  };

  /** Whether class-validator accepts a nested value: an instance, or arrays of instances. */
  readonly acceptsNested = (value: unknown): boolean => {
    if (value === undefined) return true;
    if (Array.isArray(value)) return value.every(this.acceptsNested);
    return typeof value === 'object' && value !== null && this.accepts(value);
  };

  accepts(instance: object): boolean {
    if (!this.#isInstance(instance)) return false;
    let present = 0;
    for (const key in instance) {
      const member = this.#findMember(present, key);
      if (member === undefined || !member.accepts(instance, instance[key])) return false;
      present += 1;
    }
    return present === this.#members.length || this.#acceptsAbsent(instance);
  }

  /** Validates the members that the instance does not have. */
  #acceptsAbsent(instance: Members): boolean {
    return this.#members.every(
      ({ name, accepts }) => prototype.propertyIsEnumerable.call(instance, name) || accepts(instance, instance[name]),
    );
  }

  #createInstance(value: Members): unknown {
    const instance = new this.#declared();
    if (!this.#isInstance(instance)) return UNSURE;
    let index = 0;
    for (const key in value) {
      if (!prototype.hasOwnProperty.call(value, key)) return UNSURE;
      const member = this.#findMember(index, key);
      index += 1;
      if (member ? !trySetMember(instance, member, value[key]) : !this.#isStripped(instance, key, value[key]))
        return UNSURE;
    }
    return instance;
  }

  #isStripped(instance: Members, key: string, value: unknown): boolean {
    return !(key in instance) && this.#canStrip(key) && copyValue(value) !== UNSURE;
  }

  /** Most objects have their members in the order of the class, which is faster than a lookup by name. */
  #findMember(index: number, key: string): CompiledMember | undefined {
    const member = this.#members[index];
    return member?.name === key ? member : this.#byName.get(key);
  }

  /** class-validator finds the rules by the `constructor` of an instance. */
  #isInstance(instance: object): instance is Members {
    return instance.constructor === this.#declared;
  }

  #isOwnInstance(value: object): value is Members {
    return Object.getPrototypeOf(value) === this.#declared.prototype && !isPromise(value);
  }
}

/** class-transformer does not overwrite functions. */
function trySetMember(instance: Members, { name, convert }: CompiledMember, value: unknown): boolean {
  if (typeof instance[name] === 'function') return false;
  const converted = convert(value);
  if (converted === UNSURE) return false;
  instance[name] = converted;
  return true;
}
