cat > /tmp/work.js <<'END'
const http = require('http'), fs = require('fs'), { Worker } = require('worker_threads');
const { execFileSync } = require('child_process'), zlib = require('zlib');
fs.writeFileSync('/tmp/f', 'x'.repeat(1e6));
console.log('file', zlib.gunzipSync(zlib.gzipSync(fs.readFileSync('/tmp/f'))).length);
console.log('child', execFileSync('sh', ['-c', 'echo hi']).toString().trim());
const worker = new Worker("require('worker_threads').parentPort.postMessage(6 * 7)", { eval: true });
worker.on('message', answer => {
    console.log('worker', answer);
    const server = http.createServer((request, response) => response.end('hello'));
    server.listen(8000, '127.0.0.1', async () => {
        console.log('fetched', await (await fetch('http://127.0.0.1:8000/')).text());
        process.exit(0);
    });
});
END
exec node --no-warnings /tmp/work.js
