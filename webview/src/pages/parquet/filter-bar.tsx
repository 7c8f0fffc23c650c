import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { ParquetFilter } from '../../../../engine/src/protocol/parquet.ts';
import type { FieldInfo } from '../../../../engine/src/protocol/rows.ts';
import { Button, IconButton, Select, TextField } from '../../components/controls.tsx';
import { Badge, Toolbar } from '../../components/layout.tsx';
import { isText, oneOf, useView } from '../../hooks/use-view.ts';
import { type Operator, operators } from './operators.ts';

export interface FilterBarProps {
  readonly fields: readonly FieldInfo[];
  readonly filters: readonly ParquetFilter[];
  readonly onChange: (filters: readonly ParquetFilter[]) => void;
  /** By a top-level column. */
  readonly onSort: (column: string) => void;
  /** At the right. */
  readonly children?: ComponentChildren;
}

/** Filters as they are in force, and a form for another one; all of them must hold. */
export function FilterBar({ fields, filters, onChange, onSort, children }: FilterBarProps) {
  const [column, setColumn] = useView('filter column', '', isText);
  const [op, setOp] = useView<Operator>('filter operator', '=', oneOf(operators));
  const [value, setValue] = useView('filter value', '', isText);
  const needsValue = op !== 'is null' && op !== 'is not null';
  const isKnown = fields.some(({ name }) => column === name || column.startsWith(`${name}.`));
  const add = () => {
    if (!isKnown) return;
    onChange([...filters, { column, op, value: needsValue ? value : undefined }]);
    setValue('');
  };
  return (
    <Toolbar label="Filters" end={children}>
      <ColumnField
        fields={fields}
        value={column}
        onInput={setColumn}
        onEnter={add}
        isInvalid={column !== '' && !isKnown}
      />
      <Select
        label="Comparison"
        value={op}
        options={operators.map((operator) => ({ value: operator, label: operator }))}
        onChange={setOp}
      />
      {needsValue && (
        <TextField
          label="Value"
          placeholder={placeholderOf(fields.find(({ name }) => name === column)?.type)}
          value={value}
          onInput={setValue}
          onEnter={add}
        />
      )}
      <Button isSecondary icon="filter" onClick={add} isDisabled={!isKnown}>
        Filter
      </Button>
      <IconButton
        icon="sort-precedence"
        label="Sort by the column"
        isDisabled={!fields.some(({ name }) => name === column)}
        onClick={() => onSort(column)}
      />
      {filters.map((filter, i) => (
        <Badge key={`${filter.column} ${filter.op} ${filter.value}`}>
          {filter.column} {filter.op} {filter.value}
          <button
            type="button"
            class="parquet-remove"
            aria-label={`Remove the filter ${filter.column} ${filter.op} ${filter.value ?? ''}`}
            onClick={() => onChange(filters.filter((_, other) => other !== i))}
          >
            ×
          </button>
        </Badge>
      ))}
    </Toolbar>
  );
}

/** Columns that are offered while one is typed: a list of thousands helps nobody. */
const MAX_OFFERED = 50;

function ColumnField(props: {
  readonly fields: readonly FieldInfo[];
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly onEnter: () => void;
  readonly isInvalid: boolean;
}) {
  const { fields, value, onInput, onEnter, isInvalid } = props;
  const id = useId();
  const typed = value.toLowerCase();
  const offered = fields.filter(({ name }) => name.toLowerCase().includes(typed)).slice(0, MAX_OFFERED);
  return (
    <>
      <input
        class="parquet-input"
        aria-label="Column"
        aria-invalid={isInvalid}
        placeholder="column"
        list={id}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Enter' && onEnter()}
      />
      <datalist id={id}>
        {offered.map(({ name, type }) => (
          <option key={name} value={name}>
            {type}
          </option>
        ))}
      </datalist>
    </>
  );
}

function placeholderOf(type = ''): string {
  if (type.startsWith('timestamp')) return '2026-01-31T10:00:00Z';
  if (type.startsWith('date')) return '2026-01-31';
  if (type.startsWith('decimal')) return '12.50';
  return 'value';
}
