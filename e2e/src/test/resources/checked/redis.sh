cd /tmp
redis-server --daemonize yes --appendonly yes --dir /tmp --logfile /tmp/log >/dev/null
until redis-cli ping >/dev/null 2>&1; do sleep 0.1; done
redis-cli set greeting hello
redis-cli get greeting
redis-benchmark -q -n 5000 -c 20 -t set,get,lpush > /tmp/bench && grep -c 'requests per second' /tmp/bench
redis-cli bgsave
sleep 1
redis-cli dbsize
redis-cli shutdown
ls /tmp/dump.rdb
