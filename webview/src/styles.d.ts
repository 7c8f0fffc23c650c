/** The build has the document adopt an imported style sheet; see webview/esbuild.mjs. */
declare module '*.css';
