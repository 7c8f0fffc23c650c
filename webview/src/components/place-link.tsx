import type { Place } from '../../../engine/src/protocol/places.ts';

export interface PlaceLinkProps {
  readonly place: Place;
  /** Opens it; without it the place is only named. */
  readonly reveal?: (place: Place) => void;
}

/** Where something is, by the file's name, with the whole path for who asks. */
export function PlaceLink({ place, reveal }: PlaceLinkProps) {
  const text = `${fileName(place.file)}:${place.line}`;
  const title = `${place.file}:${place.line}:${place.column}`;
  if (reveal === undefined) {
    return (
      <span class="place" title={title}>
        {text}
      </span>
    );
  }
  return (
    <button type="button" class="link place" title={title} onClick={() => reveal(place)}>
      {text}
    </button>
  );
}

/** The last step of a path of any system. */
export function fileName(file: string): string {
  return file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
}
