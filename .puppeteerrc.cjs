// The browser is the machine's own (CHROME_PATH, a system path or Debian's chromium): nothing is downloaded at install.
module.exports = { skipDownload: true }
