import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const FIRST_PORT = 12_000
const BLOCK_SIZE = 20
const BLOCKS = 900
const reservations = join(tmpdir(), 'vigie-test-ports')

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** False while another test process, or an earlier call of this one, has the block. */
function reserve(block: number): boolean {
  const file = join(reservations, String(block))
  mkdirSync(reservations, { recursive: true })
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    // Its owner has ended: the next look finds the block free.
    if (!isAlive(Number(readFileSync(file, 'utf8') || process.pid))) rmSync(file, { force: true })
    return false
  }
  return true
}

/**
 * The first port of `count` free ones in a row (20 at most), below the range from which the system gives out ports by itself.
 * They are this process's until it ends: what it kills and starts again finds its port free.
 */
export async function freePorts(count: number): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const block = Math.floor(Math.random() * BLOCKS)
    if (!reserve(block)) continue
    const first = FIRST_PORT + block * BLOCK_SIZE
    const free = await Promise.all(Array.from({ length: count }, (_, place) => isFree(first + place)))
    if (free.every(Boolean)) return first
  }
  throw new Error(`no ${count} free ports in a row`)
}
