import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { contextFiles } from '../../support/deploy/dockerfile-context.ts'
import { lineageOf, readDockerfile, startOf } from '../../support/deploy/dockerfile.ts'
import type { Instruction } from '../../support/deploy/dockerfile.ts'
import { enterRoot } from './root.ts'

/** `sentMb` is what a registry would be sent: tar and gzip. */
export type Layer = { text: string; folder: string; megabytes: number; sentMb: number }
export type Image = ReturnType<typeof startOf> & { name: string; layers: Layer[]; machineFiles: string }

type Builder = {
  /** The image that `FROM` an image means, whichever its name. */
  base: string
  folder: string
  machineFiles: string
  /** Variables that only RUN sees. */
  runEnv: Record<string, string>
}
type Copy = Extract<Instruction, { keyword: 'COPY' }>

export const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

const numberOf = (script: string, folder: string): number =>
  Number.parseInt(spawnSync('sh', ['-c', script, folder], { encoding: 'utf8' }).stdout, 10)

const layerOf = (text: string, folder: string): Layer => ({
  text,
  folder,
  megabytes: numberOf('du --summarize --block-size=1K "$0"', folder) / 1024,
  sentMb: numberOf('tar --create --directory="$0" . | gzip | wc --bytes', folder) / 2 ** 20,
})

/** Executes our Dockerfile, one layer per instruction that writes; a stage is built once, however many targets need it. */
export function createImageBuilder({ base, folder, machineFiles, runEnv }: Builder) {
  const stages = readDockerfile()
  const built = new Map<string, Layer[]>()
  const baseLayer = layerOf('FROM node:24-bookworm-slim', base)
  let count = 0

  const newScratch = (): string => {
    count += 1
    const scratch = join(folder, String(count))
    for (const name of ['upper', 'work', 'root']) mkdirSync(join(scratch, name), { recursive: true })
    return scratch
  }

  function runIn(layers: readonly Layer[], scratch: string, command: string, at: ReturnType<typeof startOf>): void {
    const { file, args, env } = enterRoot({
      layers: layers.map((layer) => layer.folder),
      scratch,
      command: ['/bin/sh', '-c', command],
      env: { PATH, ...at.env, ...runEnv },
      workdir: at.workdir,
      user: at.user,
      machineFiles,
    })
    const { status, stderr, stdout } = spawnSync(file, args, { env, encoding: 'utf8', maxBuffer: 2 ** 26 })
    if (status !== 0) throw new Error(`RUN ${command} ended with ${status}:\n${stdout}\n${stderr}`)
  }

  /** Straight into the new layer: what lies below shows through. */
  function copy({ from, sources, destination }: Copy, workdir: string, scratch: string): void {
    const target = join(scratch, 'upper', resolve(workdir, destination))
    mkdirSync(target, { recursive: true })
    if (from !== null) {
      for (const layer of layersOf(from)) {
        for (const source of sources) copyLayer(join(layer.folder, source), target)
      }
      return
    }
    for (const source of sources) {
      const files = contextFiles(source)
      if (files.length === 0) throw new Error(`COPY ${source}: nothing of it reaches the build`)
      for (const file of files) {
        const isOne = files.length === 1 && file === source
        const place = isOne ? join(target, source) : join(target, file.slice(source.length))
        mkdirSync(dirname(place), { recursive: true })
        cpSync(file, place)
      }
    }
  }

  function layersOf(name: string): Layer[] {
    const known = built.get(name)
    if (known) return known
    const stage = lineageOf(stages, name).at(-1)
    if (stage === undefined) return [baseLayer]
    const layers = [...layersOf(stage.base)]
    for (const instruction of stage.instructions) {
      const scratch = newScratch()
      const at = startOf(stages, name, instruction)
      if (instruction.keyword === 'COPY') copy(instruction, at.workdir, scratch)
      else if (instruction.keyword === 'RUN') runIn(layers, scratch, instruction.command, at)
      else if (instruction.keyword === 'WORKDIR')
        mkdirSync(join(scratch, 'upper', instruction.value), { recursive: true })
      else continue
      layers.push(layerOf(instruction.text, join(scratch, 'upper')))
    }
    built.set(name, layers)
    return layers
  }

  return {
    newScratch,
    build: (name: string): Image => ({ ...startOf(stages, name), name, layers: layersOf(name), machineFiles }),
  }
}

function copyLayer(source: string, target: string): void {
  const { status, stderr } = spawnSync('sh', ['-c', 'test ! -e "$0" || cp -a "$0/." "$1"', source, target], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`COPY ${source}: ${stderr}`)
}
