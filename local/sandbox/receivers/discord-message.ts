import { z } from 'zod'

const Text = (most: number) => z.string().min(1).max(most)
const Link = z.url({ protocol: /^https?$/ }).max(2_048)

const Embed = z.object({
  title: Text(256).optional(),
  description: Text(4_096).optional(),
  url: Link.optional(),
  timestamp: z.iso.datetime({ offset: true }).optional(),
  color: z.int().min(0).max(0xff_ff_ff).optional(),
  image: z.object({ url: Link }).optional(),
  fields: z
    .array(z.object({ name: Text(256), value: Text(1_024), inline: z.boolean().optional() }))
    .max(25)
    .optional(),
})

/** What the real one takes, with its limits; fields that it does not know it ignores. */
export const DiscordMessage = z.object({
  content: z.string().max(2_000).optional(),
  embeds: z.array(Embed).max(10).optional(),
  allowed_mentions: z.object({ parse: z.array(z.enum(['everyone', 'roles', 'users'])) }).optional(),
})
export type DiscordMessage = z.infer<typeof DiscordMessage>

const MOST_IN_EMBEDS = 6_000

/** What is wrong with a message as a whole; null when nothing is. */
export function problemOf({ content = '', embeds = [] }: DiscordMessage): string | null {
  if (content === '' && embeds.length === 0) return 'Cannot send an empty message'
  const size = embeds.flatMap(({ title = '', description = '', fields = [] }) => [
    title.length,
    description.length,
    ...fields.map(({ name, value }) => name.length + value.length),
  ])
  const total = size.reduce((sum, length) => sum + length, 0)
  return total > MOST_IN_EMBEDS ? `Embed size exceeds maximum size of ${MOST_IN_EMBEDS}` : null
}
