import { type Document, isAlias, isMap, isScalar, isSeq, type Node, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { ParquetryError } from '../../core/errors.ts';
import { type ExactJson, isJsonNumber, isJsonObject } from '../../core/exact-json.ts';

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** A YAML value as exact JSON: numbers keep the digits they are written with. Throws E_CONFIG for what JSON has not. */
export function exactFromYaml(node: unknown, document: Document): ExactJson {
  if (node === null || node === undefined) return null;
  if (isAlias(node)) return exactFromYaml(node.resolve(document), document);
  if (isSeq(node)) return node.items.map((item) => exactFromYaml(item, document));
  if (isMap(node)) {
    return new Map(node.items.map(({ key, value }) => [keyText(key), exactFromYaml(value, document)]));
  }
  return isScalar(node) ? exactScalar(node) : null;
}

/** Exact JSON as a YAML node that reads back as the same, in flow style where it is short. */
export function yamlFromExact(value: ExactJson): Node {
  if (value === null || typeof value !== 'object') return new Scalar(value);
  if (isJsonNumber(value)) return new Scalar(numberValue(value.digits));
  if (isJsonObject(value)) {
    const map = new YAMLMap<Node, Node>();
    for (const [key, item] of value) map.add({ key: new Scalar(key), value: yamlFromExact(item) } as never);
    map.flow = true;
    return map;
  }
  const list = new YAMLSeq<Node>();
  list.items = (value as readonly ExactJson[]).map(yamlFromExact);
  list.flow = true;
  return list;
}

function exactScalar({ value, source }: Scalar): ExactJson {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'bigint':
      return { digits: String(value) };
    case 'number':
      return exactNumber(value, source ?? String(value));
    default:
      if (value === null || value === undefined) return null;
      throw new ParquetryError('E_CONFIG', `a value must be one that JSON has, got ${source}`);
  }
}

/** Hexadecimal, `+1`, `.5` and the like are written anew; `.nan` and `.inf` are the strings that rows have for them. */
function exactNumber(value: number, source: string): ExactJson {
  if (!Number.isFinite(value)) return String(value);
  return { digits: JSON_NUMBER.test(source) ? source : String(value) };
}

/** A number that YAML prints with just these digits; text where it would lose some, which decimals take as well. */
function numberValue(digits: string): number | bigint | string {
  if (/^-?\d+$/.test(digits)) return digits === '-0' ? -0 : BigInt(digits);
  return String(Number(digits)) === digits ? Number(digits) : digits;
}

function keyText(key: unknown): string {
  return isScalar(key) ? (key.source ?? String(key.value)) : String(key);
}
