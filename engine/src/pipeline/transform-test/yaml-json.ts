import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  Scalar,
  type ScalarTag,
  YAMLMap,
  YAMLSeq,
} from 'yaml';
import { ParquetryError } from '../../core/errors.ts';
import { type ExactJson, isJsonNumber, isJsonObject, type JsonNumber } from '../../core/exact-json.ts';

/**
 * Numbers as JSON writes them, kept with their digits: a YAML file that is parsed with this tag and written again has the
 * very numbers it had. Other forms (hexadecimal, `+1`, `.inf`) stay with YAML's own tags.
 */
const exactNumber: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  test: /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/,
  identify: isDigits,
  resolve: (text): JsonNumber => ({ digits: text }),
  stringify: ({ value }) => (value as JsonNumber).digits,
};

/** Options of the YAML parser under which numbers are exact. */
export const exactYaml = { customTags: <Tag>(tags: Tag[]): (Tag | ScalarTag)[] => [exactNumber, ...tags] };

/** A YAML value as exact JSON. Throws E_CONFIG for what JSON has not. */
export function exactFromYaml(node: unknown, document: Document): ExactJson {
  if (node === null || node === undefined) return null;
  if (isAlias(node)) return exactFromYaml(node.resolve(document), document);
  if (isSeq(node)) return node.items.map((item) => exactFromYaml(item, document));
  if (isMap(node)) {
    return new Map(node.items.map(({ key, value }) => [keyText(key), exactFromYaml(value, document)]));
  }
  return isScalar(node) ? exactScalar(node) : null;
}

/** Exact JSON as a YAML node that reads back as the same; lists and objects in flow style. */
export function yamlFromExact(value: ExactJson): Node {
  if (value === null || typeof value !== 'object' || isJsonNumber(value)) return new Scalar(value);
  if (isJsonObject(value)) {
    const map = new YAMLMap<Scalar, Node>();
    for (const [key, item] of value) map.set(new Scalar(key), yamlFromExact(item));
    map.flow = true;
    return map;
  }
  const list = new YAMLSeq<Node>();
  list.items = (value as readonly ExactJson[]).map(yamlFromExact);
  list.flow = true;
  return list;
}

/** `.nan` and `.inf` are the strings that rows have for them. */
function exactScalar({ value, source }: Scalar): ExactJson {
  if (isDigits(value)) return value;
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'bigint':
      return { digits: String(value) };
    case 'number':
      return Number.isFinite(value) ? { digits: String(value) } : String(value);
    default:
      if (value === null || value === undefined) return null;
      throw new ParquetryError('E_CONFIG', `a value must be one that JSON has, got ${source}`);
  }
}

function isDigits(value: unknown): value is JsonNumber {
  return typeof value === 'object' && value !== null && 'digits' in value;
}

function keyText(key: unknown): string {
  return isScalar(key) ? (key.source ?? String(key.value)) : String(key);
}
