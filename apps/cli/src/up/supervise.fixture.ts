/** A process for the tests of `supervise`: ready at once, unless told to fail. */
process.on('SIGTERM', () => {
  process.stderr.write('drained\n');
  process.exit(0);
});
if (process.env.FIXTURE === 'broken') {
  process.stderr.write('nothing works here\n');
  process.exit(78);
}
process.stdout.write(`${JSON.stringify({ ready: true, port: Number(process.env.PORT) || 4242, health_port: 1 })}\n`);
setInterval(() => {}, 60_000);
