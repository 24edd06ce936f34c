#!/usr/bin/env bats
# A house whose database is elsewhere (parameter database): reached over TLS by who verifies its certificate. The server is
# the test's own, and a house cannot tell it from one on another machine.

load common
load ../cluster

# key_of NAME REQUEST...: a key NAME.key, and what openssl req makes with it.
key_of() {
	local name=$1
	shift
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout "$ELSEWHERE/$name.key" "$@" 2>>"$ELSEWHERE/openssl.log"
}

setup_file() {
	local name
	ELSEWHERE=$(mktemp -d "${HOUSE_TEST_DIR:-/tmp}/aurora-elsewhere.XXXXXX")
	chmod 755 "$ELSEWHERE"
	DATABASE_PORT=$(house_port)
	AURORA_PORT=$(house_port)
	export ELSEWHERE DATABASE_PORT AURORA_PORT AURORA_HOME=$ELSEWHERE/home AURORA_URL=http://127.0.0.1:$AURORA_PORT
	for name in right wrong; do
		key_of "$name" -x509 -days 2 -subj "/CN=the $name authority" -out "$ELSEWHERE/$name.pem"
	done
	key_of server -subj /CN=localhost -addext subjectAltName=DNS:localhost -out "$ELSEWHERE/server.csr"
	openssl x509 -req -in "$ELSEWHERE/server.csr" -CA "$ELSEWHERE/right.pem" -CAkey "$ELSEWHERE/right.key" -days 2 \
		-copy_extensions copy -out "$ELSEWHERE/server.pem" 2>>"$ELSEWHERE/openssl.log"
	[ "$(id -u)" != 0 ] || chown postgres: "$ELSEWHERE/server.key"
	echo 'hostssl all all 127.0.0.1/32 trust' >"$ELSEWHERE/hba.conf" # nobody comes without TLS
	cluster_make "$ELSEWHERE" "listen_addresses = '127.0.0.1'" "port = $DATABASE_PORT" "unix_socket_directories = ''" \
		"hba_file = '$ELSEWHERE/hba.conf'" 'ssl = on' "ssl_cert_file = '$ELSEWHERE/server.pem'" \
		"ssl_key_file = '$ELSEWHERE/server.key'"
	there 'CREATE DATABASE aurora' postgres
}

teardown_file() {
	aurora down >/dev/null 2>&1 || true
	if [ -d "$ELSEWHERE/pg" ]; then cluster_stop "$ELSEWHERE" fast; fi
	[ -n "${HOUSE_TEST_DIR:-}" ] || rm -rf "${ELSEWHERE:?}"
}

# conninfo AUTHORITY [DATABASE]: how the server is reached by who trusts that.
conninfo() {
	echo "host=localhost port=$DATABASE_PORT dbname=${2:-aurora} sslmode=verify-full sslrootcert=$ELSEWHERE/$1.pem"
}

# there QUERY [DATABASE]: on the server itself.
there() {
	psql -X -A -t -q -v ON_ERROR_STOP=1 -d "$(conninfo right "${2:-aurora}")" -U postgres -c "$1"
}

@test "a house whose database is elsewhere is made, used, put down and taken up over TLS" {
	local out
	export AURORA_DATABASE
	AURORA_DATABASE=$(conninfo right)
	aurora up >"$ELSEWHERE/up.log" || fail "$(<"$ELSEWHERE/up.log")"
	[ ! -e "$AURORA_HOME/pg" ] || fail "it has a cluster of its own"
	register
	api POST /api/thoughts '{"text": "seen from afar"}'
	expect_status 201
	api GET '/api/search?q=afar'
	equal "$(json '.items | length')" 1
	equal "$(there "SELECT bool_and(s.ssl) FROM pg_stat_activity a JOIN pg_stat_ssl s USING (pid)
	                WHERE a.usename IN ('identity', 'thoughts', 'search')")" t "all come over TLS"
	out=$(aurora status)
	has "$out" 'elsewhere'
	aurora down
	equal "$(there 'SELECT count(*) FROM thoughts.thoughts')" 1 "what is elsewhere is left alone"
	aurora up >"$ELSEWHERE/up.log" || fail "$(<"$ELSEWHERE/up.log")"
	api GET '/api/thoughts/search?q=afar'
	equal "$(json '.items | length')" 1
}

@test "a certificate that nobody known has signed is refused, by up and by the functions" {
	local out
	out=$(AURORA_DATABASE=$(conninfo wrong) refused aurora up)
	has "$out" 'certificate verify failed'
	out=$(AURORA_DATABASE=$(conninfo wrong) refused "$AURORA_HOME/bin/thoughts" --check)
	has "$out" 'certificate verify failed'
	AURORA_DATABASE=$(conninfo right) "$AURORA_HOME/bin/thoughts" --check
}
