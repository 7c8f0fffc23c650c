// The scan itself: records of a body into columns, by the schema's plan. It takes what is usual and certain. Anything else, be it an
// error or merely rare, makes a record leave no trace and end the scan: JavaScript reads that record with the plain-JS twin.

import { CLOSE_LIST, CLOSE_OBJECT, COLON, COMMA, LETTER_N, NULL, OPEN_LIST, OPEN_OBJECT, QUOTE, skipSpace } from './json-ascii';
import { readBinary, readBool, readUuid } from './json-bytes';
import { appendNull, copyData, memberColumn, reserveSlots, truncate } from './json-columns';
import { readDecimal } from './json-decimal';
import { readDouble } from './json-double';
import { readInteger } from './json-integer';
import { endOfKey, findMember, isKeyOf } from './json-keys';
import { Column, DOUBLE, FAILED, INT64, Member, ObjectPlan, scan, STRING } from './json-layout';
import { hasRepeatedKey } from './json-map';
import { reserveRows } from './json-rows';
import { skipValue } from './json-skip';
import { readString } from './json-string';
import { readDate, readTime, readTimestamp } from './json-time';
import { endUnknown, skipUnknown } from './json-unknown';

/** Reads records one after the other; answers where the first is that it does not take, or where the body ends. */
export function scanRecords(p: usize): usize {
  while (true) {
    p = skipSpace(p);
    if (p >= scan.bodyEnd) return p;
    const next = scanRecord(p);
    if (!next) return p;
    p = next;
  }
}

/** Reads elements of an array from the one at `p` on; answers where the last one it took ends, `p` if it took none. */
export function scanElements(p: usize): usize {
  let end = p;
  while (true) {
    const next = scanRecord(p);
    if (!next) return end;
    end = next;
    p = skipSpace(next);
    if (load<u8>(p) != COMMA) return end;
    p = skipSpace(p + 1);
  }
}

/** Reads the record at `p` as a row; FAILED if it is none that is taken here, with nothing left of it. */
function scanRecord(p: usize): usize {
  if (load<u8>(p) != OPEN_OBJECT) return FAILED;
  const row = scan.rows;
  if (row == scan.rowCapacity && !reserveRows(row + 1)) return FAILED;
  scan.pendingCount = 0;
  const next = readObject(p + 1, changetype<ObjectPlan>(scan.record), row);
  if (!next || next - p > scan.maxRecordBytes || !endUnknown()) {
    undoRow(row);
    return FAILED;
  }
  store<i32>(scan.deliveries + (row << 2), scan.delivery);
  store<i32>(scan.ordinals + (row << 2), scan.ordinal++);
  store<i32>(scan.starts + (row << 2), <i32>(p - scan.body));
  store<i32>(scan.ends + (row << 2), <i32>(next - scan.body));
  scan.rows = row + 1;
  return next;
}

/** Takes back what the columns have from row `row` on. */
export function undoRow(row: i32): void {
  const record = changetype<ObjectPlan>(scan.record);
  for (let i = 0; i < record.memberCount; i++) truncate(memberColumn(record, i), row);
  if (scan.rest) truncate(changetype<Column>(scan.rest), row);
}

/** Reads an object from after its `{`; its members get slot `row`. */
function readObject(p: usize, object: ObjectPlan, row: i32): usize {
  let found = 0;
  // Where it is written which member is expected: in the object for the first, in each member for the one after it.
  let expected = changetype<usize>(object) + offsetof<ObjectPlan>('first');
  p = skipSpace(p);
  if (load<u8>(p) == CLOSE_OBJECT) p++;
  else {
    while (true) {
      let member = changetype<Member>(load<usize>(expected));
      if (isKeyOf(member, p)) p += member.writtenLength;
      else {
        // Only now: most records have no space here.
        p = skipSpace(p);
        if (isKeyOf(member, p)) p += member.writtenLength;
        else {
          member = changetype<Member>(findUnexpected(object, expected, p));
          p = afterKey;
          if (!p) return FAILED;
        }
      }
      if (member) {
        const column = changetype<Column>(member.column);
        if (column.length == row) found++;
        else truncate(column, row); // the last of equal keys wins
        p = skipSpace(p);
        // The kinds that most values are of are spared the call.
        if (load<u8>(p) == LETTER_N || row >= column.capacity) p = readValue(p, column);
        else if (column.kind == STRING) p = readString(p, column);
        else if (column.kind == INT64) p = readInteger(p, column);
        else if (column.kind == DOUBLE) p = readDouble(p, column);
        else p = readValue(p, column);
        if (!p) return FAILED;
        expected = changetype<usize>(member) + offsetof<Member>('next');
      }
      let byte: u32 = load<u8>(p);
      if (byte != COMMA) {
        p = skipSpace(p);
        byte = load<u8>(p);
        if (byte != COMMA) {
          p++;
          if (byte == CLOSE_OBJECT) break;
          return FAILED;
        }
      }
      p++;
    }
  }
  return found == object.memberCount || appendMissing(object, row) ? p : FAILED;
}

/** Where the value of the member that `findUnexpected` found begins, or where an unknown member ends; FAILED if there is none. */
let afterKey: usize = FAILED;

/** The member whose key is at `p`, which is not the expected one; 0 if it is unknown, and then skipped. Sets `afterKey`. */
function findUnexpected(object: ObjectPlan, expected: usize, p: usize): usize {
  const skipped = changetype<Member>(changetype<Member>(load<usize>(expected)).next);
  if (isKeyOf(skipped, p)) {
    afterKey = p + skipped.writtenLength;
    return changetype<usize>(skipped);
  }
  afterKey = FAILED;
  const end = endOfKey(p);
  if (!end) return 0;
  const colon = skipSpace(end);
  if (load<u8>(colon) != COLON) return 0;
  const address = findMember(object, p, end);
  if (address) store<usize>(expected, address);
  afterKey = address ? colon + 1 : skipUnknown(changetype<usize>(object), p, end, skipSpace(colon + 1));
  return address;
}

/** Fills slot `row` of the members that an object lacks; false if one of them is required. */
function appendMissing(object: ObjectPlan, row: i32): bool {
  for (let i = 0; i < object.memberCount; i++) {
    const column = memberColumn(object, i);
    if (column.length != row) continue;
    if (!column.isOptional || !appendNull(column)) return false;
  }
  return true;
}

/** Reads the value at `p` into the next slot of a column. */
function readValue(p: usize, column: Column): usize {
  if (load<u8>(p) == LETTER_N) {
    return column.isOptional && load<u32>(p) == NULL && appendNull(column) ? p + 4 : FAILED;
  }
  if (column.length >= column.capacity && !reserveSlots(column, column.length + 1)) return FAILED;
  switch (column.kind) {
    case 0: // INT8
    case 1: // INT16
    case 2: // INT32
    case 3: // INT64
    case 4: // UINT64
      return readInteger(p, column);
    case 5: // FLOAT
    case 6: // DOUBLE
      return readDouble(p, column);
    case 7: // DECIMAL
      return readDecimal(p, column);
    case 8: // DATE
      return readDate(p, column);
    case 9: // TIME
      return readTime(p, column);
    case 10: // TIMESTAMP
      return readTimestamp(p, column);
    case 11: // UUID
      return readUuid(p, column);
    case 12: // BOOL
      return readBool(p, column);
    case 13: // STRING
      return readString(p, column);
    case 14: // BINARY
      return readBinary(p, column);
    case 15: // JSON
      return readJson(p, column);
    case 16: // LIST
      return readList(p, column);
    case 17: // MAP
      return readMap(p, column);
    default:
      return readStruct(p, column);
  }
}

/** Reads any value but null as the bytes it is written in. */
function readJson(p: usize, column: Column): usize {
  const end = skipValue(p);
  if (!end || !copyData(column, p, end - p)) return FAILED;
  return end;
}

function readStruct(p: usize, column: Column): usize {
  if (load<u8>(p) != OPEN_OBJECT) return FAILED;
  p = readObject(p + 1, changetype<ObjectPlan>(column.first), column.length);
  if (p) column.length++;
  return p;
}

function readList(p: usize, column: Column): usize {
  if (load<u8>(p) != OPEN_LIST) return FAILED;
  const elements = changetype<Column>(column.first);
  p = skipSpace(p + 1);
  if (load<u8>(p) == CLOSE_LIST) p++;
  else {
    while (true) {
      p = readValue(p, elements);
      if (!p) return FAILED;
      p = skipSpace(p);
      const byte: u32 = load<u8>(p);
      p++;
      if (byte == COMMA) p = skipSpace(p);
      else if (byte == CLOSE_LIST) break;
      else return FAILED;
    }
  }
  endSlot(column, elements.length);
  return p;
}

/** Reads a map. One in which a key repeats is left to the twin. */
function readMap(p: usize, column: Column): usize {
  if (load<u8>(p) != OPEN_OBJECT) return FAILED;
  const keys = changetype<Column>(column.first);
  const values = changetype<Column>(column.second);
  const first = keys.length;
  p = skipSpace(p + 1);
  if (load<u8>(p) == CLOSE_OBJECT) p++;
  else {
    while (true) {
      if (load<u8>(p) != QUOTE) return FAILED;
      p = readKey(p, keys);
      if (!p) return FAILED;
      p = skipSpace(p);
      if (load<u8>(p) != COLON) return FAILED;
      p = readValue(skipSpace(p + 1), values);
      if (!p) return FAILED;
      p = skipSpace(p);
      const byte: u32 = load<u8>(p);
      p++;
      if (byte == COMMA) p = skipSpace(p);
      else if (byte == CLOSE_OBJECT) break;
      else return FAILED;
    }
  }
  if (hasRepeatedKey(keys, first)) return FAILED;
  endSlot(column, keys.length);
  return p;
}

/** Reads the key of a map. Types that JSON writes without quotes are read from between them. */
function readKey(p: usize, keys: Column): usize {
  if (!keys.isBareKey) return readValue(p, keys);
  p = readValue(p + 1, keys);
  return p && load<u8>(p) == QUOTE ? p + 1 : FAILED;
}

/** Ends the slot of a list or map whose children reach up to `end`. */
@inline
function endSlot(column: Column, end: i32): void {
  const slot = column.length;
  store<i32>(column.values + (slot << 2), end, 4);
  column.length = slot + 1;
}
