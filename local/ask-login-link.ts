import { z } from 'zod'

const Link = z.object({ url: z.string() })

/** A link for whoever sits at this terminal: nobody likes to type a key of 64 characters. */
export async function askLoginLink(mainUrl: string, apiKey: string): Promise<string> {
  const answer = await fetch(`${mainUrl}/api/v1/people/login-links`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey },
  })
  if (answer.status !== 201) throw new Error(`main made no login link: ${await answer.text()}`)
  return Link.parse(await answer.json()).url
}
