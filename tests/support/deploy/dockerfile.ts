import { readFileSync } from 'node:fs'
import { Cmd, Copy, DockerfileParser, Env, From } from 'dockerfile-ast'
import type { Instruction as Parsed } from 'dockerfile-ast'

export type Instruction =
  | { keyword: 'COPY'; from: string | null; sources: string[]; destination: string; text: string }
  | { keyword: 'RUN'; command: string; text: string }
  | { keyword: 'ENV'; values: Record<string, string>; text: string }
  | { keyword: 'WORKDIR' | 'USER'; value: string; text: string }
  | { keyword: 'CMD'; command: string[]; text: string }

/** `base` is an image, or the name of a stage above. */
export type Stage = { name: string; base: string; instructions: Instruction[] }

/**
 * The stages of our Dockerfile, as plain data: what the tests look at and what the rehearsal executes. Throws for whatever it
 * does not understand, so that nothing is passed over.
 */
export function readDockerfile(file = 'Dockerfile'): Stage[] {
  const stages: Stage[] = []
  for (const parsed of DockerfileParser.parse(readFileSync(file, 'utf8')).getInstructions()) {
    if (parsed instanceof From) {
      stages.push({ name: parsed.getBuildStage() ?? '', base: parsed.getImage() ?? '', instructions: [] })
      continue
    }
    const stage = stages.at(-1)
    if (stage === undefined) throw new Error(`${file}: ${parsed.getKeyword()} stands before the first FROM`)
    stage.instructions.push(readInstruction(parsed))
  }
  return stages
}

function readInstruction(parsed: Parsed): Instruction {
  const keyword = parsed.getKeyword()
  const words = parsed.getArguments().map((argument) => argument.getValue())
  const text = `${keyword} ${parsed.getRawArgumentsContent() ?? ''}`
  if (parsed instanceof Copy) {
    const flags = parsed.getFlags()
    const other = flags.find((flag) => flag.getName() !== 'from')
    if (other) throw new Error(`${text}: the flag ${other.getName()} is not known here`)
    const from = flags[0]?.getValue() ?? null
    return { keyword: 'COPY', from, sources: words.slice(0, -1), destination: words.at(-1) ?? '', text }
  }
  if (parsed instanceof Env) {
    const pairs = parsed.getProperties().map((property) => [property.getName(), property.getValue() ?? ''])
    return { keyword: 'ENV', values: Object.fromEntries(pairs) as Record<string, string>, text }
  }
  if (parsed instanceof Cmd) {
    const command = parsed.getJSONStrings().map((argument) => argument.getJSONValue())
    if (command.length === 0) throw new Error(`${text}: the shell form hides signals; wants ["node", "…"]`)
    return { keyword: 'CMD', command, text }
  }
  if (keyword === 'RUN') return { keyword, command: parsed.getArgumentsContent() ?? '', text }
  if ((keyword === 'WORKDIR' || keyword === 'USER') && words.length === 1)
    return { keyword, value: words[0] ?? '', text }
  throw new Error(`${text}: not known here`)
}

/** A stage and what it stands on, the image first. */
export function lineageOf(stages: readonly Stage[], name: string): Stage[] {
  const stage = stages.find((one) => one.name === name)
  return stage === undefined ? [] : [...lineageOf(stages, stage.base), stage]
}

/** What a container of that target is started with, or a RUN of it is executed with; of two settings the last one counts. */
export function startOf(stages: readonly Stage[], name: string, before?: Instruction) {
  const start = { env: {} as Record<string, string>, workdir: '/', user: 'root', command: [] as string[] }
  for (const instruction of lineageOf(stages, name).flatMap((stage) => stage.instructions)) {
    if (instruction === before) break
    if (instruction.keyword === 'ENV') Object.assign(start.env, instruction.values)
    if (instruction.keyword === 'WORKDIR') start.workdir = instruction.value
    if (instruction.keyword === 'USER') start.user = instruction.value
    if (instruction.keyword === 'CMD') start.command = instruction.command
  }
  return start
}
