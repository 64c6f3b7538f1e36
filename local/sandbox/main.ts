import { InvalidEnvironmentError } from '#shared/env.ts'
import { stopGracefully } from '#shared/lifecycle.ts'
import { createLogger } from '#shared/logger.ts'
import { ensureCertificate } from './certificate.ts'
import { readConfig } from './config.ts'
import { startSandbox } from './start-sandbox.ts'

const logger = createLogger({ process: 'sandbox' })

try {
  const { port, doors, certificateDir, publishPerMinute } = readConfig(process.env)
  const certificate = await ensureCertificate(certificateDir)
  const sandbox = await startSandbox({ port, egresses: doors, certificate, publishPerMinute, logger })
  stopGracefully(logger, () => sandbox.close())
  logger.info(
    { url: sandbox.url, doors: sandbox.doors.map(({ egress, url }) => ({ egress, url })) },
    'the sandbox is open',
  )
} catch (error) {
  if (error instanceof InvalidEnvironmentError) logger.fatal(error.message)
  else logger.fatal({ err: error }, 'the sandbox did not start')
  process.exitCode = 1
}
