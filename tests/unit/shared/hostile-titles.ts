/** What strangers write into a title. */
export const hostileTitles = [
  '<script>alert(1)</script>',
  '@everyone @here <@123> <#1> <@&2> <t:0:R>',
  '[x](http://evil.example) <http://evil.example>',
  '**bold** __u__ ~~s~~ ||spoiler|| `code` # head > quote - list',
  'back\\slash \\@everyone \\\\[x](http://evil.example)',
  `"quotes" 'and' &amp; &lt;b&gt; ]]> <!-- --> <?xml?>`,
  'فستان أحمر \u202egnp.exe שמלה',
  '👗👩‍👩‍👧‍👦 robe d’été 🇫🇷',
  'control\u0000\u0007\u001b[31m\u000b\ufffe lone \ud800 half',
  'x'.repeat(500),
  '👗'.repeat(500),
  '*'.repeat(500),
  '   ',
  '',
]
