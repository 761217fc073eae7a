exec python3 - <<'END'
import asyncio, hashlib, multiprocessing, socket, sqlite3, subprocess, threading
def square(n): return n * n
if __name__ == "__main__":
    found = []
    threads = [threading.Thread(target=lambda i=i: found.append(i)) for i in range(50)]
    [t.start() for t in threads]; [t.join() for t in threads]
    print("threads", sorted(found) == list(range(50)))
    db = sqlite3.connect("/tmp/a.db")
    db.execute("pragma journal_mode=wal")
    db.execute("create table t (n integer)")
    db.executemany("insert into t values (?)", [(i,) for i in range(20000)])
    db.commit()
    print("sqlite", db.execute("select sum(n) from t").fetchone()[0])
    with multiprocessing.get_context("fork").Pool(2) as pool:
        print("processes", sum(pool.map(square, range(100))))
    print("child", subprocess.run(["sh", "-c", "echo $((6*7))"], capture_output=True).stdout)
    async def talk():
        async def echo(r, w): w.write(await r.readline()); await w.drain(); w.close()
        server = await asyncio.start_server(echo, "127.0.0.1", 8000)
        r, w = await asyncio.open_connection("127.0.0.1", 8000)
        w.write(b"hello\n"); print("asyncio", await r.readline()); w.close(); server.close()
    asyncio.run(talk())
    print("hash", hashlib.sha256(b"x" * 10**7).hexdigest()[:8])
END
