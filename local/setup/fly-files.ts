import { isDeepStrictEqual } from 'node:util'
import { flyUrl, MAIN_FILE, readFlyApp, regionFile } from '../fly-apps.ts'
import { readRegions } from '../shipped-regions.ts'
import { finding, isFinding } from './finding.ts'
import type { Finding } from './finding.ts'

export type Texts = Readonly<Record<string, string>>
export type FlyApp = { id: string; file: string; app: string; region: string; env: Record<string, string> }
export type FlyPlan = { main: FlyApp; regions: FlyApp[]; after: Texts; namesBefore: string[]; findings: Finding[] }

/** One label of a host name, which an app's name becomes. */
const APP = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

function appIn(texts: Texts, file: string): FlyApp {
  const { app, primary_region: region, env } = readFlyApp(texts[file] ?? '', file)
  return { id: env['WORKER_ID'] ?? 'main', file, app, region, env }
}

/** The app's name in an address that Fly gives, public or private; null for a domain of one's own. */
const appOfUrl = (url: string): string | null =>
  /^https?:\/\/([a-z0-9-]+)\.(?:fly\.dev|internal|flycast)(?::\d+)?\/?$/.exec(url)?.[1] ?? null

/** `vigie` of `vigie-main`; null when main has a name of its own. */
export function prefixOf(texts: Texts): string | null {
  try {
    return /^(.+)-main$/.exec(appIn(texts, MAIN_FILE).app)?.[1] ?? null
  } catch {
    return null // What is wrong with the file is planFly's to say.
  }
}

type Names = ReadonlyMap<string, string>

/** Only where a name of ours can stand: the app itself, addresses that Fly gives, and `-a NAME` in a comment. */
const renameIn = (text: string, app: string, names: Names): string =>
  text
    .replace(/^(app\s*=\s*)(["']).*?\2/m, (_line, start: string, quote: string) => `${start}${quote}${app}${quote}`)
    .replaceAll(
      /(?<=\/\/)[a-z0-9-]+(?=\.(?:fly\.dev|internal|flycast)\b)|(?<= -a )[a-z0-9-]+/g,
      (name) => names.get(name) ?? name,
    )

/** Whether the edit did what it should and nothing else. */
function isEdited(file: string, [before, after]: [string, string], app: string, urls: string[]): boolean {
  const [was, is] = [before, after].map((text) => {
    const {
      app,
      env: { WORKERS, PUBLIC_BASE_URL, ...env },
      ...rest
    } = readFlyApp(text, file)
    return { app, urls: WORKERS ?? '', others: { env, rest, hasBase: PUBLIC_BASE_URL !== undefined } }
  })
  if (!was || !is) return false
  return is.app === app && isDeepStrictEqual(was.others, is.others) && urls.every((url) => is.urls.includes(`"${url}"`))
}

function edit(texts: Texts, { file, app }: FlyApp, names: Names, urls: string[] = []): [string, string] | Finding {
  const before = texts[file] ?? ''
  const after = renameIn(before, app, names)
  return isEdited(file, [before, after], app, urls)
    ? [file, after]
    : finding('broken', file, 'flyFileNotEdited', { app })
}

/** A file of a region that WORKERS does not name: main would never ask it. */
const orphan = ({ file, id, app, region, env }: FlyApp): Finding =>
  finding('look', file, 'fileWithoutRegion', {
    line: JSON.stringify({ id, name: env['WORKER_NAME'] ?? id, region, url: flyUrl(app) }),
  })

function judgeApps(apps: FlyApp[]): Finding[] {
  const names = apps.map(({ app }) => app)
  return apps.flatMap(({ file, app }, place) => [
    ...(APP.test(app) ? [] : [finding('broken', file, 'appWrong', { app })]),
    ...(names.indexOf(app) < place ? [finding('broken', file, 'appTwice', { app })] : []),
  ])
}

/**
 * The apps and the texts of their files as they shall be. With a `name` all are called after it; without one main keeps its
 * name and each region has the one its address in WORKERS says, which also ends a renaming that was cut off. Throws when a file
 * cannot be read.
 */
export function planFly(texts: Texts, name: string | null): FlyPlan {
  const list = readRegions(texts[MAIN_FILE] ?? '', MAIN_FILE)
  const mainWas = appIn(texts, MAIN_FILE)
  const main = { ...mainWas, app: name === null ? mainWas.app : `${name}-main` }
  const missing = list.filter(({ id }) => texts[regionFile(id)] === undefined)
  const pairs = list
    .filter((region) => !missing.includes(region))
    .map(({ id, url }) => {
      const was = appIn(texts, regionFile(id))
      const app = name === null ? (appOfUrl(url) ?? was.app) : `${name}-${id}`
      return { was, is: { ...was, id, app }, label: appOfUrl(url), url }
    })
  const names = new Map<string, string>([
    ...pairs.map(({ was, is }) => [was.app, is.app] as const),
    ...pairs.flatMap(({ is, label }) => (label === null ? [] : [[label, is.app] as const])),
    [mainWas.app, main.app],
  ])
  const urls = pairs.map(({ url, label, is }) => (label === null ? url : url.replace(`//${label}.`, `//${is.app}.`)))
  const regions = pairs.map(({ is }) => is)
  const edits = [
    edit(texts, main, names, urls),
    ...pairs.map(({ was, is }) => edit(texts, is, new Map([[was.app, is.app]]))),
  ]
  const listed = new Set([MAIN_FILE, ...regions.map(({ file }) => file)])
  const orphans = Object.keys(texts).filter((file) => !listed.has(file))
  return {
    main,
    regions,
    namesBefore: [{ was: mainWas, is: main }, ...pairs]
      .filter(({ was, is }) => was.app !== is.app)
      .map(({ was }) => was.app),
    after: Object.fromEntries(edits.filter((edit) => Array.isArray(edit))),
    findings: [
      ...missing.map(({ id }) => finding('broken', MAIN_FILE, 'regionWithoutFile', { id, file: regionFile(id) })),
      ...orphans.map((file) => orphan(appIn(texts, file))),
      ...judgeApps([main, ...regions]),
      ...edits.filter(isFinding),
    ],
  }
}
