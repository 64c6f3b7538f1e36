import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { readOptions } from '../../local/options.ts'
import { planFleet } from '../../local/plan-fleet.ts'
import type { FleetPlan } from '../../local/plan-fleet.ts'
import { ensureCertificate } from '../../local/sandbox/certificate.ts'
import { freePorts } from '../../tests/support/fleet/free-ports.ts'

/** No pace, no clock, nothing published: what is left is the upstream's time and ours. */
const AT_REST = {
  REQUEST_DELAY_MIN_MS: '0',
  REQUEST_DELAY_MAX_MS: '0',
  ALERT_CHECK_INTERVAL_MS: 'off',
  SANDBOX_PUBLISH_PER_MINUTE: '0',
  METRICS_PORT: '0',
}

/** Each process with the environment that `npm start` gives it in the sandbox. `certFile` is the sandbox's certificate. */
export async function planBench(folder: string): Promise<{ plan: FleetPlan; certFile: string }> {
  const port = String(await freePorts(12))
  const secrets = {
    apiSecret: randomBytes(32).toString('hex'),
    cookieKey: randomBytes(32).toString('base64'),
    databaseKey: randomBytes(32).toString('hex'),
  }
  const options = readOptions(['--sandbox', '--port', port, '--data', folder, '--workers', 'fr,us,nl,uk'])
  const certificate = await ensureCertificate(join(folder, 'certificate'))
  const { PATH, HOME } = process.env
  return {
    plan: planFleet(options, secrets, { PATH, HOME, ...AT_REST }, certificate),
    certFile: certificate.certFile,
  }
}
