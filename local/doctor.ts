import { errorText } from '#shared/errors.ts'
import { incidentWords } from '#shared/incidents/incident-texts.ts'
import { collectFacts } from './doctor/collect-facts.ts'
import { readDoctorOptions } from './doctor/doctor-options.ts'
import { findTarget, NothingToCheckError } from './doctor/find-target.ts'
import { judge } from './doctor/judge.ts'
import { isWell, renderReport, reportJson } from './doctor/render-report.ts'
import { UsageError } from './options.ts'

const COULD_NOT_LOOK = 2

async function run(): Promise<number> {
  const { language, isJson, ...options } = readDoctorOptions(process.argv.slice(2), process.env)
  const facts = await collectFacts(findTarget({ ...options, language, isJson }, process.env))
  const findings = judge(facts, (kind, subject) => incidentWords(kind, subject, language))
  const report = isJson
    ? JSON.stringify(reportJson(facts, findings, language), null, 2)
    : renderReport(facts, findings, language)
  process.stdout.write(`${report}\n`)
  return isWell(findings) ? 0 : 1
}

try {
  process.exitCode = await run()
} catch (error) {
  const isExpected = error instanceof UsageError || error instanceof NothingToCheckError
  process.stderr.write(`${isExpected ? errorText(error) : `The doctor could not look: ${errorText(error)}`}\n`)
  process.exitCode = COULD_NOT_LOOK
}
