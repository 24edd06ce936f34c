# A PostgreSQL cluster of a test's own, that is no house's: of the machine's user postgres where root tests, with the
# superuser postgres and whoever comes trusted.
#
#	cluster_make DIR [LINE …]  initialise DIR/pg, with these lines of configuration, and start it; its log is DIR/server.log
#	cluster_start DIR          start it again
#	cluster_stop DIR MODE      stop it: fast, immediate

PGBIN=$(pg_config --bindir)

# PostgreSQL refuses to run as root.
as_owner() {
	if [ "$(id -u)" = 0 ]; then
		(cd / && exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$@")
	else
		"$@"
	fi
}

cluster_make() {
	local dir=$1
	shift
	install -d -m 700 "$dir/pg"
	[ "$(id -u)" != 0 ] || chown postgres: "$dir/pg"
	: >"$dir/server.log" && chmod 666 "$dir/server.log"
	as_owner "$PGBIN/initdb" -D "$dir/pg" -U postgres -A trust -E UTF8 --locale=C.UTF-8 -N >"$dir/initdb.log"
	printf '%s\n' "$@" >>"$dir/pg/postgresql.conf"
	cluster_start "$dir"
}

cluster_start() {
	as_owner "$PGBIN/pg_ctl" -D "$1/pg" -l "$1/server.log" -w -s start 3>&- 4>&- </dev/null
}

cluster_stop() {
	as_owner "$PGBIN/pg_ctl" -D "$1/pg" -m "$2" -w -s stop 3>&-
}
