mkdir -p /pg /run/postgresql && chown 101:0 /pg /run/postgresql
cat > /pg/work <<'END'
set -e
bin=/usr/lib/postgresql/15/bin
export PGDATA=/pg/data PGHOST=/pg
$bin/initdb --no-locale -E UTF8 -A trust >/pg/init 2>&1 || { cat /pg/init; exit 1; }
$bin/pg_ctl -w -o '-k /pg -c listen_addresses=' -l /pg/log start >/dev/null || { cat /pg/log; exit 1; }
$bin/psql -qAt postgres -c "create table t as select n, md5(n::text) from generate_series(1, 50000) n"
$bin/psql -qAt postgres -c "create index on t (md5)"
$bin/psql -qAt postgres -c "select count(*), sum(n) from t where md5 < '8'"
$bin/pg_dump postgres | wc -l
$bin/pg_ctl -m fast -w stop >/dev/null
echo stopped
END
exec su postgres -s /bin/sh -c 'sh /pg/work'
