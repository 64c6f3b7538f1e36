import { writeSync } from 'node:fs'
import { workerData } from 'node:worker_threads'
import { systemClock } from '#shared/clock.ts'

const LOOK_EVERY_MS = 250
const STDERR = 2

const deadline = workerData as BigInt64Array

setInterval(() => {
  const at = Atomics.load(deadline, 0)
  if (at === 0n || systemClock.now() < Number(at)) return
  // In a thread `process.stderr` goes through the main thread, the one that hangs.
  writeSync(STDERR, 'the database hangs: ending the process so that it is restarted\n')
  // A graceful end would wait for the thread that hangs. What was committed survives SIGKILL.
  process.kill(process.pid, 'SIGKILL')
}, LOOK_EVERY_MS)
