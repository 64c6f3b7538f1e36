import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

type Result = { violations: { id: string; help: string; nodes: { html: string }[] }[] }

/**
 * What axe finds wrong with the page as it stands, one line each; the page's context needs `bypassCSP`. `rules`: only these, where
 * the others have been looked at in another light.
 */
export async function findViolations(page: Page, rules: readonly string[] = []): Promise<string[]> {
  await page.evaluate(axe)
  const { violations } = await page.evaluate<Result>(
    `axe.run(document, ${JSON.stringify({ resultTypes: ['violations'], ...(rules.length > 0 && { runOnly: rules }) })})`,
  )
  return violations.map(
    ({ id, help, nodes }) => `${page.url()} ${id}: ${help}: ${nodes.map((node) => node.html).join(' ')}`,
  )
}
