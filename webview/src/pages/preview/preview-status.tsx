import { useState } from 'preact/hooks';
import type { PreviewResult, PreviewState } from '../../../../engine/src/protocol/preview.ts';
import type { Count } from '../../../../engine/src/protocol/rows.ts';
import { Icon } from '../../components/icon.tsx';
import { countOf, countText, durationText } from '../../components/quantities.ts';
import type { PreviewModel } from './preview-model.ts';

export interface PreviewStatusProps {
  readonly model?: PreviewModel;
  readonly state?: PreviewState;
}

/** One line: what went in, what came out, what it took, and what one might miss. */
export function PreviewStatus({ model, state }: PreviewStatusProps) {
  const [isPrintedShown, showPrinted] = useState(false);
  const printed = model?.result.printed;
  return (
    <>
      {isPrintedShown && printed !== undefined && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled must be reachable by keys
        <section class="preview-printed" aria-label="What the transform printed" tabIndex={0}>
          <pre>{printed}</pre>
        </section>
      )}
      <footer class="preview-status">
        {model !== undefined && <Facts model={model} />}
        {printed !== undefined && (
          <button
            type="button"
            class="link"
            aria-expanded={isPrintedShown}
            onClick={() => showPrinted(!isPrintedShown)}
          >
            printed {countOf(lineCount(printed), 'line')}
          </button>
        )}
        <span class="preview-time" role="status">
          {state?.isRunning && <Icon name="loading" isSpinning />}
          {state?.isRunning && <span class="unseen">running</span>}
          {model !== undefined && <Elapsed {...model.result.elapsedMs} />}
        </span>
      </footer>
    </>
  );
}

function Facts({ model: { result, counts, passedThrough } }: { readonly model: PreviewModel }) {
  const { records, isCut, output, unknownKeys, partitions, stopsAt } = result;
  return (
    <>
      <span>
        {isCut ? `first ${countOf(records, 'record')}` : countOf(records, 'record')} → {countOf(output.length, 'row')}
      </span>
      {counts.dropped > 0 && <span>{countText(counts.dropped)} dropped</span>}
      {counts['dead-lettered'] > 0 && (
        <span class="preview-bad">{countText(counts['dead-lettered'])} dead-lettered</span>
      )}
      {passedThrough.size > 0 && (
        <span class="preview-bad">{countText(passedThrough.size)} passed through with errors</span>
      )}
      {stopsAt !== undefined && <span class="preview-bad">a run would end at record {stopsAt + 1}</span>}
      {unknownKeys.length > 0 && (
        <span class="preview-warning" title={`No schema names them: ${countsText(unknownKeys)}`}>
          {countOf(unknownKeys.length, 'unknown key')}:{' '}
          {unknownKeys
            .slice(0, 3)
            .map(([key]) => key)
            .join(', ')}
          {unknownKeys.length > 3 && ' …'}
        </span>
      )}
      {partitions.some((sink) => sink.length > 0) && (
        <span title={partitions.map(countsText).join('\n')}>
          {countOf(Math.max(...partitions.map((sink) => sink.length)), 'partition')}
        </span>
      )}
    </>
  );
}

function Elapsed({ compile, run, total }: PreviewResult['elapsedMs']) {
  return <span title={`compiled in ${durationText(compile)}, ran in ${durationText(run)}`}>{durationText(total)}</span>;
}

function lineCount(text: string): number {
  return text.trimEnd().split('\n').length;
}

function countsText(counts: readonly Count[]): string {
  const shown = counts.slice(0, 12).map(([name, count]) => `${name} ×${countText(count)}`);
  return shown.join(', ') + (counts.length > shown.length ? `, and ${counts.length - shown.length} more` : '');
}
