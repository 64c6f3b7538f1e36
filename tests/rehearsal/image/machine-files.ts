import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

const npmSetting = (name: string): string => {
  const value = execFileSync('npm', ['config', 'get', name], { encoding: 'utf8', stdio: 'pipe' }).trim()
  return value === 'null' || value === 'undefined' ? '' : value
}

/**
 * What a build on this machine needs of it: its npm registry, and its certificates where a proxy has its own. Fills the folder
 * that is seen as /mnt/machine; answers the variables for RUN. None of it is in an image.
 */
export function machineFiles(folder: string): Record<string, string> {
  mkdirSync(folder, { recursive: true })
  const variables: Record<string, string> = { npm_config_registry: npmSetting('registry') }
  const certificates = npmSetting('cafile') || process.env['NODE_EXTRA_CA_CERTS'] || ''
  if (existsSync(certificates)) {
    cpSync(certificates, join(folder, 'certificates.pem'), { dereference: true })
    variables['npm_config_cafile'] = '/mnt/machine/certificates.pem'
  }
  return variables
}
