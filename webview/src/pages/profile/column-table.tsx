import { useState } from 'preact/hooks';
import type { ColumnProfile } from '../../../../engine/src/protocol/profile.ts';
import { Bar, Histogram } from '../../components/figures.tsx';
import { Icon } from '../../components/icon.tsx';
import { bytesText, countText, shareText } from '../../components/quantities.ts';
import { ColumnDetails } from './column-details.tsx';

export interface ColumnTableProps {
  readonly columns: readonly ColumnProfile[];
  readonly rows: number;
  readonly fileBytes: number;
}

/** Columns as lines: what their values are like, and what they take. A line opens to what every encoding would make of it. */
export function ColumnTable({ columns, rows, fileBytes }: ColumnTableProps) {
  const [open, setOpen] = useState<string>();
  const largest = Math.max(1, ...columns.map(({ encodedBytes }) => encodedBytes));
  return (
    <section class="measure-section" aria-labelledby="profile-columns">
      <h2 id="profile-columns">
        Columns <span class="dim">{bytesText(fileBytes)} in the file</span>
      </h2>
      <div class="profile-table-box">
        <table class="profile-table">
          <thead>
            <tr>
              <th scope="col">Column</th>
              <th scope="col" class="number">
                Nulls
              </th>
              <th scope="col" class="number">
                Distinct
              </th>
              <th scope="col" class="profile-wide">
                Values
              </th>
              <th scope="col" class="profile-picture">
                <span class="unseen">Distribution</span>
              </th>
              <th scope="col" class="number">
                In the file
              </th>
              <th scope="col" class="profile-bytes">
                <span class="unseen">Share</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {columns.map((column) => (
              <ColumnLines
                key={column.name}
                {...{ column, rows, largest }}
                isOpen={open === column.name}
                toggle={() => setOpen(open === column.name ? undefined : column.name)}
              />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface ColumnLinesProps {
  readonly column: ColumnProfile;
  readonly rows: number;
  readonly largest: number;
  readonly isOpen: boolean;
  readonly toggle: () => void;
}

function ColumnLines({ column, rows, largest, isOpen, toggle }: ColumnLinesProps) {
  const { name, type, nulls, distinct, histogram, encodedBytes, isInPath } = column;
  const nullShare = rows === 0 ? 0 : nulls / rows;
  return (
    <>
      <tr>
        <th scope="row">
          <button type="button" class="profile-column" aria-expanded={isOpen} onClick={toggle}>
            <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} />
            <span class="profile-column-name">{name}</span>
            <span class="dim mono">{type}</span>
          </button>
        </th>
        <td class="number">{nulls === 0 ? <span class="dim">–</span> : shareText(nullShare)}</td>
        <td class="number">{countText(distinct)}</td>
        <td class="profile-wide">
          <span class="profile-range mono">{rangeText(column)}</span>
        </td>
        <td class="profile-picture">
          {histogram !== undefined && histogram.counts.length > 1 && (
            <Histogram
              label={`${name}: ${histogram.of === 'length' ? 'lengths' : 'values'} from ${histogram.edges[0]} to ${histogram.edges.at(-1)}`}
              counts={histogram.counts}
              height={18}
            />
          )}
        </td>
        <td class="number">{isInPath ? <span class="dim">in the path</span> : bytesText(encodedBytes)}</td>
        <td class="profile-bytes">
          {!isInPath && <Bar share={encodedBytes / largest} label={`${name} takes ${bytesText(encodedBytes)}`} />}
        </td>
      </tr>
      {isOpen && (
        <tr class="profile-details">
          <td colSpan={7}>
            <ColumnDetails column={column} rows={rows} />
          </td>
        </tr>
      )}
    </>
  );
}

function rangeText({ min, max, top }: ColumnProfile): string {
  if (min === undefined || max === undefined) return top[0]?.[0] ?? '';
  return min === max ? min : `${min} … ${max}`;
}
