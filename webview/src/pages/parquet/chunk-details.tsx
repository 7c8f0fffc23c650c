import type { ParquetPageInfo } from '../../../../engine/src/protocol/parquet.ts';
import { IconButton } from '../../components/controls.tsx';
import { Toolbar } from '../../components/layout.tsx';
import { bytesText, countOf, countText } from '../../components/quantities.ts';
import { ErrorState, ProgressState } from '../../components/states.tsx';
import { useRequest } from '../../hooks/use-request.ts';
import type { PictureProps } from './layout-picture.tsx';
import type { OpenedProps } from './parquet-page.tsx';

/** One column of one row group: what its statistics promise, and its pages. */
export function ChunkDetails(props: PictureProps & Pick<OpenedProps, 'studio'>) {
  const { summary, studio, selected, select } = props;
  const column = summary.columns[selected.column]!;
  const group = summary.rowGroups[selected.rowGroup];
  const asked = group && { handle: summary.handle, column: column.path, rowGroup: selected.rowGroup };
  const { value, error } = useRequest(studio, 'parquet.pages', asked);
  if (group === undefined) return null;
  const chunk = group.chunks?.[selected.column];
  const go = (by: number) => select({ ...selected, rowGroup: selected.rowGroup + by });
  return (
    <section class="chunk-details" aria-label={`${column.path} in row group ${selected.rowGroup + 1}`}>
      <Toolbar
        label="Chunk"
        end={
          <>
            <IconButton
              icon="chevron-left"
              label="Row group before"
              onClick={() => go(-1)}
              isDisabled={selected.rowGroup === 0}
            />
            <span>
              row group {countText(selected.rowGroup + 1)} of {countText(summary.rowGroups.length)}
            </span>
            <IconButton
              icon="chevron-right"
              label="Next row group"
              onClick={() => go(1)}
              isDisabled={selected.rowGroup >= summary.rowGroups.length - 1}
            />
          </>
        }
      >
        <strong>{column.path}</strong>
        <span class="dim">{countOf(group.rows, 'row')}</span>
        {chunk && (
          <span class="dim">
            {bytesText(chunk.bytes)}, {bytesText(chunk.uncompressedBytes)} unpacked
          </span>
        )}
        {chunk?.min !== undefined && (
          <span class="dim chunk-range" title={`${chunk.min} … ${chunk.max}`}>
            {chunk.min} … {chunk.max}
          </span>
        )}
        {chunk?.nulls !== undefined && <span class="dim">{countOf(chunk.nulls, 'null')}</span>}
      </Toolbar>
      {error !== undefined && <ErrorState error={error} title="The pages cannot be read" />}
      {value === undefined && error === undefined && <ProgressState label="Reading page headers" />}
      {value !== undefined && error === undefined && <Pages pages={value.pages} isCut={value.isCut} />}
    </section>
  );
}

function Pages({ pages, isCut }: { readonly pages: readonly ParquetPageInfo[]; readonly isCut: boolean }) {
  const total = pages.reduce((sum, { bytes }) => sum + bytes, 0) || 1;
  const hasNulls = pages.some(({ nulls }) => nulls !== undefined);
  const hasBounds = pages.some(({ min, max }) => min !== undefined || max !== undefined);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls it by keys
    // biome-ignore lint/a11y/useSemanticElements: no set of form fields
    <div class="chunk-pages scrolls-sideways" role="group" aria-label="Pages of the chunk" tabIndex={0}>
      <div class="page-strip" role="img" aria-label={`${countOf(pages.length, 'page')} by their bytes`}>
        {pages.map((page, i) => (
          <div
            key={i}
            class={`page-part is-${page.kind}`}
            title={`${page.kind} page ${i + 1}: ${bytesText(page.bytes)}, ${countOf(page.values, 'value')}`}
            style={{ flexGrow: page.bytes / total }}
          />
        ))}
      </div>
      <table>
        <thead>
          <tr>
            <th class="number">#</th>
            <th>Page</th>
            <th>Encoding</th>
            <th class="number">Values</th>
            <th class="number">Bytes</th>
            <th class="number">Unpacked</th>
            {hasNulls && <th class="number">Nulls</th>}
            {hasBounds && <th>Minimum</th>}
            {hasBounds && <th>Maximum</th>}
            <th>CRC</th>
          </tr>
        </thead>
        <tbody>
          {pages.map((page, i) => (
            <tr key={i}>
              <td class="number dim">{i + 1}</td>
              <td>{page.kind}</td>
              <td class="dim">{page.encoding.toLowerCase().replaceAll('_', ' ')}</td>
              <td class="number">{countText(page.values)}</td>
              <td class="number">{bytesText(page.bytes)}</td>
              <td class="number">{bytesText(page.uncompressedBytes)}</td>
              {hasNulls && <td class="number">{page.nulls === undefined ? '' : countText(page.nulls)}</td>}
              {hasBounds && <td class="mono page-bound">{page.min}</td>}
              {hasBounds && <td class="mono page-bound">{page.max}</td>}
              <td class="dim">{page.hasCrc ? 'yes' : 'no'}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {isCut && <p class="dim">These are the first {countText(pages.length)} pages.</p>}
    </div>
  );
}
