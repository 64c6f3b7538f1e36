import { randomBytes } from 'node:crypto'
import { errorText } from '#shared/errors.ts'
import { UsageError } from './options.ts'
import { askNames, askTarget, askToWrite, askVariables, isInterrupted } from './setup/ask-answers.ts'
import { collectTools } from './setup/collect-tools.ts'
import { absentFiles, openPaths, readDeployFiles, writeDeployFiles } from './setup/deploy-files.ts'
import { finding } from './setup/finding.ts'
import { prefixOf } from './setup/fly-files.ts'
import { isSound, planSetup } from './setup/plan-setup.ts'
import { isChanged, languages, renderCommands, renderPlan, renderTools } from './setup/render-setup.ts'
import { readSetupOptions } from './setup/setup-options.ts'
import type { SetupOptions } from './setup/setup-options.ts'
import { HOME_ENV, MAIN_ENV, variables } from './setup/variables.ts'
import type { Target, Values } from './setup/variables.ts'

const WRONG = 1
const USAGE = 2
const INTERRUPTED = 130

const say = (text: string): void => {
  process.stdout.write(`${text}\n`)
}

const makeKeys = (): Values => ({
  API_SECRET: randomBytes(32).toString('hex'),
  COOKIE_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
  DATABASE_SERVICE_ROLE_KEY: randomBytes(32).toString('hex'),
  POSTGRES_PASSWORD: randomBytes(32).toString('hex'),
})

const pickEnvironment = (given: NodeJS.ProcessEnv): Values =>
  Object.fromEntries(Object.keys(variables).flatMap((name) => (given[name] ? [[name, given[name]]] : [])))

async function chooseTarget(options: SetupOptions, asks: boolean, files: Record<string, string>): Promise<Target> {
  const usual = files[HOME_ENV] !== undefined && files[MAIN_ENV] === undefined ? 'home' : 'fly'
  return options.target ?? (asks ? await askTarget(options.language, usual) : usual)
}

async function run(options: SetupOptions): Promise<number> {
  const { language, isDryRun } = options
  const { words } = languages[language]
  const root = process.cwd()
  const asks = !isDryRun && !options.isYes
  if (asks && !(process.stdin.isTTY && process.stdout.isTTY)) {
    process.stderr.write(`${words.noTerminal}\n`)
    return USAGE
  }
  const files = readDeployFiles(root)
  const target = await chooseTarget(options, asks, files.envTexts)
  const environment = pickEnvironment(process.env)
  const input = {
    ...options,
    ...files,
    target,
    environment,
    absentFiles: absentFiles(root, target),
    tools: await collectTools(target),
    made: makeKeys(),
  }
  say(renderTools(target, input.tools, options))
  if (asks) say(`${words.before[target]}\n${words.stopping}\n`)
  const names =
    asks && target === 'fly' ? await askNames(language, { ...options, prefix: prefixOf(files.flyTexts) }) : options
  const answers = asks ? await askVariables(target, input, language) : options.answers
  const plan = planSetup({ ...input, name: names.name, org: names.org, answers })
  const open = openPaths(root)
  const findings = [...plan.findings, ...open.map((path) => finding('look', path, 'wasOpen'))]
  say(renderPlan({ ...plan, findings }, language))
  if (!isSound(findings)) {
    say(words.nothingWritten)
    return WRONG
  }
  if (!isDryRun) {
    const changed = plan.files.filter(isChanged)
    if (changed.length === 0 && open.length === 0) say(`${words.nothingToWrite}\n`)
    else if (asks && !(await askToWrite(language))) {
      say(words.declined)
      return WRONG
    } else {
      writeDeployFiles(root, plan.files)
      say(`${words.written(changed.length)}\n`)
    }
  }
  say(renderCommands(plan, language))
  return 0
}

let language: SetupOptions['language'] = 'en'
try {
  const options = readSetupOptions(process.argv.slice(2), process.env)
  language = options.language
  process.exitCode = await run(options)
} catch (error) {
  const { words } = languages[language]
  if (isInterrupted(error)) {
    process.stderr.write(`\n${words.interrupted}\n`)
    process.exitCode = INTERRUPTED
  } else {
    process.stderr.write(`${error instanceof UsageError ? error.message : words.failed(errorText(error))}\n`)
    process.exitCode = error instanceof UsageError ? USAGE : WRONG
  }
}
