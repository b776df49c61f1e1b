import {
  type Conversion,
  copyValue,
  isPlainObject,
  isThenable,
  convertItems,
  type Members,
  UNSURE,
} from './conversion';

/** What is known of a member of a class. */
export interface CompiledMember {
  readonly name: string;
  readonly convert: Conversion;
  /** Would class-validator let the value stand? `false` also where that cannot be told. */
  readonly accepts: (instance: Members, value: unknown) => boolean;
}

/** What becomes of members that a class does not declare. It is for class-validator to refuse them. */
export type UndeclaredPolicy = 'refused' | 'left out';

// In a loop over the members V8 knows the answer; of Object.hasOwn it does not: 0.1 µs for an order.
const { prototype } = Object;

/**
 * A class whose decorators have been read: makes instances of it and checks them, in two steps as class-transformer and
 * class-validator do, so that rules which look at the whole instance see all of it.
 */
export class CompiledClass {
  readonly #declared: new () => object;
  readonly #canStrip: (name: string) => boolean;
  readonly #members: CompiledMember[] = [];
  readonly #byName = new Map<string, CompiledMember>();

  /**
   * @param declared - its members are added before the first value comes; it may itself be the type of one
   * @param canLeaveOut - may a member of this name, which is not declared, be left out?
   */
  constructor(declared: new () => object, canLeaveOut: (name: string) => boolean) {
    this.#declared = declared;
    this.#canStrip = canLeaveOut;
  }

  add(member: CompiledMember): void {
    this.#members.push(member);
    this.#byName.set(member.name, member);
  }

  /** The conversion of a member that has this class for its type. */
  readonly convert: Conversion = (value) => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return convertItems(value, this.convert);
    return isPlainObject(value) || this.#isOwnInstance(value) ? this.#createInstance(value) : UNSURE;
  };

  /** Does class-validator accept what is to be nested: an instance, or arrays of them? */
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

  /** What a loop over the members has not come by. */
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

  /** Most objects have their members in the order of the class: 0.2 µs less for an order than looking each of them up. */
  #findMember(index: number, key: string): CompiledMember | undefined {
    const member = this.#members[index];
    return member?.name === key ? member : this.#byName.get(key);
  }

  /** class-validator goes by the constructor that an instance names. */
  #isInstance(instance: object): instance is Members {
    return instance.constructor === this.#declared;
  }

  #isOwnInstance(value: object): value is Members {
    return Object.getPrototypeOf(value) === this.#declared.prototype && !isThenable(value);
  }
}

/** class-transformer writes over no function. */
function trySetMember(instance: Members, { name, convert }: CompiledMember, value: unknown): boolean {
  if (typeof instance[name] === 'function') return false;
  const converted = convert(value);
  if (converted === UNSURE) return false;
  instance[name] = converted;
  return true;
}
