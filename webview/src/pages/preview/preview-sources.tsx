import type { Place } from '../../../../engine/src/protocol/places.ts';
import type { PreviewDeadLetter } from '../../../../engine/src/protocol/preview.ts';
import type { FieldInfo } from '../../../../engine/src/protocol/rows.ts';
import type { ArrowRows } from '../../arrow/arrow-rows.ts';
import { Icon } from '../../components/icon.tsx';
import { Badge } from '../../components/layout.tsx';
import { PlaceLink } from '../../components/place-link.tsx';
import type { GridColumn, GridSource } from '../../grid/source.ts';
import type { PreviewLines } from './preview-lines.ts';
import type { PreviewModel } from './preview-model.ts';

export type Reveal = (place: Place) => void;

/** The left grid: records as they were read. Each stands in the first of its lines. */
export function inputSource(model: PreviewModel, lines: PreviewLines): GridSource {
  const { input, result, deadLetters } = model;
  const rowOf = (line: number) => (lines.part[line] === 0 ? result.inputRow[lines.record[line]!]! : -1);
  return {
    rowCount: lines.length,
    columns: input.fields.map((field, column) => inputColumn(model, field, column)),
    rowLabel: (line) => labelOf(lines, line),
    rowClass: (line) => lineClass(model, lines, line),
    cell(line, column) {
      const row = rowOf(line);
      if (row === -1) return blank;
      const state = lines.row[line] === -1 || model.columns.outputOf[column] !== -1 || input.isNull(row, column);
      return { ...input.cell(row, column), state: state ? undefined : 'removed' };
    },
    rowNote(line) {
      if (lines.part[line] !== 0 || rowOf(line) !== -1) return undefined;
      const original = deadLetters.get(lines.record[line]!)?.original ?? '';
      return <span class="preview-original">{original.slice(0, 400)}</span>;
    },
    fullText: (line, column) => fullText(input, rowOf(line), column),
  };
}

/** The right grid: what became of them. */
export function outputSource(model: PreviewModel, lines: PreviewLines, reveal: Reveal | undefined): GridSource {
  const { output } = model;
  return {
    rowCount: lines.length,
    columns: output.fields.map((field, column) => outputColumn(model, field, column)),
    rowLabel: (line) => labelOf(lines, line),
    rowClass: (line) => lineClass(model, lines, line),
    cell(line, column) {
      const row = lines.row[line]!;
      if (row === -1) return blank;
      return { ...output.cell(row, column), ...comparison(model, lines, line, column) };
    },
    rowNote: (line) => (lines.row[line] === -1 ? noteOf(model, lines.record[line]!, reveal) : undefined),
    fullText: (line, column) => fullText(output, lines.row[line]!, column),
  };
}

const blank = { text: '', kind: 'text' } as const;

function comparison(model: PreviewModel, lines: PreviewLines, line: number, column: number) {
  const { input, columns, result } = model;
  const state = model.cellState(lines.record[line]!, lines.row[line]!, column);
  if (state !== 'changed') return { state };
  const was = input.cell(result.inputRow[lines.record[line]!]!, columns.inputOf[column]!);
  return { state, title: `was ${was.text}` };
}

function inputColumn({ input, columns }: PreviewModel, { name, type }: FieldInfo, column: number): GridColumn {
  const isGone = columns.outputOf[column] === -1;
  return { name, type, isNumber: input.isNumber(column), state: isGone ? 'removed' : undefined };
}

function outputColumn({ input, output, columns }: PreviewModel, { name, type }: FieldInfo, column: number): GridColumn {
  const isNumber = output.isNumber(column);
  const from = input.fields[columns.inputOf[column]!];
  if (from === undefined) return { name, type, isNumber, state: 'added' };
  const origin = from.name === name ? '' : `${from.name} `;
  const was = withoutNull(from.type) === withoutNull(type) ? '' : `${from.type} `;
  if (origin === '' && was === '') return { name, type, isNumber };
  return { name, type: `${type} ← ${origin}${was}`.trim(), isNumber, state: 'changed' };
}

/** Whether a column may hold null says the schema; that it differs is no change of its values. */
function withoutNull(type: string): string {
  return type.replace(/\?$/, '');
}

function labelOf(lines: PreviewLines, line: number): string {
  return lines.part[line] === 0 ? String(lines.record[line]! + 1) : '↳';
}

function lineClass(model: PreviewModel, lines: PreviewLines, line: number): string {
  const record = lines.record[line]!;
  const classes = ['preview-line'];
  if (lines.record[line + 1] === record) classes.push('is-continued');
  if (model.dropReasons.has(record)) classes.push('is-dropped');
  if (model.deadLetters.has(record) || model.passedThrough.has(record)) classes.push('is-dead');
  return classes.join(' ');
}

function noteOf(model: PreviewModel, record: number, reveal: Reveal | undefined) {
  const reason = model.dropReasons.get(record);
  if (reason !== undefined) {
    return (
      <>
        <Badge>dropped</Badge>
        <span class="dim">{reason}</span>
      </>
    );
  }
  const letter = model.deadLetters.get(record);
  return letter === undefined ? <span class="dim">no row</span> : <DeadLetterNote letter={letter} reveal={reveal} />;
}

function DeadLetterNote({ letter, reveal }: { readonly letter: PreviewDeadLetter; readonly reveal?: Reveal }) {
  const { stage, field, message, place } = letter;
  return (
    <>
      <Icon name="error" />
      <Badge tone="bad">{stage}</Badge>
      {place !== undefined && <PlaceLink place={place} reveal={reveal} />}
      <span title={message}>
        {field !== undefined && !message.includes(field) && <code>{field}: </code>}
        {message}
      </span>
    </>
  );
}

function fullText(rows: ArrowRows, row: number, column: number): string {
  return row === -1 ? '' : rows.whole(row, column);
}
