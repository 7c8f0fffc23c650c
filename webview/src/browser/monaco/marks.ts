import type { Diagnosis } from '../../../../engine/src/protocol/places.ts';
import type { Monaco } from './load-monaco.ts';

/** Whose marks they are: each says all it has to say at once. */
export type MarkOwner = 'check' | 'preview';

/** What the engine finds wrong, at its places in the editor, and what would mend it. */
export interface Marks {
  /** In place of what this owner said before; also for files that are opened later. */
  set(owner: MarkOwner, diagnoses: readonly Diagnosis[]): void;
  /** The diagnosis behind a marker. */
  diagnosisAt(model: Monaco.editor.ITextModel, marker: Monaco.editor.IMarkerData): Diagnosis | undefined;
}

export function createMarks(monaco: typeof Monaco): Marks {
  const said = new Map<MarkOwner, readonly Diagnosis[]>();

  const ofModel = (owner: MarkOwner, model: Monaco.editor.ITextModel) =>
    (said.get(owner) ?? []).filter(
      ({ place }) => place !== undefined && monaco.Uri.file(place.file).toString() === model.uri.toString(),
    );

  function mark(owner: MarkOwner, model: Monaco.editor.ITextModel): void {
    const markers = ofModel(owner, model).map((diagnosis) => markerOf(monaco, model, diagnosis));
    monaco.editor.setModelMarkers(model, owner, markers);
  }

  monaco.editor.onDidCreateModel((model) => {
    for (const owner of said.keys()) mark(owner, model);
  });
  return {
    set(owner, diagnoses) {
      said.set(owner, diagnoses);
      for (const model of monaco.editor.getModels()) mark(owner, model);
    },
    diagnosisAt(model, { startLineNumber, message }) {
      const all = [...said.keys()].flatMap((owner) => ofModel(owner, model));
      return all.find((diagnosis) => diagnosis.place?.line === startLineNumber && textOf(diagnosis) === message);
    },
  };
}

function markerOf(
  monaco: typeof Monaco,
  model: Monaco.editor.ITextModel,
  diagnosis: Diagnosis,
): Monaco.editor.IMarkerData {
  const severities = {
    error: monaco.MarkerSeverity.Error,
    warning: monaco.MarkerSeverity.Warning,
    info: monaco.MarkerSeverity.Info,
  };
  const { line, column, length } = diagnosis.place!;
  const word = line <= model.getLineCount() ? model.getWordAtPosition({ lineNumber: line, column }) : null;
  return {
    severity: severities[diagnosis.severity],
    message: textOf(diagnosis),
    source: 'parquetry',
    startLineNumber: line,
    startColumn: column,
    endLineNumber: line,
    endColumn: length === undefined ? (word?.endColumn ?? column + 1) : column + length,
  };
}

function textOf({ message, hint }: Diagnosis): string {
  return hint === undefined ? message : `${message}\n${hint}`;
}
