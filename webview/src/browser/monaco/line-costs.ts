import { lineBars } from '../../../../engine/src/protocol/line-bars.ts';
import type { LineCost } from '../../../../engine/src/protocol/profile.ts';
import type { Monaco } from './load-monaco.ts';

/** After a profile: each line's share of the time of user code before the line, until the file is changed. */
export interface LineCosts {
  show(costs: readonly LineCost[]): void;
  /** The file has another text than was profiled. */
  forget(file: string): void;
}

export function createLineCosts(monaco: typeof Monaco, editor: Monaco.editor.ICodeEditor): LineCosts {
  const drawn = editor.createDecorationsCollection();
  let byFile = new Map<string, readonly LineCost[]>();

  function draw(): void {
    const model = editor.getModel();
    const costs = (model && byFile.get(model.uri.fsPath)) ?? [];
    // Guides stand where the code would begin without the bars.
    editor.updateOptions({ guides: { indentation: costs.length === 0 } });
    drawn.set(model === null || costs.length === 0 ? [] : decorations(monaco, costs, model.getLineCount()));
  }

  editor.onDidChangeModel(draw);
  return {
    show(costs) {
      byFile = Map.groupBy(costs, ({ file }) => file);
      draw();
    },
    forget(file) {
      if (byFile.delete(file)) draw();
    },
  };
}

function decorations(
  monaco: typeof Monaco,
  costs: readonly LineCost[],
  lines: number,
): Monaco.editor.IModelDeltaDecoration[] {
  return lineBars(costs, lines).map(({ line, label, strength, hover }) => ({
    range: new monaco.Range(line + 1, 1, line + 1, 1),
    options: {
      hoverMessage: hover === undefined ? undefined : { value: hover },
      before: {
        content: `${label.padStart(6, '\u00a0')}\u00a0`,
        inlineClassName: `shell-line-cost is-${strength}`,
      },
      showIfCollapsed: true,
    },
  }));
}
