// What JavaScript calls, each time with the scan it is about: `wasm-scan/exports.ts` has the contracts.

import { release } from './heap';
import { finishColumns, releaseColumn, reserveData, reserveSlots, resetColumns } from './json-columns';
import { createDictionary, encodeColumn, giveUp } from './json-dictionary';
import { setPowersOfFive } from './json-double';
import { indexMembers } from './json-keys';
import { Column, COLUMN_STRIDE, scan, setScan } from './json-layout';
import { reserveRows, resetRows } from './json-rows';
import { scanElements, scanRecords, undoRow } from './json-scan';
import { forgetKeys, learnKey } from './json-unknown';

export { indexMembers as jsonIndexMembers, setPowersOfFive as jsonSetPowersOfFive };

export function jsonScanRecords(address: usize, p: usize): usize {
  setScan(address);
  return scanRecords(p);
}

export function jsonScanElements(address: usize, p: usize): usize {
  setScan(address);
  return scanElements(p);
}

export function jsonFinish(address: usize): void {
  setScan(address);
  undoRow(scan.rows);
  for (let i = 0; i < scan.columnCount; i++) {
    encodeColumn(changetype<Column>(scan.columns + <usize>i * COLUMN_STRIDE));
  }
  finishColumns();
}

export function jsonReset(address: usize): void {
  setScan(address);
  resetColumns();
  resetRows();
  scan.isExhausted = 0;
}

export function jsonForgetKeys(address: usize): void {
  setScan(address);
  forgetKeys();
}

export function jsonReserveRows(address: usize, rows: i32): bool {
  setScan(address);
  return reserveRows(rows);
}

export function jsonReserve(address: usize, column: usize, slots: i32, bytes: usize): bool {
  setScan(address);
  const target = changetype<Column>(column);
  return reserveSlots(target, slots) && (!bytes || reserveData(target, target.dataEnd, bytes));
}

export function jsonCreateDictionary(): usize {
  return createDictionary();
}

export function jsonLearnKey(address: usize, object: usize, key: usize, length: u32, number: i32): bool {
  setScan(address);
  return learnKey(object, key, length, number);
}

/** Gives back everything that grew: columns, dictionaries, keys. */
export function jsonRelease(address: usize): void {
  setScan(address);
  forgetKeys();
  release(<u32>scan.deliveries);
  release(<u32>scan.scratch);
  for (let i = 0; i < scan.columnCount; i++) {
    const column = changetype<Column>(scan.columns + <usize>i * COLUMN_STRIDE);
    giveUp(column);
    releaseColumn(column);
  }
}
