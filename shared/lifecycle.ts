import closeWithGrace from 'close-with-grace'
import type { Logger } from './logger.ts'

/** Longest graceful stop of a process; deployments give it a few seconds more before SIGKILL. */
export const STOP_WITHIN_MS = 20_000

/**
 * Runs `stop` once, on SIGTERM, SIGINT, a crash, or when the supervisor that forked us is gone (a closed IPC channel;
 * on Fly there is none). A crash ends with exit code 1 after the same graceful stop.
 */
export function stopGracefully(logger: Logger, stop: () => Promise<void>): void {
  let isStopping = false
  closeWithGrace({ delay: STOP_WITHIN_MS, logger }, async ({ err, signal }) => {
    isStopping = true
    if (err) logger.fatal({ err }, 'stopping after a crash')
    else logger.info(`stopping (${signal ?? 'asked to'})`)
    await stop()
  })
  if (!process.connected) return
  process.once('disconnect', () => {
    // By signal, because only that path always ends in an exit: a handle left open would keep an orphan alive.
    if (!isStopping) process.kill(process.pid, 'SIGTERM')
  })
}
