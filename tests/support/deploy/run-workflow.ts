import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Json } from '../json.ts'

type Step = { id?: string; name?: string; uses?: string; run?: string; env?: Record<string, string> }
type Job = {
  uses?: string
  needs?: string | string[]
  env?: Record<string, string>
  outputs?: Record<string, string>
  strategy?: { matrix: Record<string, string> }
  steps?: Step[]
}

type Options = {
  file: string
  /** `github`, `secrets`, `vars` as the workflow's expressions name them. */
  contexts: Record<string, Json>
  cwd: string
  env: Record<string, string>
}

/** A job as GitHub would show it: how it ended and what its scripts printed. */
export type JobResult = { job: string; result: 'success' | 'failure' | 'skipped'; output: string }

/** `needs.migrate.outputs.apps`, alone or inside `fromJSON(…)`, with more names after it. Other functions are not known here. */
function evaluate(expression: string, contexts: Record<string, Json>): Json {
  const [, inner, rest] = /^fromJSON\(([\w.-]+)\)([\w.-]*)$/.exec(expression) ?? []
  const walk = (from: Json, path: string): Json =>
    path
      .split('.')
      .filter((name) => name !== '')
      .reduce((value, name) => value?.[name], from)
  if (inner !== undefined) return walk(JSON.parse(walk(contexts, inner)), rest ?? '')
  if (!/^[\w.-]+$/.test(expression)) throw new Error(`this runner does not know the expression ${expression}`)
  return walk(contexts, expression)
}

const substitute = (text: string, contexts: Record<string, Json>): string =>
  text.replaceAll(/\$\{\{\s*(.+?)\s*\}\}/g, (_, expression: string) => String(evaluate(expression, contexts) ?? ''))

/** One script as the runner starts it: `bash -e -o pipefail`; answers its exit code, what it printed and its outputs. */
async function runScript(script: string, env: Record<string, string>, cwd: string) {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-step-'))
  const files = { GITHUB_OUTPUT: join(folder, 'output'), GITHUB_STEP_SUMMARY: join(folder, 'summary') }
  for (const file of Object.values(files)) writeFileSync(file, '')
  const child = spawn('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', script], {
    cwd,
    env: { ...env, ...files },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  const outputs = Object.fromEntries(
    readFileSync(files.GITHUB_OUTPUT, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
  rmSync(folder, { recursive: true, force: true })
  return { code, output, outputs }
}

/** Runs the scripts of a workflow's jobs in the order of their needs, as GitHub does; `uses` steps are left out. */
export async function runWorkflow({ file, contexts, cwd, env }: Options): Promise<JobResult[]> {
  const { jobs } = parse(readFileSync(file, 'utf8')) as { jobs: Record<string, Job> }
  const results: JobResult[] = []
  const outputs: Record<string, Json> = {}
  for (const [name, job] of Object.entries(jobs)) {
    const needs = [job.needs ?? []].flat()
    // The file lists each job after those it needs: a job that comes too early has none of their outputs.
    const isReady = needs.every((other) => results.find((ended) => ended.job === other)?.result === 'success')
    if (!isReady) results.push({ job: name, result: 'skipped', output: '' })
    else
      results.push({
        job: name,
        ...(await runJob(
          job,
          { ...contexts, needs: outputs },
          { cwd, env },
          (made) => (outputs[name] = { outputs: made }),
        )),
      })
  }
  return results
}

async function runJob(
  job: Job,
  contexts: Record<string, Json>,
  { cwd, env }: Pick<Options, 'cwd' | 'env'>,
  keep: (outputs: Record<string, string>) => void,
): Promise<Omit<JobResult, 'job'>> {
  const [axis, values] = Object.entries(job.strategy?.matrix ?? {})[0] ?? []
  const list =
    values === undefined ? [undefined] : (evaluate(/\{\{\s*(.+?)\s*\}\}/.exec(values)?.[1] ?? '', contexts) as Json[])
  let output = ''
  for (const value of list) {
    const steps: Record<string, Json> = {}
    const here = { ...contexts, steps, ...(axis !== undefined && { matrix: { [axis]: value } }) }
    for (const step of job.steps ?? []) {
      if (step.run === undefined) continue
      const named = Object.entries({ ...job.env, ...step.env }).map(([key, text]) => [key, substitute(text, here)])
      const done = await runScript(step.run, { ...env, ...Object.fromEntries(named) }, cwd)
      output += done.output
      // fail-fast: the rest of the matrix is not begun.
      if (done.code !== 0) return { result: 'failure', output }
      if (step.id !== undefined) steps[step.id] = { outputs: done.outputs }
    }
    keep(Object.fromEntries(Object.entries(job.outputs ?? {}).map(([key, text]) => [key, substitute(text, here)])))
  }
  return { result: 'success', output }
}
