import { readdirSync, readFileSync } from 'node:fs'

/** Jiffies of /proc are 10 ms on every Linux that Node runs on. */
const TICK_MS = 10
const MB = 1024

/** `reapedMs`: of children that have ended, a database's closed connections for one. */
type Stat = { name: string; parent: number; cpuMs: number; reapedMs: number }

/** Null when the process is gone. */
function readStat(pid: number): Stat | null {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name stands in brackets and may hold anything.
    const end = line.lastIndexOf(')')
    const fields = line.slice(end + 2).split(' ')
    const cpuMs = (Number(fields[11]) + Number(fields[12])) * TICK_MS
    const reapedMs = (Number(fields[13]) + Number(fields[14])) * TICK_MS
    return { name: line.slice(line.indexOf('(') + 1, end), parent: Number(fields[1]), cpuMs, reapedMs }
  } catch {
    return null
  }
}

/** User and system time of a process so far, in ms. */
export const cpuMsOf = (pid: number): number => readStat(pid)?.cpuMs ?? 0

export const parentOf = (pid: number): number => readStat(pid)?.parent ?? 0

/** All processes below `root` that carry this name. */
function findBelow(root: number, name: string): [pid: number, stat: Stat][] {
  const stats = new Map<number, Stat>()
  for (const entry of readdirSync('/proc')) {
    const stat = /^\d+$/.test(entry) ? readStat(Number(entry)) : null
    if (stat) stats.set(Number(entry), stat)
  }
  const isBelow = (pid: number): boolean => {
    const parent = stats.get(pid)?.parent ?? 0
    return parent === root || (parent > 1 && isBelow(parent))
  }
  return [...stats].filter(([pid, stat]) => stat.name === name && isBelow(pid))
}

/** User and system time of all processes below `root` that carry this name, those that ended included. */
export const cpuMsBelow = (root: number, name: string): number =>
  findBelow(root, name).reduce((sum, [, stat]) => sum + stat.cpuMs + stat.reapedMs, 0)

/** Their memory together, in MB; what they share counts once. */
export const pssMbBelow = (root: number, name: string): number =>
  findBelow(root, name).reduce((sum, [pid]) => sum + pssMb(pid), 0)

/** 0 when the process is gone. */
function pssMb(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / MB
  } catch {
    return 0
  }
}

/** Resident memory: now, without what is mapped from files, and at its highest. In MB of 1,048,576 bytes. */
export function memoryOf(pid: number): { nowMb: number; ownMb: number; peakMb: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const read = (field: string): number => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / MB
  return { nowMb: read('VmRSS'), ownMb: read('RssAnon'), peakMb: read('VmHWM') }
}
