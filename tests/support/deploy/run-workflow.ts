import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'

type Step = { name?: string; run?: string; env?: Record<string, string> }
type Workflow = {
  defaults?: { run?: { shell?: string } }
  jobs: Record<string, { env?: Record<string, string>; steps?: Step[] }>
}

type Options = {
  file: string
  job: string
  /** What the expressions name: `secrets.API_SECRET` and so on. One that is missing is an empty text, as on GitHub. */
  contexts: Record<string, string | number>
  cwd: string
  env: Record<string, string>
}

/** How a job ended, and what its scripts printed. */
export type JobResult = { isGood: boolean; output: string; lastStep: string }

/** Functions and operators are not known here. */
const substitute = (text: string, contexts: Options['contexts']): string =>
  text.replaceAll(/\$\{\{\s*(.+?)\s*\}\}/g, (_, expression: string) => {
    if (!/^[\w.]+$/.test(expression)) throw new Error(`this runner does not know the expression ${expression}`)
    return String(contexts[expression] ?? '')
  })

async function runScript(script: string, env: Record<string, string>, cwd: string) {
  // What GitHub starts for `shell: bash`; without that word it would be `bash -e`, and a pipe would hide a failure.
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, output }
}

/** Runs the scripts of one job as GitHub does, one after the other until one fails; `uses` steps are left out. */
export async function runJob({ file, job, contexts, cwd, env }: Options): Promise<JobResult> {
  const { defaults, jobs } = parse(readFileSync(file, 'utf8')) as Workflow
  if (defaults?.run?.shell !== 'bash') throw new Error(`${file} has no default shell: bash`)
  const folder = mkdtempSync(join(tmpdir(), 'vigie-job-'))
  const summary = join(folder, 'summary')
  writeFileSync(summary, '')
  let output = ''
  try {
    for (const { name = '', run, env: stepEnv } of jobs[job]?.steps ?? []) {
      if (run === undefined) continue
      const named = Object.entries({ ...jobs[job]?.env, ...stepEnv }).map(([key, text]) => [
        key,
        substitute(text, contexts),
      ])
      const done = await runScript(run, { ...env, GITHUB_STEP_SUMMARY: summary, ...Object.fromEntries(named) }, cwd)
      output += done.output
      if (done.code !== 0) return { isGood: false, output, lastStep: name }
    }
    return { isGood: true, output, lastStep: '' }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
