# shellcheck shell=bash disable=SC2034,SC2154 # the parts of scripts/aurora share their variables
# database.sh: the house's own PostgreSQL cluster, sessions in it, migrations.

# The cluster's directory in the house. A restore fills pg.new, which becomes pg when it is whole.
cluster=pg

# The programs of the cluster's version; of the newest one that is installed, when there is no cluster yet.
postgres_bin() {
	local bin version
	if [ -s "$home/pg/PG_VERSION" ]; then
		version=$(as_house head -c 20 pg/PG_VERSION)
		[[ $version =~ ^[0-9]+$ ]] || die "$home/pg/PG_VERSION does not say a version of PostgreSQL"
		bin=/usr/lib/postgresql/$version/bin
		[ -x "$bin/postgres" ] || die "$home/pg is a cluster of PostgreSQL $version, which is not installed"
	else
		bin=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -n 1)
		[ -x "$bin/initdb" ] || die "PostgreSQL is not installed: run scripts/deps"
	fi
	echo "$bin"
}

cluster_make() {
	[ ! -s "$home/pg/PG_VERSION" ] || return 0
	cluster_init
	as_house mv -T pg.new pg
}

# initdb in a directory beside, so that an interrupted one leaves no half cluster.
cluster_init() {
	local bin
	bin=$(postgres_bin)
	# A restore that was killed leaves its server.
	cluster=pg.new cluster_stop || true
	as_house rm -rf "$home/pg.new"
	say "Making a PostgreSQL cluster in $home/pg"
	as_house_logged "$home/log/initdb.log" "$bin/initdb" -D "$home/pg.new" -U postgres --auth=peer --encoding=UTF8 \
		--locale=C.UTF-8 --data-checksums || {
		tail_log "$home/log/initdb.log"
		die "initdb failed; its output is in $home/log/initdb.log"
	}
	# Relative to the data directory, so that a house can be moved.
	as_house sh -c "echo \"include = '../etc/postgresql.conf'\" >>pg.new/postgresql.conf"
}

# The generated part of its configuration. Succeeds when something changed.
cluster_configure() {
	local changed=1
	install_text "$home/etc/postgresql.conf" 600 <<END && changed=0
# Made by \`aurora up\`. What is set in pg/postgresql.conf after the line that includes this file wins.
listen_addresses = ''
unix_socket_directories = '$home/run'
unix_socket_permissions = 0700
hba_file = '$home/etc/pg_hba.conf'
ident_file = '$home/etc/pg_ident.conf'
max_connections = 100
shared_buffers = 128MB
max_wal_size = 1GB
random_page_cost = 1.1
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%u '
log_lock_waits = on
END
	install_text "$home/etc/pg_hba.conf" 600 <<END && changed=0
# Made by \`aurora up\`. Only the Unix socket, only as whom pg_ident.conf says.
local all all peer map=aurora
END
	identities | install_text "$home/etc/pg_ident.conf" 600 && changed=0
	return $changed
}

# root may be any role, the user of the house the role of each context: a function that was taken over is no superuser.
# Only where no root is at work, one user is everything: who starts a house as oneself comes as postgres, too.
identities() {
	local role
	echo "# Made by \`aurora up\`: the operating system's user, and as which roles it may come."
	echo "aurora root postgres"
	[ "$(id -u)" = 0 ] || echo "aurora $house_user postgres"
	for role in "${login_roles[@]}"; do
		echo "aurora root $role"
		echo "aurora $house_user $role"
	done
}

login_roles=()

cluster_pid() {
	local pid
	[ -r "$home/$cluster/postmaster.pid" ] && read -r pid <"$home/$cluster/postmaster.pid" && [[ $pid =~ ^[0-9]+$ ]] || return 1
	case $(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline") in
	*postgres*" -D $home/$cluster"*) echo "$pid" ;;
	*) return 1 ;;
	esac
}

cluster_start() {
	local bin log=$home/log/postgres.log deadline
	bin=$(postgres_bin)
	if [ -s "$home/etc/pg_ident.conf" ]; then
		mapfile -t login_roles < <(awk '!/^#/ && $3 != "postgres" && !seen[$3]++ { print $3 }' "$home/etc/pg_ident.conf")
	fi
	if cluster_pid >/dev/null; then
		if cluster_configure; then
			as_house "$bin/pg_ctl" -s -D "$home/$cluster" reload
			if [ "$(psql_do -At -c 'SELECT count(*) FROM pg_settings WHERE pending_restart')" != 0 ]; then
				say "Restarting PostgreSQL for its new settings"
				as_house "$bin/pg_ctl" -s -w -m fast -l "$log" -D "$home/$cluster" restart
			fi
		fi
		return
	fi
	cluster_configure || true
	# After a kill, what is left of the old server can be in the way for a moment: its own processes see to that.
	deadline=$((SECONDS + 30))
	until as_house_logged "$home/log/pg_ctl.log" "$bin/pg_ctl" -s -w -t 60 -l "$log" -D "$home/$cluster" start </dev/null; do
		if [ $SECONDS -ge $deadline ] || ! as_house tail -n 3 "$log" | grep -qE 'postmaster\.pid|shared memory block'; then
			tail_log "$home/log/pg_ctl.log"
			tail_log "$log"
			die "PostgreSQL does not start; its log is $log"
		fi
		sleep 0.2
	done
	if [ -z "$(psql_do -d postgres -At -c "SELECT 1 FROM pg_database WHERE datname = 'aurora'")" ]; then
		psql_do -d postgres -q -c "CREATE DATABASE aurora TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
	fi
}

# Succeeds when there was something to stop.
cluster_stop() {
	local bin pid
	pid=$(cluster_pid) || return 1
	bin=$(postgres_bin)
	as_house "$bin/pg_ctl" -s -w -t 30 -m fast -D "$home/$cluster" stop 2>/dev/null ||
		as_house "$bin/pg_ctl" -s -w -t 30 -m immediate -D "$home/$cluster" stop 2>/dev/null ||
		stop_pids 5 QUIT "$pid"
}

# psql as postgres in the house's database, without a user's own settings.
psql_do() {
	psql_as postgres -X -v ON_ERROR_STOP=1 "$@"
}

# A libpq connection string without its password as `conninfo`, and `password`, which belongs into the environment: a
# program's arguments are everyone's to read.
conninfo_read() {
	local rest=$1 word uri='^(postgres(ql)?://[^:@/?#]*):([^@/?#]*)@(.*)$' query='^([^?]*\?)(.*&)?password=([^&]*)&?(.*)$'
	local setting="^[[:space:]]*([A-Za-z_]+)[[:space:]]*=[[:space:]]*('(([^'\\\\]|\\\\.)*)'|(([^[:space:]\\\\]|\\\\.)*))"
	conninfo='' password=''
	case $rest in
	postgres://* | postgresql://*)
		if [[ $rest =~ $uri ]]; then
			password=${BASH_REMATCH[3]}
			rest=${BASH_REMATCH[1]}@${BASH_REMATCH[4]}
		fi
		if [[ $rest =~ $query ]]; then
			password=${BASH_REMATCH[3]}
			rest=${BASH_REMATCH[1]}${BASH_REMATCH[2]}${BASH_REMATCH[4]}
		fi
		password=${password//\\/\\\\}
		printf -v password %b "${password//%/\\x}"
		conninfo=$rest
		;;
	*)
		while [[ $rest =~ $setting ]]; do
			word=${BASH_REMATCH[0]}
			rest=${rest#"$word"}
			if [ "${BASH_REMATCH[1]}" = password ]; then
				password=$(sed -E 's/\\(.)/\1/g' <<<"${BASH_REMATCH[3]}${BASH_REMATCH[5]}")
			else
				conninfo+=$word
			fi
		done
		conninfo+=$rest
		;;
	esac
}

# psql_as ROLE ...: the same as a role.
psql_as() {
	local role=$1
	shift
	client_as "$role" psql "$@"
}

# client_as ROLE PROGRAM ...: a program of PostgreSQL in the house's database.
client_as() {
	local role=$1 program=$2 name conninfo password
	shift 2
	[ -n "$param_database" ] || [ -S "$home/run/.s.PGSQL.5432" ] || die "the house is not running: $(own_name) up starts it"
	(
		cd "$home" || exit 1
		for name in ${!PG*}; do unset "$name"; done
		if [ -n "$param_database" ]; then
			conninfo_read "$param_database"
			[ -z "$password" ] || export PGPASSWORD=$password
			PGUSER=$role exec "$program" -d "$conninfo" "$@"
		else
			PGHOST=$home/run PGDATABASE=aurora PGUSER=$role exec "$program" "$@"
		fi
	)
}

command_psql() {
	help_wanted psql "$@" <<'END'
usage: aurora psql [-U ROLE] [psql's options]

A psql session in the house's database: as postgres, or as one of identity, thoughts, journals, planning, search, notifications.
END
	local role=postgres
	if [ "${1:-}" = -U ]; then
		[ $# -ge 2 ] || die "psql: -U takes a role"
		role=$2
		shift 2
	fi
	house_open
	psql_as "$role" "$@"
}

command_migrate() {
	help_wanted migrate "$@" <<'END'
usage: aurora migrate

Applies sql/roles.sql, those of sql/migrations/ that are not applied yet (a transaction each) and sql/grants.sql to the
database of the house, which must be running. One at a time; a second one waits. A file that was changed after it was
applied is refused, and so is a database that is ahead of this checkout. What runs goes on running with the programs that
it has: to bring a house up to date use `up`, which stops them meanwhile.
END
	[ $# = 0 ] || die "migrate: takes no arguments"
	house_open
	migrate verbose
}

# migrate [VERBOSE [FAILED]]: all in one session, which holds the lock from the first statement to the last. Says that nothing
# is to be done when VERBOSE is not empty, and FAILED behind the error.
migrate() {
	local log=$home/log/migrate.log
	if ! migration_script | psql_do -q -v VERBOSITY=terse -o /dev/null -f - 2>&1 | as_house_logged "$log" cat; then
		sed -E 's/^psql:[^:]*:([0-9]+: )?//; s/^/  | /' <(as_house tail -n 20 "$log") >&2
		die "the database was not migrated; what was applied before the error stays applied${2:-}"
	fi
	grep '^Applied ' "$log" || [ -z "${1:-}" ] || say "The database is up to date."
	identities_update
}

# Whether there are migrations that a database has not seen yet. A new one has seen none, and nothing runs on it.
migrations_wait() {
	local applied file
	applied=$(psql_do -q -A -t -c 'SELECT name FROM house.migrations' 2>/dev/null) || return 1
	for file in "$root"/sql/migrations/*.sql; do
		grep -qxF "${file##*/}" <<<"$applied" || return 0
	done
	return 1
}

# What psql runs. A file's checksum is compared inside the session, after the lock is held.
migration_script() {
	local file name sum names=
	cat <<'SQL'
SET client_min_messages = warning;
SELECT pg_advisory_lock(16728, 0);
CREATE SCHEMA IF NOT EXISTS house;
REVOKE ALL ON SCHEMA house FROM PUBLIC;
CREATE TABLE IF NOT EXISTS house.migrations (
	name text PRIMARY KEY,
	checksum text NOT NULL, -- SHA-256 of the file
	applied_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON SCHEMA house IS 'which migrations were applied';
SQL
	for file in "$root"/sql/migrations/*.sql; do names+="${names:+, }('${file##*/}')"; done
	cat <<SQL
DO \$\$
DECLARE
	ahead text := (SELECT string_agg(m.name, ', ' ORDER BY m.name) FROM house.migrations m
	               WHERE m.name NOT IN (SELECT * FROM (VALUES $names) files));
BEGIN
	IF ahead IS NOT NULL THEN
		RAISE EXCEPTION 'the database is ahead of this checkout: it has % applied', ahead;
	END IF;
END
\$\$;
BEGIN;
\\i '$root/sql/roles.sql'
COMMIT;
SQL
	for file in "$root"/sql/migrations/*.sql; do
		name=${file##*/}
		sum=$(sha256sum "$file" | cut -d' ' -f1)
		cat <<SQL
SELECT count(*) = 0 AS new, coalesce(bool_and(checksum <> '$sum'), false) AS changed
FROM house.migrations WHERE name = '$name' \\gset
\\if :changed
DO \$\$ BEGIN RAISE EXCEPTION '$name was changed after it was applied: put it back as it was and write a new migration'; END \$\$;
\\endif
\\if :new
BEGIN;
\\i '$file'
RESET ROLE;
INSERT INTO house.migrations (name, checksum) VALUES ('$name', '$sum');
COMMIT;
\\echo Applied $name
\\endif
SQL
	done
	cat <<SQL
BEGIN;
\\i '$root/sql/grants.sql'
COMMIT;
SQL
}

# Let the roles that there are now in through the socket.
identities_update() {
	[ -z "$param_database" ] || return 0
	mapfile -t login_roles < <(psql_do -At -c \
		"SELECT rolname FROM pg_roles WHERE rolcanlogin AND NOT rolsuper ORDER BY rolname")
	if identities | install_text "$home/etc/pg_ident.conf" 600; then
		psql_do -q -At -c 'SELECT pg_reload_conf()' >/dev/null
	fi
}
