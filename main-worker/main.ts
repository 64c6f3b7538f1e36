import { InvalidEnvironmentError } from '#shared/env.ts'
import { stopGracefully } from '#shared/lifecycle.ts'
import { readConfig } from './config.ts'
import { startService } from './service.ts'

try {
  const service = await startService(readConfig(process.env))
  stopGracefully(service.context.logger, () => service.stop())
} catch (error) {
  console.error(error instanceof InvalidEnvironmentError ? error.message : error)
  process.exit(1)
}
