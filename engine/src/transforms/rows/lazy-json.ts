import { inspect } from 'node:util';

/** Asks a json that was not read yet for its handler. In no way a key: `ownKeys` does not tell of it. */
const HANDLER: unique symbol = Symbol('handler');

/**
 * What user code sees of a json text: null, a boolean, a number, a string; an object or an array is parsed when it is first looked
 * into. Such a value is a proxy over an empty object, so that it can lie in a plain property and be handed on unread, at a
 * fortieth of what parsing and writing it again would cost. Throws SyntaxError for what is no JSON and begins like neither.
 */
export function jsonValue(text: string): unknown {
  const first = text.charCodeAt(0);
  if (first === BRACE) return new Proxy(new UnreadObject(), new LazyJson(text));
  if (first === BRACKET) return new Proxy(new UnreadArray(), new LazyJson(text));
  return JSON.parse(text);
}

/** The text of a json that user code has not looked into, so cannot have changed; undefined for all other values. */
export function unreadText(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const handler = (value as { readonly [HANDLER]?: unknown })[HANDLER];
  return handler instanceof LazyJson ? handler.text : undefined;
}

/** Whether a value equals the input's for sure if it is the same one: it cannot be changed, or was not looked into. */
export function isUnread(value: unknown): boolean {
  return typeof value !== 'object' || value === null || unreadText(value) !== undefined;
}

const BRACE = 0x7b;
const BRACKET = 0x5b;

/*
 * What a proxy is over before it is read. `console.log` looks at that without asking the handler, so printing has to ask.
 */
class UnreadObject {
  [inspect.custom](_depth: number, options: object): string {
    return printed(this, options);
  }
}

class UnreadArray extends Array<unknown> {
  [inspect.custom](_depth: number, options: object): string {
    return printed(this, options);
  }
}

/** `unread` is the proxy; once it was read, it has the prototype of any other object. */
function printed(unread: object, options: object): string {
  Object.keys(unread);
  return inspect(unread, options);
}

/** Each trap parses the text into the target and takes all traps away: from then on the proxy is the target to everybody. */
class LazyJson implements ProxyHandler<object> {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  get(target: object, key: PropertyKey, receiver: unknown): unknown {
    return key === HANDLER ? this : Reflect.get(this.read(target), key, receiver);
  }

  set(target: object, key: PropertyKey, value: unknown, receiver: unknown): boolean {
    return Reflect.set(this.read(target), key, value, receiver);
  }

  has(target: object, key: PropertyKey): boolean {
    return Reflect.has(this.read(target), key);
  }

  ownKeys(target: object): (string | symbol)[] {
    return Reflect.ownKeys(this.read(target));
  }

  getOwnPropertyDescriptor(target: object, key: PropertyKey): PropertyDescriptor | undefined {
    return Reflect.getOwnPropertyDescriptor(this.read(target), key);
  }

  defineProperty(target: object, key: PropertyKey, descriptor: PropertyDescriptor): boolean {
    return Reflect.defineProperty(this.read(target), key, descriptor);
  }

  deleteProperty(target: object, key: PropertyKey): boolean {
    return Reflect.deleteProperty(this.read(target), key);
  }

  getPrototypeOf(target: object): object | null {
    return Reflect.getPrototypeOf(this.read(target));
  }

  setPrototypeOf(target: object, prototype: object | null): boolean {
    return Reflect.setPrototypeOf(this.read(target), prototype);
  }

  isExtensible(target: object): boolean {
    return Reflect.isExtensible(this.read(target));
  }

  preventExtensions(target: object): boolean {
    return Reflect.preventExtensions(this.read(target));
  }

  private read(target: object): object {
    const parsed = JSON.parse(this.text) as object;
    Object.setPrototypeOf(this, null);
    Object.setPrototypeOf(target, Object.getPrototypeOf(parsed));
    return moveInto(target, parsed);
  }
}

function moveInto(target: object, parsed: object): object {
  if (!Object.hasOwn(parsed, '__proto__')) return Object.assign(target, parsed);
  // An assignment would not add the key, but set the prototype.
  return Object.defineProperties(target, Object.getOwnPropertyDescriptors(parsed));
}
