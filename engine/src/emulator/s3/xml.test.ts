import fc from 'fast-check';
import { expect, test } from 'vitest';
import { childrenOf, parseXml, renderXml, textOf } from './xml.ts';

test('reads back any text it wrote', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(textOf(parseXml(renderXml('Root', [['Key', text]])), 'Key')).toBe(text);
    }),
  );
});

test('reads prefixes, attributes, CDATA, comments and empty elements', () => {
  const root = parseXml(
    '<?xml version="1.0"?><s3:Delete xmlns:s3="x"><!-- <no> --><s3:Object a="1"><Key>a&#x20;&amp;<![CDATA[<b>]]></Key></s3:Object><Object><Key/></Object></s3:Delete>\n',
  );
  expect(root.name).toBe('Delete');
  expect(childrenOf(root, 'Object').map((object) => textOf(object, 'Key'))).toEqual(['a &<b>', '']);
});

test.each([
  ['nothing', ''],
  ['plain text', 'hello'],
  ['an element that is not closed', '<a><b></b>'],
  ['elements that cross', '<a><b></a></b>'],
  ['two roots', '<a/><b/>'],
  ['text beside the root', '<a/>x'],
  ['a tag that does not end', '<a'],
  ['a DOCTYPE', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
  ['an unknown reference', '<a>&x;</a>'],
  ['a character beyond Unicode', '<a>&#x110000;</a>'],
  ['nesting without end', '<a>'.repeat(100) + '</a>'.repeat(100)],
])('refuses %s', (_, document) => {
  expect(() => parseXml(document)).toThrow(expect.objectContaining({ code: 'MalformedXML' }));
});
