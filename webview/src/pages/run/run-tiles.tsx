import type { Count } from '../../../../engine/src/protocol/rows.ts';
import type { RunView } from '../../../../engine/src/protocol/run.ts';
import { StatTile, StatTiles } from '../../components/figures.tsx';
import { bytesText, countOf, countText } from '../../components/quantities.ts';

export interface RunTilesProps {
  readonly view: RunView;
  readonly isOver: boolean;
  readonly openLetters: () => void;
}

/** The numbers that are looked at first. */
export function RunTiles({ view, isOver, openLetters }: RunTilesProps) {
  const { ledger, files } = view;
  const deadLetters = ledger.deadLettered.reduce((sum, [, records]) => sum + records, 0);
  return (
    <StatTiles>
      {isOver ? <TotalTiles view={view} /> : <NowTiles view={view} />}
      <StatTile label="Rows written" value={countText(ledger.rows)} note={`in ${countOf(ledger.files, 'file')}`} />
      <StatTile
        label="Dead letters"
        value={countText(deadLetters)}
        note={deadLetters === 0 ? 'none' : <DeadLettersNote reasons={ledger.deadLettered} open={openLetters} />}
        tone={deadLetters === 0 ? 'neutral' : 'bad'}
      />
      <StatTile
        label="Last file"
        value={files[0] === undefined ? '–' : bytesText(files[0].bytes)}
        note={files[0] === undefined ? 'none yet' : `closed by ${files[0].closedBy}`}
      />
    </StatTiles>
  );
}

function NowTiles({ view: { history, lanes, scaling, lag } }: { readonly view: RunView }) {
  const now = history.at(-1);
  const busy = lanes.reduce((sum, { utilisation }) => sum + utilisation, 0) / Math.max(1, lanes.length);
  return (
    <>
      <StatTile
        label="Records a second"
        value={countText(now?.recordsPerS ?? 0)}
        note={`${bytesText(Math.round(now?.bytesPerS ?? 0))}/s`}
      />
      <StatTile
        label="Waiting"
        value={lag === undefined ? '–' : countText(lag.messages)}
        note={lag === undefined ? 'the source does not say' : `messages; ${countText(lag.inFlight ?? 0)} in flight`}
      />
      <StatTile
        label="Lanes"
        value={countText(lanes.length)}
        note={scaling?.isSaturated ? 'saturated' : `${Math.round(busy * 100)} % busy`}
        tone={scaling?.isSaturated ? 'warning' : 'neutral'}
      />
    </>
  );
}

/** Of a run that is over: what it did, not what it last did. */
function TotalTiles({ view: { ledger, history } }: { readonly view: RunView }) {
  const [first, last] = [history[0], history.at(-1)];
  const most = history.reduce((max, { recordsPerS }) => Math.max(max, recordsPerS), 0);
  const lanes = history.reduce((max, at) => Math.max(max, at.lanes), 0);
  return (
    <>
      <StatTile label="Records" value={countText(ledger.received)} note={`at most ${countText(most)}/s`} />
      {first !== undefined && last !== undefined && <StatTile label="Lanes" value={countText(lanes)} note="at most" />}
    </>
  );
}

function DeadLettersNote({ reasons, open }: { readonly reasons: readonly Count[]; readonly open: () => void }) {
  return (
    <button type="button" class="link" onClick={open} title="Shows the records, and what became of them">
      {reasons.map(([reason]) => reason).join(', ')}
    </button>
  );
}
