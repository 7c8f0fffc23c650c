/** Version of this package; a test holds it against package.json. */
export const VERSION = '0.1.0';

/** Who wrote a file, in its metadata. Readers work around known bugs by this, so it names us and not the library beneath. */
export const CREATED_BY = `parquetry version ${VERSION}`;
