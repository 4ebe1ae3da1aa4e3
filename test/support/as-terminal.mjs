// Loaded into `upwave` before anything else: its standard output is a pipe that says it is a
// terminal, so that a test can read what would be drawn and change the size of it.
const size = (text) => {
  const [columns, rows] = text.split('x').map(Number);
  Object.assign(process.stdout, { isTTY: true, columns, rows });
};
size(process.env.TEST_TERMINAL);
process.on('message', (text) => {
  size(text);
  process.stdout.emit('resize');
});
process.channel.unref();
