import { readdirSync, readFileSync, writeFileSync } from 'node:fs'

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // It has ended since.
  }
}

/** The process of ours that was started with this port. */
export function pidOfPort(port: number): number {
  const pid = readdirSync('/proc').find(
    (name) =>
      /^\d+$/.test(name) &&
      read(`/proc/${name}/status`).includes(`\nPPid:\t${process.pid}\n`) &&
      read(`/proc/${name}/environ`).split('\0').includes(`PORT=${port}`),
  )
  if (pid === undefined) throw new Error(`no process with port ${port}`)
  return Number(pid)
}

const megabytes = (pid: number, field: 'VmRSS' | 'VmHWM'): number => {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(found?.[1]) / 1024
}

/** Resident memory now. */
export const residentMb = (pid: number): number => megabytes(pid, 'VmRSS')

/** Forgets the peak so far: the kernel itself then keeps the highest value, however short it was. */
export const resetPeak = (pid: number): void => writeFileSync(`/proc/${pid}/clear_refs`, '5')

export const peakMb = (pid: number): number => megabytes(pid, 'VmHWM')
