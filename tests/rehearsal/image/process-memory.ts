import { readFileSync, readdirSync, readlinkSync } from 'node:fs'

export type Memory = { rssMb: number; anonymousMb: number }

const megabytes = (text: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? Number.NaN) / 1024

export function memoryOf(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return { rssMb: megabytes(status, 'VmRSS'), anonymousMb: megabytes(status, 'RssAnon') }
}

const namespaceOf = (pid: string | number): string | null => tryRead(() => readlinkSync(`/proc/${pid}/ns/pid`))

/** Every process of a container, with its share of what several use (PSS), and those that ended and nobody collected. */
export function familyOf(pid: number): { processes: number; sharedMb: number; zombies: number } {
  const inside = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && namespaceOf(name) === namespaceOf(pid))
  const shares = inside.map((one) =>
    megabytes(tryRead(() => readFileSync(`/proc/${one}/smaps_rollup`, 'utf8')) ?? '', 'Pss'),
  )
  const states = inside.map((one) => tryRead(() => readFileSync(`/proc/${one}/status`, 'utf8')) ?? '')
  return {
    processes: inside.length,
    sharedMb: shares.filter((share) => !Number.isNaN(share)).reduce((sum, share) => sum + share, 0),
    zombies: states.filter((status) => /^State:\s+Z/m.test(status)).length,
  }
}

/** Processes end while one looks. */
function tryRead<Result>(read: () => Result): Result | null {
  try {
    return read()
  } catch {
    return null
  }
}
